"""quorate diagnose: what is wrong, since when, why, how sure, and what to type now."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.refusal import Unusable

EPILOG = """\b
Examples:
  quorate diagnose statefulset/kafka -n prod        one workload of the cluster that kubectl speaks to
  quorate diagnose -A                               whatever is wrong in the cluster
  quorate diagnose sts/kafka --dump ./dump          a folder, archive or file that somebody sent
  quorate diagnose sts/kafka -o json                for machines
\b
Exit code: 0 healthy (or under way), 1 a problem was found, 2 it could not be told.
"""
FORMATS = ("text", "json", "yaml")


def diagnose(
    target: Annotated[
        list[str] | None,
        typer.Argument(
            help="What to look at, e.g. statefulset/kafka; all when absent.",
            metavar="KIND/NAME",
        ),
    ] = None,
    namespace: Annotated[
        str | None, typer.Option("--namespace", "-n", help="Its namespace; the context's when absent.")
    ] = None,
    everywhere: Annotated[bool, typer.Option("--all-namespaces", "-A", help="All namespaces.")] = False,
    dump: Annotated[
        list[Path] | None,
        typer.Option(
            help="Look into this folder, archive or file in place of a cluster (repeatable); - is standard input."
        ),
    ] = None,
    kubeconfig: Annotated[
        Path | None, typer.Option(help="Kubeconfig; $KUBECONFIG or ~/.kube/config when absent.")
    ] = None,
    context: Annotated[str | None, typer.Option(help="Context of the kubeconfig.")] = None,
    now: Annotated[
        str | None, typer.Option(help="What time a dump was taken (RFC 3339), if its objects do not say.")
    ] = None,
    output: Annotated[str, typer.Option("--output", "-o", help="text, json or yaml.", metavar="FORMAT")] = "text",
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="All evidence, the whole timeline, what is well too.")
    ] = False,
) -> None:
    """Say what is wrong with a workload, since when, why, how sure that is, and what to type now."""
    from quorate.assemble.diagnosing import CannotTell, ClusterError, ask_cluster, ask_dump
    from quorate.cli.diagnose_output import show
    from quorate.diagnosis.target import parse_target
    from quorate.edge.dump import DumpError

    if output not in FORMATS:
        raise Unusable(f"no such output format: {output} ({', '.join(FORMATS)})")
    try:
        wanted = parse_target(target or [], namespace)
        if dump:
            answered = ask_dump(dump, wanted, namespace=namespace, now=_time(now))
        else:
            answered = ask_cluster(
                wanted, kubeconfig=kubeconfig, context=context, namespace=namespace, everywhere=everywhere
            )
    except (CannotTell, DumpError, ClusterError) as wrong:
        raise Unusable(str(wrong)) from None
    sys.exit(show(answered, output, verbose=verbose, one=wanted is not None))


def _time(text: str | None) -> int | None:
    from quorate.objects.times import parse_time

    if text is None:
        return None
    try:
        return parse_time(text)
    except ValueError:
        raise Unusable(f"--now: not a time: {text!r} (write it like 2026-01-01T12:00:00Z)") from None
