"""docs/faults.md tells of every annotation that simulated nodes and drivers understand."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "faults.md").read_text()
NAME = re.compile(r'sim\.quorate\.dev/([a-z]+(?:-[a-z]+)*)|PREFIX \+ "([a-z-]+)"')


def test_every_annotation_is_told_of() -> None:
    names = {m[1] or m[2] for path in (ROOT / "src" / "quorate").rglob("*.py") for m in NAME.finditer(path.read_text())}
    assert {"ready", "fault", "down", "provision-after"} <= names
    assert {n for n in names if f"`{n}`" not in PAGE and f"`{n}:" not in PAGE} == set()
