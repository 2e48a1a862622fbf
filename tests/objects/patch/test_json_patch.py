"""JSON patch: what Kubernetes takes, what it refuses, and that nothing else is touched."""

import contextlib
import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.objects.patch.json_patch import MOST_OPERATIONS, apply_json_patch
from quorate.objects.patch.refusal import PatchError

OBJ: dict[str, Any] = {
    "metadata": {"labels": {"a": "1"}, "a/b": 1, "m~n": 2},
    "spec": {"list": [1, 2, 3], "map": {"x": {"y": 1}}},
}


@pytest.mark.parametrize(
    ("op", "path", "expected"),
    [
        ({"op": "add", "path": "/metadata/labels/b", "value": "2"}, "metadata.labels", {"a": "1", "b": "2"}),
        ({"op": "add", "path": "/metadata/labels/a", "value": "2"}, "metadata.labels", {"a": "2"}),
        ({"op": "add", "path": "/spec/list/-", "value": 4}, "spec.list", [1, 2, 3, 4]),
        ({"op": "add", "path": "/spec/list/0", "value": 0}, "spec.list", [0, 1, 2, 3]),
        ({"op": "add", "path": "/spec/list/3", "value": 4}, "spec.list", [1, 2, 3, 4]),
        ({"op": "add", "path": "/spec/list/-1", "value": 4}, "spec.list", [1, 2, 3, 4]),
        ({"op": "add", "path": "/spec/map/x", "value": None}, "spec.map", {"x": None}),
        ({"op": "replace", "path": "/spec/list/1", "value": 9}, "spec.list", [1, 9, 3]),
        ({"op": "replace", "path": "/spec/list/-1", "value": 9}, "spec.list", [1, 2, 9]),
        ({"op": "replace", "path": "/metadata/labels/new", "value": "x"}, "metadata.labels", {"a": "1", "new": "x"}),
        ({"op": "remove", "path": "/metadata/labels/a"}, "metadata.labels", {}),
        ({"op": "remove", "path": "/spec/list/0"}, "spec.list", [2, 3]),
        ({"op": "move", "from": "/metadata/labels/a", "path": "/metadata/labels/z"}, "metadata.labels", {"z": "1"}),
        ({"op": "copy", "from": "/spec/map/x", "path": "/spec/map/z"}, "spec.map", {"x": {"y": 1}, "z": {"y": 1}}),
        ({"op": "copy", "from": "/spec/map/none", "path": "/spec/map/z"}, "spec.map", {"x": {"y": 1}, "z": None}),
        ({"op": "test", "path": "/spec/list", "value": [1, 2, 3]}, "spec.list", [1, 2, 3]),
        ({"op": "test", "path": "/spec/map/none", "value": None}, "spec.list", [1, 2, 3]),
        ({"op": "replace", "path": "/metadata/a~1b", "value": 5}, "metadata.a/b", 5),
        ({"op": "replace", "path": "/metadata/m~0n", "value": 5}, "metadata.m~n", 5),
    ],
)
def test_an_operation(op: dict[str, Any], path: str, expected: Any) -> None:
    before = copy.deepcopy(OBJ)
    done = apply_json_patch(OBJ, [op])
    for part in path.split("."):
        done = done[part]
    assert done == expected
    assert before == OBJ


@pytest.mark.parametrize(
    "op",
    [
        {"op": "remove", "path": "/metadata/labels/none"},
        {"op": "remove", "path": "/spec/list/3"},
        {"op": "replace", "path": "/spec/none/deep", "value": 1},
        {"op": "replace", "path": "/spec/list/3", "value": 1},
        {"op": "add", "path": "/spec/list/4", "value": 1},
        {"op": "add", "path": "/spec/list/x", "value": 1},
        {"op": "add", "path": "/none/deep", "value": 1},
        {"op": "add", "path": "no-slash", "value": 1},
        {"op": "add", "value": 1},
        {"op": "test", "path": "/spec/list/0", "value": 2},
        {"op": "test", "path": "/spec/list/0", "value": True},
        {"op": "test", "path": "/metadata/labels/a", "value": None},
        {"op": "move", "from": "/spec/none", "path": "/spec/z"},
        {"op": "move", "path": "/spec/z"},
        {"op": "burn", "path": "/spec"},
        {"op": "replace", "path": "", "value": [1]},
        {},
    ],
)
def test_what_does_not_fit_is_rejected_without_a_reason(op: dict[str, Any]) -> None:
    with pytest.raises(PatchError) as refused:
        apply_json_patch(OBJ, [op])
    assert (refused.value.code, refused.value.reason, str(refused.value)) == (
        422, "Invalid", "the server rejected our request due to an error in our request",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "cannot unmarshal object into Go value of type []handlers.jsonPatchOp"),
        ("x", "cannot unmarshal string into Go value of type []handlers.jsonPatchOp"),
        ([1], "cannot unmarshal number into Go value of type handlers.jsonPatchOp"),
        ([{"op": "add", "path": 1}], "cannot unmarshal number into Go struct field jsonPatchOp.path of type string"),
    ],
)
def test_a_malformed_body_is_a_bad_request(body: Any, message: str) -> None:
    with pytest.raises(PatchError) as refused:
        apply_json_patch(OBJ, body)
    assert (refused.value.code, refused.value.reason) == (400, "BadRequest")
    assert str(refused.value) == f"error decoding patch: json: {message}"


def test_too_many_operations() -> None:
    with pytest.raises(PatchError) as refused:
        apply_json_patch(OBJ, [{"op": "test", "path": "/spec/none", "value": None}] * (MOST_OPERATIONS + 1))
    assert refused.value.code == 413


def test_an_operation_with_nothing_in_it_does_not_fit() -> None:
    with pytest.raises(PatchError) as refused:
        apply_json_patch({"a": 1}, [None])
    assert refused.value.code == 422


def test_what_is_not_touched_is_shared() -> None:
    done = apply_json_patch(OBJ, [{"op": "add", "path": "/metadata/labels/b", "value": "2"}])
    assert done["spec"] is OBJ["spec"]


def test_operations_see_each_other() -> None:
    ops = [
        {"op": "add", "path": "/spec/new", "value": {}},
        {"op": "add", "path": "/spec/new/x", "value": [1]},
        {"op": "move", "from": "/spec/new/x/0", "path": "/spec/list/0"},
        {"op": "test", "path": "/spec/new/x", "value": []},
    ]
    assert apply_json_patch(OBJ, ops)["spec"]["list"] == [1, 1, 2, 3]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
PATHS = st.lists(st.sampled_from(["a", "b", "c", "0", "1", "-1", "-"]), min_size=1, max_size=3).map(
    lambda p: "/" + "/".join(p)
)
OPS = st.fixed_dictionaries(
    {
        "op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]),
        "path": PATHS,
        "from": PATHS,
        "value": VALUES,
    }
)


@given(st.dictionaries(st.sampled_from("abc"), VALUES), st.lists(OPS, max_size=4))
def test_nothing_is_changed_in_place(obj: dict[str, Any], ops: list[Any]) -> None:
    before, asked = copy.deepcopy(obj), copy.deepcopy(ops)
    with contextlib.suppress(PatchError):
        apply_json_patch(obj, ops)
    assert (obj, ops) == (before, asked)
