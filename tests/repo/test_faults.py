"""Every fault is a file with a case of its own, and says what it is."""

import ast
from pathlib import Path

import pytest

from quorate.faults.switchboard.catalogue import fault_named, names
from quorate.objects.times import parse_duration

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", names())
def test_each_has_a_test_named_after_it(name: str) -> None:
    file = ROOT / "tests" / "faults" / f"test_{name.replace('-', '_')}.py"
    assert file.is_file(), f"{name} has no case: write {file.relative_to(ROOT)}"
    tested = [n.name for n in ast.parse(file.read_text()).body if isinstance(n, ast.FunctionDef)]
    assert any(n.startswith("test_") for n in tested)
    assert f'"{name}"' in file.read_text()


@pytest.mark.parametrize("name", names())
def test_each_says_what_it_is(name: str) -> None:
    fault = fault_named(name)
    assert fault.about and fault.story and fault.parameters
    assert len(fault.about) < 120
    for example in fault.examples:
        assert example.startswith(f"quorate fault inject {name}")
    for parameter in fault.parameters:
        assert parameter.about
        if parameter.kind == "duration" and parameter.default is not None:
            parse_duration(str(parameter.default))


def test_the_folder_holds_nothing_else() -> None:
    folder = ROOT / "src" / "quorate" / "faults"
    files = {f.stem for f in folder.glob("*.py")} - {"__init__"}
    assert files == {name.replace("-", "_") for name in names()}


@pytest.mark.parametrize("name", names())
def test_each_is_in_the_how_to(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs" / "faults.md").read_text()
