"""Makes the pictures of the README: a rehearsal of an etcd manifest without a budget, and a diagnosis of a recorded dump."""

import re
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from quorate.assemble.diagnosing import Question, ask_dump
from quorate.assemble.rehearsing import rehearse_manifests
from quorate.diagnosis.report import terminal
from quorate.diagnosis.target import Target
from quorate.edge.manifests import read_manifests
from quorate.rehearsal.drill import drills
from quorate.rehearsal.report.terminal import show

ROOT = Path(__file__).parent.parent
MANIFEST = "examples/spoiled/etcd-no-budget.yaml"
DUMP = "tests/diagnosis/dumps/broken-rollback.broken_rollback.tar.xz"


def rehearsal(console: Console) -> None:
    report = rehearse_manifests(read_manifests([str(ROOT / MANIFEST)]), drills(), seed=0)
    console.print(f"$ quorate rehearse {MANIFEST}")
    show(report, console)


def diagnosis(console: Console) -> None:
    target = Target("StatefulSet", "db", "prod")
    answered = ask_dump([ROOT / DUMP], Question(((target, None),)))
    console.print("$ quorate diagnose statefulset/db -n prod")
    terminal.show(console, answered.diagnoses, one=True, live=True)


def picture(name: str, title: str, width: int, draw: Callable[[Console], None]) -> None:
    with (ROOT / "docs/.picture").open("w") as nowhere:
        console = Console(record=True, width=width, force_terminal=True, highlight=False, file=nowhere)
        draw(console)
    drawn = console.export_svg(title=title, unique_id=name)
    # Fonts of the reader's own machine: the page needs nothing from elsewhere.
    drawn = re.sub(r",\s*url\(\"https:[^)]*\) format\(\"\w+\"\)", "", drawn)
    (ROOT / f"docs/{name}.svg").write_text(drawn)
    (ROOT / "docs/.picture").unlink()


def main() -> None:
    picture("rehearse", "quorate rehearse", 110, rehearsal)
    picture("diagnose", "quorate diagnose", 116, diagnosis)


if __name__ == "__main__":
    main()
