"""The lists of a strategic merge patch: by merge key, by value, and in which order."""

from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

from quorate.objects.patch.golang import plain, type_name
from quorate.objects.patch.refusal import PatchError

Obj = dict[str, Any]

DIRECTIVE = "$patch"
SET_ORDER = "$setElementOrder"


def no_merge_key(item: Obj, key: str) -> PatchError:
    return PatchError(f"map: {plain(item)} does not contain declared merge key: {key}")


def bad_type(expected: Any, actual: Any) -> PatchError:
    return PatchError(f"expected a {type_name(expected)}, but received a {type_name(actual)}")


def element_kind(*lists: list[Any]) -> str:
    """The kind of all the elements: "map" or a scalar's. Raises PatchError when they differ, or there are none."""
    found = None
    for items in lists:
        for item in items:
            if isinstance(item, list):
                raise PatchError("lists of lists are not supported", "Invalid", 422, {})
            if found is None:
                found = type(item)
            elif type(item) is not found:
                raise PatchError(f"list element types are not identical: {plain(list(lists))}")
    if found is None:
        raise PatchError("no elements in any of the given slices")
    return "map" if found is dict else found.__name__


def delete_items(old: list[Any], gone: list[Any]) -> list[Any]:
    return [item for item in old if item not in gone]


def merge_values(old: list[Any], patch: list[Any]) -> list[Any]:
    """A list of scalars as a set: what the patch names is added and takes the patch's order."""
    merged = list(dict.fromkeys([*old, *patch]))
    return in_order(merged, patch, old, "", "")


def merge_items(old: list[Any], patch: list[Any], key: str, merge: Callable[[Obj, Obj], Obj]) -> list[Any]:
    """A list of maps by its merge key. `merge(held, item)` merges one item into the one that is held."""
    added, replace = [], False
    for item in patch:
        match item.get(DIRECTIVE):
            case None if DIRECTIVE not in item:
                added.append(item)
            case "delete":
                if not _has(item, key):
                    raise no_merge_key(item, key)
                old = [held for held in old if held.get(key) != item[key]]
            case "replace":
                replace = True
            case "merge":
                raise PatchError("merging lists cannot yet be specified in the patch")
            case unknown:
                raise PatchError(f"unknown patch type: {plain(unknown)} in map: {plain(item)}")
    if replace:
        return added
    merged = list(old)
    at = {held[key]: i for i, held in reversed(list(enumerate(merged))) if _has(held, key)}
    for item in added:
        if not _has(item, key):
            raise no_merge_key(item, key)
        found = at.get(item[key])
        if found is None:
            at[item[key]] = len(merged)
            merged.append(item)
        else:
            merged[found] = merge(merged[found], item)
    return in_order(merged, added, old, key, "map")


def in_order(merged: list[Any], asked: list[Any], live: list[Any], key: str, kind: str) -> list[Any]:
    """`merged` in order: the items in `asked` as they stand there, the others as they stand in `live`.

    The two runs are interleaved: one that is only live goes before the next asked one if it stood before it.
    """
    if key:
        for item in [*merged, *asked]:
            if not isinstance(item, dict):
                raise bad_type({}, item)
            if not _has(item, key):
                raise no_merge_key(item, key)
    asked_at, live_at = _places(asked, key), _places(live, key)
    named = sorted((i for i in merged if _mark(i, key) in asked_at), key=lambda i: asked_at[_mark(i, key)])
    others = _by_place([i for i in merged if _mark(i, key) not in asked_at], live_at, key)
    out: list[Any] = []
    for item in named:
        here = live_at.get(_mark(item, key))
        while others and here is not None:
            there = live_at.get(_mark(others[0], key))
            if there is None or there >= here:
                break
            out.append(others.pop(0))
        out.append(item)
    return out + others


def _has(item: Obj, key: str) -> bool:
    """Whether the item can be told by its merge key: it is there, and a plain value."""
    return key in item and not isinstance(item[key], dict | list)


def _mark(item: Any, key: str) -> Any:
    return item[key] if key else item


def _places(items: list[Any], key: str) -> dict[Any, int]:
    return {_mark(item, key): i for i, item in reversed(list(enumerate(items))) if not key or _has(item, key)}


def _by_place(items: list[Any], places: dict[Any, int], key: str) -> list[Any]:
    def compare(a: Any, b: Any) -> int:
        first, second = places.get(_mark(a, key)), places.get(_mark(b, key))
        return 0 if first is None or second is None else first - second

    return sorted(items, key=cmp_to_key(compare))


def check_against_order(patch: list[Any], order: list[Any], key: str) -> None:
    """The patch's items must all stand in the `$setElementOrder` list, in its order; deletions need not."""
    if not order or not patch:
        return
    if key:
        for item in patch:
            if not isinstance(item, dict):
                raise bad_type({}, item)
    rest = iter(order)
    for item in patch:
        if isinstance(item, dict) and DIRECTIVE in item:
            continue
        if not any(_same_mark(item, placed, key) for placed in rest):
            raise PatchError(
                f"The order in patch list:\n{plain(patch)}\n doesn't match {SET_ORDER} list:\n{plain(order)}\n"
            )


def _same_mark(item: Any, placed: Any, key: str) -> bool:
    if not key:
        return bool(item == placed)
    for value in (item, placed):
        if not isinstance(value, dict):
            raise bad_type({}, value)
        if key not in value:
            raise no_merge_key(value, key)
    return bool(item[key] == placed[key])
