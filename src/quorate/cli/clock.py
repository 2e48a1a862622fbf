"""quorate clock: the time of a running world."""

from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.refusal import Unusable

EPILOG = """\b
Examples:
  quorate clock advance 10m     ten minutes pass at once
  quorate clock show            what time it is there
"""

app = typer.Typer(
    help="Read or advance the clock of a running world.", no_args_is_help=True, rich_markup_mode=None,
    epilog=EPILOG,
)  # fmt: skip

Kubeconfig = Annotated[
    Path,
    typer.Option(help="The kubeconfig that quorate up wrote.", envvar="KUBECONFIG", dir_okay=False),
]


def _told(kubeconfig: Path, advance: str | None) -> None:
    from quorate.edge.world_client import WorldClient, WorldError

    world = WorldClient(kubeconfig)
    try:
        told = world.clock() if advance is None else world.advance(advance)
    except WorldError as wrong:
        raise Unusable(str(wrong)) from None
    print(told["now"])


@app.command(epilog="Example: quorate clock advance 10m")
def advance(
    by: Annotated[str, typer.Argument(help="How far, e.g. 90s, 10m, 1h30m.", metavar="DURATION")],
    kubeconfig: Kubeconfig = Path("quorate.kubeconfig"),
) -> None:
    """Let time pass at once: everything that would have happened by then happens now."""
    _told(kubeconfig, by)


@app.command(epilog="Example: quorate clock show")
def show(kubeconfig: Kubeconfig = Path("quorate.kubeconfig")) -> None:
    """Print what time it is in the world."""
    _told(kubeconfig, None)
