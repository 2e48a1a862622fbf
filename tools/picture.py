"""Makes docs/rehearse.svg, the picture of the README: a rehearsal of an etcd manifest without a budget."""

import re
from pathlib import Path

from rich.console import Console

from quorate.assemble.rehearsing import rehearse_manifests
from quorate.edge.manifests import read_manifests
from quorate.rehearsal.drill import drills
from quorate.rehearsal.report.terminal import show

ROOT = Path(__file__).parent.parent
MANIFEST = "examples/spoiled/etcd-no-budget.yaml"


def main() -> None:
    report = rehearse_manifests(read_manifests([str(ROOT / MANIFEST)]), drills(), seed=0)
    console = Console(
        record=True, width=110, force_terminal=True, highlight=False, file=(ROOT / "docs/.picture").open("w")
    )
    console.print(f"$ quorate rehearse {MANIFEST}")
    show(report, console)
    picture = console.export_svg(title="quorate rehearse", unique_id="rehearse")
    # Fonts of the reader's own machine: the page needs nothing from elsewhere.
    picture = re.sub(r",\s*url\(\"https:[^)]*\) format\(\"\w+\"\)", "", picture)
    (ROOT / "docs/rehearse.svg").write_text(picture)
    (ROOT / "docs/.picture").unlink()


if __name__ == "__main__":
    main()
