"""quorate snapshot: keep a whole world in a file, and bring it back."""

from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.refusal import Unusable

EPILOG = """\b
Examples:
  quorate snapshot save before.snap                   keep the running world
  quorate up --from before.snap                       a world that goes on from there
  quorate snapshot restore before.snap --data ./world make a data folder of it, for quorate up --data
"""

app = typer.Typer(
    help="Keep a whole world in a file, and bring it back.", no_args_is_help=True, rich_markup_mode=None, epilog=EPILOG
)
File = Annotated[Path, typer.Argument(help="The snapshot.", dir_okay=False)]


@app.command(epilog="\b\nExample:\n  quorate snapshot save before.snap")
def save(
    file: File,
    kubeconfig: Annotated[
        Path, typer.Option(help="The kubeconfig that quorate up wrote.", envvar="KUBECONFIG", dir_okay=False)
    ] = Path("quorate.kubeconfig"),
) -> None:
    """Write every object of the running world, its revision, time and seed into one file (mode 0600)."""
    from quorate.edge.snapshot import SnapshotError, unpack, write_snapshot
    from quorate.edge.world_client import WorldClient, WorldError

    try:
        raw = WorldClient(kubeconfig).snapshot()
        made = unpack(raw, "what the world answered")
        write_snapshot(file, raw)
    except (WorldError, SnapshotError) as wrong:
        raise Unusable(str(wrong)) from None
    print(f"Saved {len(made.objects)} objects at revision {made.revision} to {file}.")


@app.command(epilog="\b\nExample:\n  quorate snapshot restore before.snap --data ./world && quorate up --data ./world")
def restore(
    file: File,
    data: Annotated[Path, typer.Option(help="The folder to make; it must not hold a world yet.", file_okay=False)],
) -> None:
    """Make a data folder of a snapshot. A running world is never put back: its clients have seen what came later."""
    from contextlib import closing

    from quorate.edge.durable import Durable
    from quorate.edge.durable_file import DataError
    from quorate.edge.snapshot import SnapshotError, read_snapshot

    try:
        kept = read_snapshot(file)
        with closing(Durable(data)) as durable:
            durable.adopt(kept.versions(), kept.revision, kept.now, (kept.seed >> 32) + 1)
    except (SnapshotError, DataError) as wrong:
        raise Unusable(str(wrong)) from None
    print(
        f"Restored {len(kept.objects)} objects at revision {kept.revision} into {data}; go on with: quorate up --data {data}"
    )
