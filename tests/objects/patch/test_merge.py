"""Merge patch: RFC 7386."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.objects.patch.merge import apply_merge_patch, same
from quorate.objects.patch.refusal import PatchError


@pytest.mark.parametrize(
    ("old", "patch", "expected"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ({"a": 1}, {"a": {"b": [{"c": None, "d": 1}]}}, {"a": {"b": [{"d": 1}]}}),
    ],
)
def test_merge(old: dict[str, Any], patch: Any, expected: dict[str, Any]) -> None:
    before = copy.deepcopy(old)
    assert apply_merge_patch(old, patch) == expected
    assert old == before


def test_true_is_not_one() -> None:
    assert apply_merge_patch({"a": 1}, {"a": True})["a"] is True


def test_a_patch_that_is_no_object() -> None:
    with pytest.raises(PatchError) as refused:
        apply_merge_patch({}, [])
    assert refused.value.code == 400
    assert str(refused.value).endswith("cannot unmarshal array into Go value of type map[string]interface {}")


VALUES = st.recursive(
    st.booleans() | st.integers(0, 2) | st.sampled_from(["", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from("abcd"), VALUES)


def diff(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The merge patch that leads from one to the other."""
    patch: dict[str, Any] = {key: None for key in old if key not in new}
    for key, value in new.items():
        if key not in old:
            patch[key] = value
        elif isinstance(value, dict) and isinstance(old[key], dict):
            patch[key] = diff(old[key], value)
        elif not same(old[key], value):
            patch[key] = value
    return patch


@given(OBJECTS, OBJECTS)
def test_the_difference_leads_to_the_target(old: dict[str, Any], new: dict[str, Any]) -> None:
    before = copy.deepcopy(old)
    assert same(apply_merge_patch(old, diff(old, new)), new)
    assert old == before


@given(OBJECTS)
def test_a_patch_that_changes_nothing_gives_the_object_itself(obj: dict[str, Any]) -> None:
    assert apply_merge_patch(obj, {}) is obj
    assert apply_merge_patch(obj, copy.deepcopy(obj)) is obj
