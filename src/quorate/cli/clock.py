"""quorate clock: the time of a running world."""

from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.refusal import Unusable

app = typer.Typer(
    help="Read or advance the clock of a running world.", no_args_is_help=True, rich_markup_mode=None,
    epilog="\b\nExamples:\n  quorate clock advance 10m     ten minutes pass at once\n  quorate clock show            what time it is there",
)  # fmt: skip

Kubeconfig = Annotated[
    Path,
    typer.Option(help="The kubeconfig that quorate up wrote.", envvar="KUBECONFIG", dir_okay=False),
]


def _call(kubeconfig: Path, advance: str | None) -> None:
    from quorate.edge.clock_client import ClockError, advance_clock, read_clock
    from quorate.edge.kubeconfig import KubeconfigError

    try:
        told = read_clock(kubeconfig) if advance is None else advance_clock(kubeconfig, advance)
    except (ClockError, KubeconfigError) as wrong:
        raise Unusable(str(wrong)) from None
    print(told["now"])


@app.command()
def advance(
    by: Annotated[str, typer.Argument(help="How far, e.g. 90s, 10m, 1h30m.", metavar="DURATION")],
    kubeconfig: Kubeconfig = Path("quorate.kubeconfig"),
) -> None:
    """Let time pass at once: everything that would have happened by then happens now."""
    _call(kubeconfig, by)


@app.command()
def show(kubeconfig: Kubeconfig = Path("quorate.kubeconfig")) -> None:
    """Print what time it is in the world."""
    _call(kubeconfig, None)
