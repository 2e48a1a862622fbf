"""docs/causes.md says what the code says, and every statement of the documents is answered."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from quorate.diagnosis.causes import load
from quorate.diagnosis.checks import names as check_names
from quorate.diagnosis.playbook import built_in, built_in_names

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_causes", ROOT / "tools" / "make_causes.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(maker: ModuleType) -> None:
    assert (ROOT / "docs" / "causes.md").read_text() == maker.page(), "run python tools/make_causes.py"


def test_statements_name_causes_and_checks_that_exist(maker: ModuleType) -> None:
    causes, checks = {c.id for c in load()}, set(check_names())
    for document, one in maker.statements():
        assert one.get("causes") or one.get("checks"), f"{document}: {one['says']} is answered by nothing"
        assert set(one.get("causes", ())) <= causes, one["says"]
        assert set(one.get("checks", ())) <= checks, one["says"]


def test_rules_name_causes_that_exist() -> None:
    causes = {c.id for c in load()}
    for name in built_in_names():
        for rule in built_in(name).rules:
            assert set(rule.causes) <= causes, f"{name}: {rule.id}"
            assert rule.checks or rule.pattern, f"{name}: {rule.id} looks at nothing"


def test_all_failure_modes_have_a_rule() -> None:
    rules = {r.id for r in built_in("stateful-failure-modes").rules}
    assert rules == {f"F{i}" for i in range(1, 11)}
