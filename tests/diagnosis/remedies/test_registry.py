"""The folder of remedies: each is complete, and every one that a cause names is there."""

import ast
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from quorate.diagnosis.remedies import load

DIAGNOSIS = Path(str(resources.files("quorate.diagnosis")))


def test_the_id_is_the_files_name() -> None:
    files = {p.stem.replace("_", "-") for p in (DIAGNOSIS / "remedies").glob("*.py") if p.stem[0] != "_"}
    assert set(load()) == files


@pytest.mark.parametrize("name", sorted(load()))
def test_each_says_what_it_does_and_takes(name: str) -> None:
    known = load()[name]
    assert known.title and known.about.endswith(".")
    assert all(key and says for key, says in known.takes.items())


def _named(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Act":
            yield node.args[0]


def _texts(said: ast.expr) -> set[str]:
    """The strings that an expression may stand for."""
    if isinstance(said, ast.IfExp):
        return _texts(said.body) | _texts(said.orelse)
    if isinstance(said, ast.Constant):
        return {str(said.value)}
    assert isinstance(said, ast.Name) and said.id == "ID", f"write the remedy's name out: {ast.unparse(said)}"
    return set()


def test_every_remedy_that_is_named_is_there() -> None:
    seen: set[str] = set()
    for path in DIAGNOSIS.rglob("*.py"):
        if path.parent.name == "remedies":
            continue
        for said in _named(ast.parse(path.read_text())):
            names = _texts(said)
            assert names <= set(load()), f"{path.name} names {names}"
            seen |= names
    assert {"delete-pod", "partition", "resume", "quota"} <= seen, "the search finds nothing"
