"""What server-side apply does with an object and its type: check, merge, list its fields, take fields out.

(Kubernetes: structured-merge-diff's TypedValue: Validate, Merge, ToFieldSet, RemoveItems, with its words.)
"""

from typing import Any

from quorate.objects.patch.compare import by_key
from quorate.objects.patch.fieldset import EMPTY, LEAF, SELF, Node, element_text, is_member, item_key
from quorate.objects.patch.golang import plain, syntax, type_name
from quorate.objects.patch.merge import same
from quorate.objects.patch.shape import Shape

Obj = dict[str, Any]

_NOTHING: Any = object()


def problems(shape: Shape, value: Any) -> list[str]:
    """What keeps the value from being of this type: ".spec.replicas: expected numeric (int or float), got string"."""
    return [f"{path}: {text}" if path else text for path, text in _problems(shape, value)]


def _problems(shape: Shape, value: Any) -> list[tuple[str, str]]:
    if value is None:
        return []
    match shape.kind:
        case "scalar":
            text = _scalar_problem(shape.scalar, value)
            return [("", text)] if text else []
        case "list":
            if not isinstance(value, list):
                return [("", f"expected list, got &{{{plain(value)}}}")]
            return _list_problems(shape, value)
        case "object" | "map":
            if not isinstance(value, dict):
                return [("", f"expected map, got &{{{plain(value)}}}")]
            return _map_problems(shape, value)
        case _:
            return []


def _scalar_problem(scalar: str, value: Any) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match scalar:
        case "int32" | "int64" | "double":
            return "" if number else f"expected numeric (int or float), got {type_name(value)}"
        case "string" | "bytes":
            return (
                ""
                if isinstance(value, str)
                else f"expected string, got &value.valueUnstructured{{Value:{syntax(value)}}}"
            )
        case "bool":
            return "" if isinstance(value, bool) else f"expected boolean, got &{{{plain(value)}}}"
        case _:
            return "" if isinstance(value, str | bool) or number else f"expected any scalar, got &{{{plain(value)}}}"


def _map_problems(shape: Shape, value: Obj) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, item in value.items():
        if shape.kind == "object" and not shape.has(name) and shape.element is None:
            return [*found, (f".{name}", "field not declared in schema")]
        found += [(f".{name}{path}", text) for path, text in _problems(shape.field(name), item)]
    return found


def _list_problems(shape: Shape, value: list[Any]) -> list[tuple[str, str]]:
    assert shape.element is not None
    found: list[tuple[str, str]] = []
    seen = set()
    for i, item in enumerate(value):
        at = f"[{i}]"
        if not shape.atomic:
            try:
                key = item_key(shape, item)
            except ValueError as none:
                return [*found, ("", f"element {i}: {none}")]
            at = element_text(key)
            if key in seen:
                found.append(("", f"duplicate entries for key {at}"))
            seen.add(key)
        found += [(at + path, text) for path, text in _problems(shape.element, item)]
    return found


def fields_of(shape: Shape, value: Any) -> Node:
    """The fields that a configuration speaks of: its leaves, list items and map entries."""
    return _fields(shape, value)[1] or EMPTY


def _fields(shape: Shape, value: Any) -> tuple[bool, Node]:
    """Whether the place itself is in the set, and what below it is."""
    if shape.kind == "scalar" or shape.atomic:
        return True, EMPTY
    if not isinstance(value, dict | list):
        return value is not None or shape.kind == "any", EMPTY
    if isinstance(value, dict):
        return False, _map_fields(shape, value)
    if shape.kind == "list":
        return False, _list_fields(shape, value)
    return True, EMPTY


def _map_fields(shape: Shape, value: Obj) -> Node:
    out: Node = {}
    for name, item in value.items():
        here, below = _fields(shape.field(name), item)
        if item is None or item == {} or not (shape.kind == "object" and shape.has(name)):
            here = True
        if here or below:
            out["f:" + name] = {SELF: LEAF, **below} if here and below else below or LEAF
    return out


def _list_fields(shape: Shape, value: list[Any]) -> Node:
    assert shape.element is not None
    out: Node = {}
    for key, items in by_key(shape, value).items():
        below = _fields(shape.element, items[0])[1] if len(items) == 1 else EMPTY
        out[key] = {SELF: LEAF, **below} if below else LEAF
    return out


def merge(shape: Shape, live: Any, config: Any) -> Any:
    """The live value with the configuration laid over it, sharing what stays. A null leaves a map or list be."""
    if config is None:
        if isinstance(live, dict | list) and live and not shape.atomic:
            return live
        return None
    if shape.atomic or shape.kind == "scalar" or live is None or type(live) is not type(config):
        return live if same(live, config) else config
    if isinstance(config, dict):
        return _merge_maps(shape, live, config)
    if shape.kind == "list":
        return _merge_lists(shape, live, config)
    return live if same(live, config) else config


def _merge_maps(shape: Shape, live: Obj, config: Obj) -> Obj:
    changes = {}
    for name, item in config.items():
        held = live.get(name)
        merged = merge(shape.field(name), held, item)
        if merged is not held or name not in live:
            changes[name] = merged
    return {**live, **changes} if changes else live


def _merge_lists(shape: Shape, live: list[Any], config: list[Any]) -> list[Any]:
    """Items of both in the configuration's order; one that is only live stays where it stood among them."""
    assert shape.element is not None
    held, asked = by_key(shape, live), {key: items[0] for key, items in by_key(shape, config).items()}
    left = [(item_key(shape, item), item) for item in live]
    right = list(asked)
    shared = [key for key in right if key in held]
    out: list[Any] = []
    merged: set[str] = set()
    i = j = 0
    while i < len(left) or j < len(right):
        key, item = left[i] if i < len(left) else ("", None)
        if i < len(left) and key in merged:
            i += 1
        elif i < len(left) and j < len(right) and key != right[j] and key in asked and shared and shared[0] != key:
            i += 1  # it is asked for, but not next: it goes where the configuration has it
        elif i < len(left) and key not in asked:
            out.append(item)
            i += 1
        else:
            key = right[j]
            before = held.get(key, [])
            # Items with the same key cannot be told apart, so the configuration's stands for them all.
            out.append(merge(shape.element, before[0], asked[key]) if len(before) == 1 else asked[key])
            merged.add(key)
            if shared and shared[0] == key:
                shared.pop(0)
            j += 1
    return live if len(out) == len(live) and all(a is b for a, b in zip(out, live, strict=True)) else out


def remove(shape: Shape, value: Any, fields: Node) -> Any:
    """The value without these fields and items; a map or list that is left empty goes as well (None)."""
    if not fields:
        return value
    if shape.atomic or shape.kind == "scalar" or not value:
        return None if shape.kind != "scalar" else value
    if isinstance(value, dict):
        return _remove_fields(shape, value, fields) or None
    if isinstance(value, list) and shape.kind == "list":
        return _remove_items(shape, value, fields) or None
    return value


def _remove_fields(shape: Shape, value: Obj, fields: Node) -> Obj:
    out = {}
    for name, item in value.items():
        node = fields.get("f:" + name)
        left = item if node is None else None if is_member(node) else remove(shape.field(name), item, node)
        if left is not None or item is None:
            out[name] = left
    return value if len(out) == len(value) and all(out[k] is value[k] for k in out) else out


def _remove_items(shape: Shape, value: list[Any], fields: Node) -> list[Any]:
    assert shape.element is not None
    out = []
    for item in value:
        node = fields.get(item_key(shape, item))
        if node is None:
            out.append(item)
        elif not is_member(node):
            out.append(remove(shape.element, item, node))
    return value if len(out) == len(value) and all(a is b for a, b in zip(out, value, strict=True)) else out


def without_nulls(shape: Shape, value: Any) -> Any:
    """As a typed object holds it: no null fields; a null in a map of strings is an empty string."""
    if isinstance(value, dict):
        out = {}
        for name, item in value.items():
            inner = shape.field(name)
            kept = without_nulls(inner, item)
            if kept is None and shape.kind == "map" and inner.scalar == "string":
                kept = ""
            if kept is not None:
                out[name] = kept
        return value if len(out) == len(value) and all(out[k] is value[k] for k in out) else out
    if isinstance(value, list):
        element = shape.element if shape.element is not None and shape.kind == "list" else shape.field("")
        items = [without_nulls(element, item) for item in value]
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value
