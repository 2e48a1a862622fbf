"""What rules allow, cover, and how they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.apiserver.access.attributes import Attributes
from quorate.apiserver.access.rules import FULL_AUTHORITY, allows, broken_down, compact, described, missing


def rule(verbs: str, resources: str = "", groups: str = "core", names: str = "", urls: str = "") -> dict:
    made = {"verbs": verbs.split()}
    if urls:
        return {**made, "nonResourceURLs": urls.split()}
    made |= {"apiGroups": ["" if g == "core" else g for g in groups.split()], "resources": resources.split()}
    return {**made, "resourceNames": names.split()} if names else made


def asked(verb: str, resource: str = "", name: str = "", group: str = "", path: str = "") -> Attributes:
    plural, _, subresource = resource.partition("/")
    return Attributes(verb, path, group, "v1", plural, subresource, name)


@pytest.mark.parametrize(("held", "wanted", "allowed"), [
    (rule("get list", "pods"), asked("get", "pods"), True),
    (rule("get list", "pods"), asked("watch", "pods"), False),
    (rule("*", "pods"), asked("anything", "pods"), True),
    (rule("get", "pods"), asked("get", "pods/log"), False),
    (rule("get", "pods/log"), asked("get", "pods/log"), True),
    (rule("get", "pods/log"), asked("get", "pods"), False),
    (rule("get", "*/log"), asked("get", "pods/log"), True),
    (rule("get", "*/log"), asked("get", "log"), False),
    (rule("get", "*"), asked("get", "pods/log"), True),
    (rule("get", "pods/*"), asked("get", "pods/log"), False),
    (rule("get", "deployments", "apps"), asked("get", "deployments"), False),
    (rule("get", "deployments", "*"), asked("get", "deployments", group="apps"), True),
    (rule("get", "pods", names="a b"), asked("get", "pods", "b"), True),
    (rule("get", "pods", names="a b"), asked("get", "pods", "c"), False),
    (rule("list", "pods", names="a"), asked("list", "pods"), False),
    (rule("get", urls="/healthz"), asked("get", path="/healthz"), True),
    (rule("get", urls="/healthz"), asked("get", path="/healthz/ping"), False),
    (rule("get", urls="/healthz/*"), asked("get", path="/healthz/ping"), True),
    (rule("get", urls="/healthz/*"), asked("get", path="/healthz"), False),
    (rule("get", urls="*"), asked("get", path="/anything"), True),
    (rule("*", "*", "*"), asked("get", path="/anything"), False),
    (rule("get", urls="*"), asked("get", "pods"), False),
])  # fmt: skip
def test_allows(held: dict, wanted: Attributes, allowed: bool) -> None:
    assert allows(held, wanted) is allowed


@pytest.mark.parametrize(("held", "wanted", "lacking"), [
    ([rule("get", "pods")], [rule("get", "pods")], []),
    ([rule("get", "pods"), rule("list", "pods")], [rule("get list", "pods")], []),
    ([rule("get", "pods")], [rule("get list", "pods secrets")], [rule("list", "pods"), rule("get list", "secrets")]),
    ([rule("*", "*", "*")], [rule("get", "pods/log", "core apps")], []),
    ([rule("*", "*", "*")], [rule("get", urls="/x")], [rule("get", urls="/x")]),
    ([rule("get", "*/log")], [rule("get", "pods/log")], []),
    ([rule("get", "pods", names="a")], [rule("get", "pods")], [rule("get", "pods")]),
    ([rule("get", "pods")], [rule("get", "pods", names="a")], []),
    ([rule("get", "pods", names="a b")], [rule("get", "pods", names="b c")], [rule("get", "pods", names="c")]),
    ([rule("get", urls="/a/*")], [rule("get", urls="/a/b /a/*")], []),
    ([rule("get list", "pods")], FULL_AUTHORITY, FULL_AUTHORITY),
])  # fmt: skip
def test_missing(held: list, wanted: list, lacking: list) -> None:
    assert described(compact(missing(held, wanted))) == described(lacking)


def test_written_as_kubernetes_writes_them() -> None:
    assert described([rule("get list", "pods"), rule("get", urls="/x"), rule("get", "a", "g", names="n")]) == [
        '{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}',
        '{APIGroups:["g"], Resources:["a"], ResourceNames:["n"], Verbs:["get"]}',
        '{NonResourceURLs:["/x"], Verbs:["get"]}',
    ]


words = st.lists(st.sampled_from("ab*"), min_size=1, max_size=2, unique=True).map(" ".join)
rules = st.lists(st.builds(rule, words, words, words, st.sampled_from(["", "n", "n m"])), max_size=3)


@given(rules, rules, st.builds(asked, st.sampled_from("abc"), st.sampled_from("abc"), st.sampled_from(["", "n"])))
def test_who_lacks_nothing_of_it_may_do_all_of_it(held: list, wanted: list, one: Attributes) -> None:
    if not missing(held, wanted) and any(allows(r, one) for r in wanted):
        assert any(allows(r, one) for r in held)


@given(rules)
def test_broken_down_is_covered_by_what_it_came_from(some: list) -> None:
    assert missing(some, some) == []
    assert missing([part for r in some for part in broken_down(r)], some) == []
