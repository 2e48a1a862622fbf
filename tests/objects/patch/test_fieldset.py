"""Sets of fields against plain Python sets of paths."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.objects.patch import fieldset as sets
from quorate.objects.patch.fieldset import EMPTY, Node, Path
from quorate.objects.patch.shape import Shape, shape_of

ELEMENTS = ["f:a", "f:b", 'k:{"name":"x"}', 'v:"y"', "i:0"]
PATHS = st.lists(st.sampled_from(ELEMENTS), min_size=1, max_size=3).map(tuple)
SETS = st.frozensets(PATHS, max_size=8)


def node(paths: frozenset[Path]) -> Node:
    out: Node = EMPTY
    for path in paths:
        out = sets.union(out, sets.of_path(path))
    return out


def plain(fields: Node) -> set[Path]:
    return set(sets.paths(fields))


@given(SETS)
def test_a_set_holds_what_was_put_in(a: frozenset[Path]) -> None:
    assert plain(node(a)) == a
    assert all(sets.contains(node(a), path) for path in a)
    assert not sets.contains(node(a), ("f:other",))


@given(SETS, SETS)
def test_the_algebra(a: frozenset[Path], b: frozenset[Path]) -> None:
    x, y = node(a), node(b)
    before = copy.deepcopy((x, y))
    assert plain(sets.union(x, y)) == a | b
    assert plain(sets.difference(x, y)) == a - b
    assert plain(sets.intersection(x, y)) == a & b
    below = {path for path in a if not any(path[: len(gone)] == gone for gone in b)}
    assert plain(sets.recursive_difference(x, y)) == below
    assert (x, y) == before


@given(SETS, SETS)
def test_what_changes_nothing_gives_the_same_set(a: frozenset[Path], b: frozenset[Path]) -> None:
    x = node(a)
    assert sets.union(x, node(a & b)) is x
    assert sets.difference(x, node(b - a)) is x or not a


@given(SETS)
def test_no_empty_branches(a: frozenset[Path]) -> None:
    def sound(fields: Node) -> bool:
        return all(key != "." or len(fields) > 1 for key in fields) and all(map(sound, fields.values()))

    assert sound(node(a))
    for path in a:
        assert sound(sets.difference(node(a), sets.of_path(path)))


def test_order_is_that_of_kubernetes() -> None:
    keys = ["i:10", "i:2", 'v:"b"', 'v:"a"', 'k:{"port":443}', 'k:{"port":80}', "f:b", "f:a", "."]
    assert sorted(keys, key=sets.order) == [
        ".", "f:a", "f:b", 'k:{"port":80}', 'k:{"port":443}', 'v:"a"', 'v:"b"', "i:2", "i:10",
    ]  # fmt: skip


def test_paths_in_words() -> None:
    path = ("f:spec", "f:containers", 'k:{"name":"c"}', "f:ports", 'k:{"containerPort":53,"protocol":"TCP"}', "f:name")
    assert sets.path_text(path) == '.spec.containers[name="c"].ports[containerPort=53,protocol="TCP"].name'
    assert sets.path_text(("f:metadata", "f:finalizers", 'v:"a/b"')) == '.metadata.finalizers[="a/b"]'
    assert sets.path_text(("f:x", "i:3")) == ".x[3]"


def test_members_come_before_what_is_below_them() -> None:
    fields = {"f:containers": {'k:{"name":"c"}': {"f:args": {}}}, "f:tolerations": {}}
    assert [path[0] for path in sets.paths(fields)] == ["f:tolerations", "f:containers"]


PORTS = Shape("list", element=Shape("object"), keys=("protocol", "port"), defaults={"protocol": "TCP", "port": 0})


@pytest.mark.parametrize(
    ("item", "key"),
    [
        ({"port": 53, "protocol": "UDP"}, 'k:{"port":53,"protocol":"UDP"}'),
        ({"port": 53}, 'k:{"port":53,"protocol":"TCP"}'),
        ({}, 'k:{"port":0,"protocol":"TCP"}'),
        ({"port": [1]}, 'k:{"port":[1],"protocol":"TCP"}'),
    ],
)
def test_items_by_their_keys(item: dict[str, Any], key: str) -> None:
    assert sets.item_key(PORTS, item) == key


def test_one_is_not_true() -> None:
    values = Shape("list", element=Shape("scalar"))
    assert [sets.item_key(values, item) for item in (1, True, "1", "<")] == ["v:1", "v:true", 'v:"1"', 'v:"\\u003c"']


@pytest.mark.parametrize(
    ("shape", "item", "message"),
    [
        (PORTS, None, "associative list with keys may not have a null element"),
        (PORTS, "x", "associative list with keys may not have non-map elements"),
        (
            Shape("list", keys=("name", "b")),
            {"c": 1},
            'omits all key fields ["b" "name"] (and doesn\'t have default values',
        ),
        (Shape("list"), {}, "associative list without keys has an element that's a map type"),
        (Shape("list"), [], "not supported: associative list with lists as elements"),
        (Shape("list"), None, "associative list without keys has an element that's an explicit null"),
    ],
)
def test_items_without_keys(shape: Shape, item: Any, message: str) -> None:
    with pytest.raises(ValueError, match="associative") as refused:
        sets.item_key(shape, item)
    assert message in str(refused.value)


def test_named_fields_on_the_way_are_counted_in() -> None:
    fields = {"f:metadata": {"f:labels": {"f:a": {}}}, "f:spec": {"f:containers": {'k:{"name":"c"}': {"f:image": {}}}}}
    assert sets.with_named_fields(fields, shape_of("io.k8s.api.core.v1.Pod")) == {
        "f:metadata": {".": {}, "f:labels": {".": {}, "f:a": {}}},
        "f:spec": {".": {}, "f:containers": {".": {}, 'k:{"name":"c"}': {"f:image": {}}}},
    }
