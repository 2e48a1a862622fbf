"""Sets of fields, held as FieldsV1 writes them, so that a managedFields entry is its own set: nothing is converted.

A set is a tree of dicts. A key is a path element: `f:NAME` a field, `k:{"name":"main"}` a list item by its keys,
`v:"x"` a set's value, `i:0` an index. A node is in the set when it is empty or has the key `.`; `{}` at the root is the
empty set. Nodes are shared and never changed; every operation gives its first operand back when it takes nothing away
from it or adds nothing to it. (Kubernetes: structured-merge-diff, fieldpath.Set.)
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import orjson

from quorate.objects.patch.golang import encoded, quoted
from quorate.objects.patch.shape import Shape

Node = dict[str, Any]
Path = tuple[str, ...]

LEAF: Node = {}
EMPTY: Node = {}
SELF = "."


def is_member(node: Node) -> bool:
    return not node or SELF in node


def union(a: Node, b: Node) -> Node:
    """What is in either."""
    if not a:
        return b
    return _union(a, b) if b else a


def _union(a: Node, b: Node) -> Node:
    if a is b or not (a or b):
        return a
    if not a:
        return b if SELF in b else {SELF: LEAF, **b}
    if not b:
        return a if SELF in a else {SELF: LEAF, **a}
    changes: Node = {}
    grown = False
    for key, node in b.items():
        held = a.get(key)
        if held is None:
            changes[key] = node
            grown = True
        else:
            both = _union(held, node)
            if both is not held:
                changes[key] = both
    if not changes:
        return a
    out = {**a, **changes}
    return ordered(out) if grown else out


def difference(a: Node, b: Node) -> Node:
    """What is in `a` and not in `b`; children are looked at on their own: a parent in `b` does not take them away."""
    if not a or not b:
        return a
    return _minus(a, b) or EMPTY


def _minus(a: Node, b: Node) -> Node | None:
    if not a:
        return None if is_member(b) else a
    if not b:
        return _rest(a, {SELF: None}) if SELF in a else a
    changes: dict[str, Node | None] = {}
    for key, node in b.items():
        held = a.get(key)
        if held is None:
            continue
        left = None if key == SELF else _minus(held, node)
        if left is not held:
            changes[key] = left
    return _rest(a, changes) if changes else a


def recursive_difference(a: Node, b: Node) -> Node:
    """What is in `a` and neither in `b` nor below something in `b`."""
    if not a or not b:
        return a
    return _without(a, b) or EMPTY


def _without(a: Node, b: Node) -> Node | None:
    changes: dict[str, Node | None] = {}
    for key, node in b.items():
        held = a.get(key)
        if held is None or key == SELF:
            continue
        left = None if is_member(node) else _without(held, node) if held else held
        if left is not held:
            changes[key] = left
    return _rest(a, changes) if changes else a


def _rest(a: Node, changes: dict[str, Node | None]) -> Node | None:
    """`a` with the children replaced, and gone where None. None when nothing is left."""
    out = {key: node for key, old in a.items() if (node := changes.get(key, old)) is not None}
    if not out:
        return None
    return LEAF if len(out) == 1 and SELF in out else out


def intersection(a: Node, b: Node) -> Node:
    """What is in both."""
    if not a or not b:
        return EMPTY
    return _both(a, b) or EMPTY


def _both(a: Node, b: Node) -> Node | None:
    if a is b:
        return a
    out = {}
    for key, node in a.items():
        other = b.get(key)
        if other is not None and key != SELF:
            shared = _both(node, other)
            if shared is not None:
                out[key] = shared
    if is_member(a) and is_member(b):
        return {SELF: LEAF, **out} if out else LEAF
    return out or None


def contains(fields: Node, path: Path) -> bool:
    """Whether the field at the path is in the set itself."""
    node = fields
    for key in path:
        if key not in node:
            return False
        node = node[key]
    return bool(path) and is_member(node)


def of_path(path: Path) -> Node:
    """The set of one field."""
    node = LEAF
    for key in reversed(path):
        node = {key: node}
    return node


def paths(fields: Node, prefix: Path = ()) -> Iterator[Path]:
    """Every field of the set; at each level those in the set first, then what is below: Kubernetes' order."""
    keys = sorted((key for key in fields if key != SELF), key=order)
    for key in keys:
        if is_member(fields[key]):
            yield (*prefix, key)
    for key in keys:
        if fields[key]:
            yield from paths(fields[key], (*prefix, key))


def with_named_fields(fields: Node, shape: Shape) -> Node:
    """The set with every named field on the way counted in; set items and map keys only where they are in it."""
    out = {}
    for key, node in fields.items():
        if not node or key == SELF:
            out[key] = node
            continue
        name = key[2:]
        if key.startswith("f:"):
            inner = with_named_fields(node, shape.field(name))
            named = shape.kind == "object" and shape.has(name)
        else:
            inner = with_named_fields(node, shape.element) if key.startswith("k:") and shape.element else node
            named = False
        out[key] = {SELF: LEAF, **inner} if named and SELF not in inner else inner
    return out


def ordered(node: Node) -> Node:
    """The node with its own keys in Kubernetes' order."""
    return {key: node[key] for key in sorted(node, key=order)}


def ordered_through(node: Node) -> Node:
    """The node and all below it in Kubernetes' order."""
    return {key: ordered_through(node[key]) for key in sorted(node, key=order)} if node else node


@lru_cache(maxsize=16384)
def order(key: str) -> tuple[Any, ...]:
    """Where a path element sorts: itself, fields, keyed items (by their values), values, indexes."""
    kind, _, rest = key.partition(":")
    match kind:
        case "f":
            return 1, rest
        case "k":
            return 2, tuple((name, *_rank(value)) for name, value in sorted(orjson.loads(rest).items()))
        case "v":
            return 3, _rank(orjson.loads(rest))
        case "i":
            return 4, int(rest)
        case _:
            return 0, key


def _rank(value: Any) -> tuple[int, Any]:
    """Numbers before strings before booleans, as structured-merge-diff compares values."""
    if isinstance(value, bool):
        return 2, value
    return (0, value) if isinstance(value, int | float) else (1, str(value))


@lru_cache(maxsize=4096)
def path_text(path: Path) -> str:
    """.spec.template.spec.containers[name="main"].image"""
    return "".join(map(element_text, path))


def element_text(key: str) -> str:
    rest = key[2:]
    match key[0]:
        case "f":
            return f".{rest}"
        case "k":
            return (
                "["
                + ",".join(f"{name}={_value_text(value)}" for name, value in sorted(orjson.loads(rest).items()))
                + "]"
            )
        case "v":
            return f"[={_value_text(orjson.loads(rest))}]"
        case _:
            return f"[{rest}]"


def _value_text(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else orjson.dumps(value).decode()


def item_key(shape: Shape, item: Any) -> str:
    """The path element of a list's item. Raises ValueError, with structured-merge-diff's words, when it has none."""
    if not shape.keys:
        return _value_key(item)
    if not isinstance(item, dict):
        what = "a null element" if item is None else "non-map elements"
        raise ValueError(f"associative list with keys may not have {what}")
    names, values = [], []
    for name in shape.keys:
        if name in item:
            names.append(name)
            values.append(item[name])
        elif name in shape.defaults:
            names.append(name)
            values.append(shape.defaults[name])
    if not names:
        keys = " ".join(map(quoted, shape.keys))
        raise ValueError(
            f"associative list with keys has an element that omits all key fields [{keys}] "
            "(and doesn't have default values for any key fields)"
        )
    try:
        return _keyed(tuple(names), tuple(values))
    except TypeError:  # a list or map where a scalar belongs; the schema refuses it later
        return _keyed.__wrapped__(tuple(names), tuple(values))


@lru_cache(maxsize=16384, typed=True)
def _keyed(names: Path, values: tuple[Any, ...]) -> str:
    return "k:" + _json(dict(zip(names, values, strict=True)))


def _value_key(item: Any) -> str:
    if isinstance(item, dict):
        raise ValueError("associative list without keys has an element that's a map type")
    if isinstance(item, list):
        raise ValueError("not supported: associative list with lists as elements")
    if item is None:
        raise ValueError("associative list without keys has an element that's an explicit null")
    return _keyed_value(item)


@lru_cache(maxsize=4096, typed=True)
def _keyed_value(item: Any) -> str:
    return "v:" + _json(item)


def _json(value: Any) -> str:
    return encoded(orjson.dumps(value).decode())
