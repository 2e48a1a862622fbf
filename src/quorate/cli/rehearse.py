"""quorate rehearse: drills against manifests."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.refusal import Unusable

EPILOG = """Examples:\n
  quorate rehearse examples/etcd.yaml                       all drills\n
  quorate rehearse k8s/ --drill node-drain --drill zone-loss\n
  helm template my-kafka | quorate rehearse -               what a chart would make\n
  quorate rehearse k8s/ -o json > report.json\n
Exit code: 0 all pass (or are degraded), 1 a drill fails, 2 it could not be played.
"""


def _complete_drill(incomplete: str) -> list[str]:
    from quorate.rehearsal.drill import drills

    return [d.name for d in drills() if d.name.startswith(incomplete)]


def rehearse(
    paths: Annotated[
        list[str] | None, typer.Argument(help="YAML files and folders; - is standard input.", metavar="PATH...")
    ] = None,
    drill: Annotated[
        list[str] | None, typer.Option(help="Only this drill (repeatable).", autocompletion=_complete_drill)
    ] = None,
    list_drills: Annotated[bool, typer.Option("--list", help="List the drills and end.")] = False,
    quorum: Annotated[int | None, typer.Option(help="Members that must serve; a majority when absent.", min=1)] = None,
    seed: Annotated[int, typer.Option(help="Seed of all chance; the same seed plays the same.")] = 0,
    nodes: Annotated[
        int | None, typer.Option(help="Nodes of the cluster; as many as needed when absent.", min=1)
    ] = None,
    zones: Annotated[int, typer.Option(help="Zones of the cluster.", min=1)] = 3,
    output: Annotated[str, typer.Option("--output", "-o", help="table, json or yaml.", metavar="FORMAT")] = "table",
    trace: Annotated[
        Path | None, typer.Option(help="Write every event with its time to this file (JSON lines).")
    ] = None,
    no_fixes: Annotated[bool, typer.Option("--no-fixes", help="Do not look for fixes.")] = False,
) -> None:
    """Play drills against manifests on virtual time and say what becomes of quorum, data and availability."""
    from quorate.assemble.rehearsing import rehearse_manifests
    from quorate.cli.rehearse_output import chosen_drills, print_drills, print_report, write_trace
    from quorate.edge.manifests import ManifestError, read_manifests
    from quorate.rehearsal.ports import Refusal

    if list_drills:
        print_drills(output)
        return
    if not paths:
        raise Unusable("nothing to rehearse: give YAML files or folders, e.g. quorate rehearse examples/etcd.yaml")
    if output not in ("table", "json", "yaml"):
        raise Unusable(f"no such output format: {output} (table, json or yaml)")
    wanted = chosen_drills(drill)
    try:
        manifests = read_manifests(paths)
        report = rehearse_manifests(
            manifests,
            wanted,
            seed=seed,
            quorum=quorum,
            nodes=nodes,
            zones=zones,
            traced=trace is not None,
            prove=not no_fixes,
        )
    except (ManifestError, Refusal) as wrong:
        raise Unusable(str(wrong)) from None
    if trace is not None:
        write_trace(trace, report)
    print_report(report, output)
    sys.exit(1 if report.failed else 0)
