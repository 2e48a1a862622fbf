"""The command line: each command in a file of its own, loaded when it is used."""

import os
import sys
from typing import Annotated, Any

import typer
from typer.completion import completion_init

from quorate import __version__
from quorate.cli import clock, completion, diagnose, fault, metrics, playbooks, rehearse, rules, snapshot, up
from quorate.cli.refusal import Unusable

EPILOG = """\b
Examples:
  quorate rehearse examples/etcd.yaml      play drills against a manifest
  quorate up                               a Kubernetes control plane for kubectl, on loopback
  quorate diagnose statefulset/kafka       what is wrong with it, and what to do
"""

app = typer.Typer(
    name="quorate", no_args_is_help=True, add_completion=False, rich_markup_mode=None, epilog=EPILOG,
    help="Run, rehearse, diagnose and repair stateful workloads on Kubernetes.",
    context_settings={"help_option_names": ["-h", "--help"]}, pretty_exceptions_enable=False,
)  # fmt: skip
app.command("rehearse", epilog=rehearse.EPILOG)(rehearse.rehearse)
app.command("up", epilog=up.EPILOG)(up.up)
app.command("diagnose", epilog=diagnose.EPILOG)(diagnose.diagnose)
app.command("metrics", epilog=metrics.EPILOG)(metrics.metrics)
app.command("rules", epilog=rules.EPILOG)(rules.rules)
app.command("playbooks", epilog=playbooks.EPILOG)(playbooks.playbooks)
app.command("completion", epilog=completion.EPILOG)(completion.completion)
app.add_typer(clock.app, name="clock")
app.add_typer(fault.app, name="fault")
app.add_typer(snapshot.app, name="snapshot")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"quorate {__version__} (Kubernetes 1.36)")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Run, rehearse, diagnose and repair stateful workloads on Kubernetes."""


def main(argv: list[str] | None = None) -> Any:
    """The console script. Bad input is one line on stderr and exit code 2."""
    from quorate.edge.memory import collect_seldom

    collect_seldom()
    if "_QUORATE_COMPLETE" in os.environ:  # a shell asks, by what `quorate completion` gave it
        completion_init()
    try:
        return app(args=argv, prog_name="quorate", standalone_mode=True)
    except Unusable as wrong:
        print(f"quorate: {wrong}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
