"""Writes examples/expected/: what `quorate rehearse` says of each example, as a table (120 columns) and as JSON.

python tools/regenerate_examples.py [NAME...]      all, or only those whose path contains a name
"""

import io
import os
import sys
from pathlib import Path

import orjson
from rich.console import Console

from quorate.assemble.rehearsing import rehearse_manifests
from quorate.edge.manifests import read_manifests
from quorate.rehearsal.drill import drills
from quorate.rehearsal.report.data import report_data
from quorate.rehearsal.report.terminal import show

ROOT = Path(__file__).parent.parent
EXPECTED = ROOT / "examples" / "expected"
COLUMNS = 120


def examples() -> list[str]:
    """Paths from the root of the repository, as the commands of the README have them."""
    return sorted(str(p.relative_to(ROOT)) for p in (ROOT / "examples").rglob("*.yaml") if EXPECTED not in p.parents)


def rehearsed(example: str, jobs: int | None = None) -> dict[str, str]:
    """File name -> content, of what is expected for an example. The working directory has to be the root."""
    report = rehearse_manifests(read_manifests([example]), drills(), seed=0, jobs=jobs)
    text = io.StringIO()
    for warning in report.warnings:
        text.write(f"warning: {warning}\n")
    show(report, Console(file=text, width=COLUMNS, highlight=False, color_system=None))
    data = orjson.dumps(report_data(report), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    name = example.removeprefix("examples/").removesuffix(".yaml").replace("/", "-")
    return {f"{name}.txt": text.getvalue(), f"{name}.json": data.decode()}


def main() -> None:
    os.chdir(ROOT)
    EXPECTED.mkdir(exist_ok=True)
    for example in examples():
        if len(sys.argv) > 1 and not any(name in example for name in sys.argv[1:]):
            continue
        for name, content in rehearsed(example).items():
            (EXPECTED / name).write_text(content)
        print(example)


if __name__ == "__main__":
    main()
