"""quorate rehearse: drills against manifests."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.refusal import Unusable

EPILOG = """\b
Columns:
  VERDICT   pass      no outage of more than 5s
            degraded  an accident costs 5s to 60s, or somebody has to help by hand
            fail      planned work costs more than 5s, an accident more than 60s,
                      writes are lost, or it does not end by itself
            skipped   the drill says nothing about this workload
  QUORUM    share of the drill's time in which a quorum served
  OUTAGE    the longest time in which none did
  RECOVERY  until every member served again, the drill's own waiting included
  AT RISK   time in which one more lost volume would have lost writes

\b
Examples:
  quorate rehearse examples/etcd.yaml                all drills
  quorate rehearse k8s/ --drill node-drain --drill zone-loss
  helm template my-kafka | quorate rehearse -        what a chart would make
  quorate rehearse k8s/ -o json > report.json

Exit code: 0 no drill fails, 1 a drill fails, 2 nothing could be played.
"""


def _complete_drill(incomplete: str) -> list[str]:
    from quorate.rehearsal.drill import drills

    return [d.name for d in drills() if d.name.startswith(incomplete)]


def rehearse(
    paths: Annotated[
        list[str] | None, typer.Argument(help="YAML files and folders; - is standard input.", metavar="PATH...")
    ] = None,
    drill: Annotated[
        list[str] | None,
        typer.Option(help="Only this drill (repeatable).", metavar="NAME", autocompletion=_complete_drill),
    ] = None,
    list_drills: Annotated[bool, typer.Option("--list", help="List the drills and end.")] = False,
    quorum: Annotated[
        int | None, typer.Option(help="Members that must serve; a majority when absent.", metavar="N", min=1)
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of all chance; the same seed plays the same.", metavar="N")] = 0,
    nodes: Annotated[
        int | None, typer.Option(help="Nodes of the cluster; as many as needed when absent.", metavar="N", min=1)
    ] = None,
    zones: Annotated[int, typer.Option(help="Zones of the cluster.", metavar="N", min=1)] = 3,
    output: Annotated[str, typer.Option("--output", "-o", help="table, json or yaml.", metavar="FORMAT")] = "table",
    trace: Annotated[
        Path | None, typer.Option(help="Write every event with its time to this file (JSON lines).", metavar="FILE")
    ] = None,
    no_fixes: Annotated[bool, typer.Option("--no-fixes", help="Do not look for fixes.")] = False,
) -> None:
    """Play drills against manifests on virtual time and say what becomes of quorum, data and availability."""
    from quorate.assemble.rehearsing import rehearse_manifests
    from quorate.cli.rehearse_output import Progress, TraceFile, check_format, chosen_drills, print_drills, print_report
    from quorate.edge.manifests import ManifestError, read_manifests
    from quorate.rehearsal.ports import Refusal

    check_format(output)
    if list_drills:
        print_drills(output)
        return
    if not paths:
        raise Unusable("nothing to rehearse: give YAML files or folders, e.g. quorate rehearse examples/etcd.yaml")
    wanted = chosen_drills(drill)
    try:
        manifests = read_manifests(paths)
        with Progress() as progress, TraceFile(trace) as traced:
            traced.open()
            report = rehearse_manifests(
                manifests, wanted, seed=seed, quorum=quorum, nodes=nodes, zones=zones, traced=trace is not None,
                prove=not no_fixes, tell=progress.tell,
            )  # fmt: skip
            traced.write(report.lines)
    except (ManifestError, Refusal) as wrong:
        raise Unusable(str(wrong)) from None
    print_report(report, output)
    sys.exit(1 if report.failed else 0)
