"""How the code is cut: small modules that say what they are."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "src").rglob("*.py"))
MOST_LINES = 400


@pytest.mark.parametrize("path", MODULES, ids=[str(p.relative_to(ROOT / "src")) for p in MODULES])
def test_a_module_is_small_and_says_what_it_is(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= MOST_LINES
    assert not text.strip() or ast.get_docstring(ast.parse(text)), "a module begins with what it is for"
    assert path.stem not in ("utils", "helpers", "common", "misc", "util")
