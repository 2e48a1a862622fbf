"""Strategic merge patch: a merge patch that knows the type, so that lists with a merge key are merged by it.

Directives in the patch: `$patch: replace|delete` in a map or a list item, `$deleteFromPrimitiveList/FIELD`,
`$setElementOrder/FIELD`, `$retainKeys`. (Kubernetes: apimachinery/pkg/util/strategicpatch; its words in the errors.)
"""

from typing import Any

from quorate.objects.patch.golang import json_kind, plain
from quorate.objects.patch.merge import same
from quorate.objects.patch.refusal import PatchError, malformed
from quorate.objects.patch.shape import Shape, shape_of
from quorate.objects.patch.strategic_lists import (
    DIRECTIVE,
    SET_ORDER,
    bad_type,
    check_against_order,
    delete_items,
    element_kind,
    in_order,
    merge_items,
    merge_values,
)

Obj = dict[str, Any]

RETAIN_KEYS = "$retainKeys"
DELETE_VALUES = "$deleteFromPrimitiveList"


def apply_strategic_patch(type: Any, obj: Obj, patch: Any) -> Obj:
    """The object with the patch merged in by the merge keys of its type (a schema Type or its name).

    Gives `obj` itself back when nothing changes; shares what it does not change. Raises PatchError.
    """
    if patch is None:
        return obj
    if not isinstance(patch, dict):
        raise malformed(f"json: cannot unmarshal {json_kind(patch)} into Go value of type map[string]interface {{}}")
    return merge_map(shape_of(type), obj, patch)


def merge_map(shape: Shape, old: Obj, patch: Obj) -> Obj:
    """`patch` merged into `old`; the directive in the patch itself decides first."""
    if DIRECTIVE in patch:
        return _directed(patch[DIRECTIVE], patch)
    new = dict(old)
    if RETAIN_KEYS in patch:
        _retain(new, patch)
    done = {RETAIN_KEYS}
    for key in patch:
        if key.startswith(SET_ORDER):
            done |= {key, _ordered_list(shape, new, patch, key)}
    for key, value in patch.items():
        if key in done:
            continue
        if key.startswith(DELETE_VALUES):
            _delete_values(shape, new, _field_of(key, DELETE_VALUES), value)
        else:
            _merge_field(shape, new, key, value)
    unchanged = len(new) == len(old) and all(k in old and old[k] is v for k, v in new.items())
    return old if unchanged else new


def _directed(directive: Any, patch: Obj) -> Obj:
    match directive:
        case "replace":
            return {k: v for k, v in patch.items() if k != DIRECTIVE}
        case "delete":
            return {}
        case _:
            raise PatchError(f"unknown patch type: {plain(directive)} in map: {plain(patch)}")


def _retain(new: Obj, patch: Obj) -> None:
    """Only the listed keys stay: how a union forgets the member that it had."""
    kept = patch[RETAIN_KEYS]
    if not isinstance(kept, list):
        raise malformed("invalid patch format of retainKeys")
    for key, value in patch.items():
        if value is None or key == RETAIN_KEYS or key.startswith((DELETE_VALUES, SET_ORDER)):
            continue
        if key not in kept:
            raise malformed("invalid patch format of retainKeys")
    for key in [key for key in new if key not in kept]:
        del new[key]


def _field_of(key: str, prefix: str) -> str:
    """FIELD of "$prefix/FIELD"."""
    head, slash, field = key.partition("/")
    if head == prefix and slash:
        return field
    raise malformed(
        "invalid patch format of primitive list"
        if prefix == DELETE_VALUES
        else "invalid patch format of setElementOrder list"
    )


def _ordered_list(shape: Shape, new: Obj, patch: Obj, key: str) -> str:
    """Merge the list that goes with a `$setElementOrder/FIELD`, in that order. Returns FIELD."""
    order = patch[key]
    if not isinstance(order, list):
        raise bad_type([], order)
    field = _field_of(key, SET_ORDER)
    live, patched = new.get(field, []), patch.get(field, [])
    for value in (live, patched):
        if not isinstance(value, list):
            raise bad_type([], value)
    inner = _field(shape, field)
    check_against_order(patched, order, inner.merge_key)
    if field not in patch:
        if field not in new:
            return field
        merged = live
    elif field not in new:
        merged, _ = without_directives(patched)
    else:
        merged = _merge_list(inner, live, patched)
    kind = element_kind(live, patched)
    new[field] = _kept(live, in_order(merged, order, live, inner.merge_key, kind))
    return field


def _delete_values(shape: Shape, new: Obj, field: str, value: Any) -> None:
    if value is None:
        new.pop(field, None)
    elif field in new and type(new[field]) is type(value):
        inner = _field(shape, field)
        if isinstance(value, list) and inner.merges:
            element_kind(new[field], value)
            new[field] = _kept(new[field], delete_items(new[field], value))
        elif isinstance(value, list):
            new[field] = value


def _merge_field(shape: Shape, new: Obj, key: str, value: Any) -> None:
    if value is None:
        new.pop(key, None)
        return
    if key not in new or type(new[key]) is not type(value):
        clean, keep = without_directives(_without_nulls(value))
        if keep:
            new[key] = clean
        else:
            new.pop(key, None)
        return
    before = new[key]
    if isinstance(before, dict):
        inner = _field(shape, key)
        new[key] = value if inner.replaces else merge_map(inner, before, value)
    elif isinstance(before, list):
        inner = _field(shape, key)
        new[key] = _kept(before, _merge_list(inner, before, value) if inner.merges else value)
    elif not same(before, value):
        new[key] = value


def _field(shape: Shape, name: str) -> Shape:
    if shape.kind == "object" and not shape.has(name):
        struct = shape.name.rpartition(".")[2]
        raise PatchError(f'unable to find api field in struct {struct} for the json field "{name}"')
    return shape.field(name)


def _merge_list(shape: Shape, old: list[Any], patch: list[Any]) -> list[Any]:
    if not old and not patch:
        return old
    if element_kind(old, patch) != "map":
        return merge_values(old, patch)
    if not shape.merge_key:
        raise PatchError("cannot merge lists without merge key for type struct")
    element = shape.element
    assert element is not None
    return merge_items(old, patch, shape.merge_key, lambda held, item: merge_map(element, held, item))


def _kept(old: list[Any], new: list[Any]) -> list[Any]:
    """The old list itself when the new one holds the same."""
    return old if same(old, new) else new


def _without_nulls(value: Any) -> Any:
    """What is new takes no nulls along; those that stand in a list stay."""
    if isinstance(value, dict):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_without_nulls(v) for v in value]
    return value


def without_directives(value: Any) -> tuple[Any, bool]:
    """A new value cleaned of the maps that are directives, and whether it is to be kept at all."""
    if isinstance(value, dict):
        if DIRECTIVE in value:
            return None, False
        cleaned = {k: without_directives(v) for k, v in value.items()}
        return {k: v for k, (v, keep) in cleaned.items() if keep}, True
    if isinstance(value, list):
        return [v for v, keep in map(without_directives, value) if keep], True
    return value, True
