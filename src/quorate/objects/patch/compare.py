"""Which fields two objects differ in, as sets of fields. (Kubernetes: structured-merge-diff, TypedValue.Compare.)"""

from typing import Any

from quorate.objects.patch.fieldset import LEAF, SELF, Node, item_key
from quorate.objects.patch.shape import ABSENT, Shape

Obj = dict[str, Any]


def compare(shape: Shape, old: Obj, new: Obj) -> tuple[Node, Node]:
    """(changed, removed): the fields that are new or different in `new`, and those of `old` that it no longer has.

    Parts that both share are not looked into.
    """
    changed: Node = {}
    removed: Node = {}
    if old is not new:
        _maps(shape, old, new, changed, removed)
    return changed, removed


def _maps(shape: Shape, old: Obj, new: Obj, changed: Node, removed: Node) -> None:
    for name, after in new.items():
        before = old.get(name)
        if before is after:
            if after is not None or name in old:
                continue
        elif before is not None:
            if before != after:
                _values(shape.field(name), before, after, "f:" + name, changed, removed)
            continue
        inner = shape.field(name)
        if name in old or inner.zero is not ABSENT:
            _values(inner, old.get(name, inner.zero), after, "f:" + name, changed, removed)
        else:
            changed["f:" + name] = whole(inner, after)
    for name in old.keys() - new.keys():
        inner = shape.field(name)
        if inner.zero is not ABSENT:
            _values(inner, old[name], inner.zero, "f:" + name, changed, removed)
        else:
            removed["f:" + name] = whole(inner, old[name])


def _values(shape: Shape, before: Any, after: Any, key: str, changed: Node, removed: Node) -> None:
    """Two values of one place, either of which may be null."""
    if before == after:
        return
    if not shape.atomic and (before or after):
        fresh: Node = {}
        gone: Node = {}
        if _is(dict, before, after) and shape.kind != "scalar":
            _maps(shape, before or {}, after or {}, fresh, gone)
        elif _is(list, before, after) and shape.kind == "list":
            _lists(shape, before or [], after or [], fresh, gone)
        else:
            changed[key] = LEAF
            inner = whole(shape, before)
            if inner:
                removed[key] = {k: v for k, v in inner.items() if k != SELF}
            return
        if fresh:
            changed[key] = fresh
        if gone:
            removed[key] = gone
        return
    changed[key] = LEAF


def _is(kind: type, before: Any, after: Any) -> bool:
    return (before is None or isinstance(before, kind)) and (after is None or isinstance(after, kind))


def _lists(shape: Shape, old: list[Any], new: list[Any], changed: Node, removed: Node) -> None:
    assert shape.element is not None
    before, after = by_key(shape, old), by_key(shape, new)
    for key, items in after.items():
        held = before.get(key)
        if held is None:
            changed[key] = _group(shape.element, items)
        elif len(held) == len(items) == 1:
            if held[0] is not items[0]:
                _values(shape.element, held[0], items[0], key, changed, removed)
        elif held != items:
            changed[key] = LEAF
    for key in before.keys() - after.keys():
        removed[key] = _group(shape.element, before[key])


def _group(shape: Shape, items: list[Any]) -> Node:
    """One item, or several with the same key, which nobody can own but together."""
    return whole(shape, items[0]) if len(items) == 1 else LEAF


def by_key(shape: Shape, items: list[Any]) -> dict[str, list[Any]]:
    """The items by their path elements. Items that have none are left out."""
    out: dict[str, list[Any]] = {}
    for item in items:
        try:
            key = item_key(shape, item)
        except ValueError:
            continue
        out.setdefault(key, []).append(item)
    return out


def whole(shape: Shape, value: Any) -> Node:
    """The set of a value and of everything in it."""
    if shape.atomic or not value or shape.kind == "scalar":
        return LEAF
    if isinstance(value, dict):
        inner = {"f:" + name: whole(shape.field(name), item) for name, item in value.items()}
    elif isinstance(value, list) and shape.kind == "list":
        assert shape.element is not None
        inner = {key: _group(shape.element, items) for key, items in by_key(shape, value).items()}
    else:
        return LEAF
    return {SELF: LEAF, **inner}
