"""What the JSON decoder of an API server makes of a request body: the object as a Go struct would hold and write it.

    done = decode(kind, body)        -> Decoded(obj, unknown)
    Undecodable                      a value of the wrong type: the API answers 400 with its text

Unknown fields are dropped and told, null is absent, zeros go where Go leaves them out (`hostNetwork: false`) and come
where Go writes them anyway (`resources: {}`), quantities and times get their canonical form. What does not change is
handed back as it came, the same objects.

Each type is compiled once into one function. It knows the usual case only; the unusual one (a wrong type, an unknown
field) is looked at again by `decode_errors`, which finds out where and what.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from quorate.objects.decode_errors import Undecodable, check
from quorate.objects.decode_scalars import SCALARS, Unusual
from quorate.objects.kinds import Kind
from quorate.objects.schema import Field, Type, type_named, type_of

Obj = dict[str, Any]
Step = Callable[[Any], Any]

__all__ = ["Decoded", "Undecodable", "decode", "decode_type", "zero"]

_GONE: Any = object()
"""What a step gives back for a value that is not written."""


class Decoded(NamedTuple):
    """`unknown` holds sentences in document order: 'unknown field "spec.foo"'."""

    obj: Obj
    unknown: tuple[str, ...] = ()


def decode(kind: Kind, body: Any) -> Decoded:
    """The body as an object of this kind; apiVersion and kind are set. Raises Undecodable.

    A custom kind has no built-in type: its body comes back as it is, for its CustomResourceDefinition to judge.
    """
    type = type_of(kind)
    if type is None:
        if not isinstance(body, dict):
            raise Undecodable(f"{_prefix(kind)}json: cannot unmarshal into Go value of type map[string]interface {{}}")
        return Decoded(body)
    try:
        obj, unknown = decode_type(type, body)
    except Undecodable as wrong:
        raise Undecodable(_prefix(kind) + str(wrong)) from None
    if obj.get("kind") != kind.kind or obj.get("apiVersion") != kind.api_version:
        obj = {**obj, "apiVersion": kind.api_version, "kind": kind.kind}
    return Decoded(obj, unknown)


def _prefix(kind: Kind) -> str:
    return f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: '


def decode_type(type: Type, body: Any) -> Decoded:
    """`decode` for a body that is no kind of its own, e.g. DeleteOptions. Raises Undecodable without the prefix."""
    run = _object_step(type)
    try:
        return Decoded(run(body))
    except Unusual:
        known, unknown = check(type, body)
        return Decoded(run(known), unknown)


def zero(type_name: str) -> Obj:
    """What Go writes for an empty struct, e.g. {"replicas": 0, "availableReplicas": 0} for a StatefulSetStatus."""
    found: Obj = _object_step(type_named(type_name))({})
    return found


@cache
def _object_step(type: Type) -> Step:
    """A function that takes a dict and gives the same dict, or the changed copy."""
    plain: dict[str, tuple[Any, bool, Step | None]] = {}
    zeros: list[tuple[str, Any]] = []
    nils: set[str] = set()
    ready = False

    def prepare() -> None:
        # Late, because types may hold themselves.
        nonlocal ready
        for name, field in type.fields.items():
            plain[name] = _field_step(field)
            if field.zero == "always":
                zeros.append((name, _zero_of(field.type)))
        nils.update(name for name, nothing in zeros if nothing is None)
        ready = True

    def run(value: Any) -> Any:
        if not ready:
            prepare()
        if value.__class__ is not dict:
            raise Unusual
        out: Obj | None = None
        for name, item in value.items():
            known = plain.get(name)
            if known is None:
                raise Unusual
            python, drop, step = known
            if item.__class__ is python:
                if item or not drop:
                    if step is None:
                        continue
                    made = step(item)
                    if made is item:
                        continue
                else:
                    made = _GONE
            elif item is None:
                if name in nils:
                    continue
                # Null is absent; what is always written gets its zero below.
                made = _GONE
            elif step is not None and python is None:
                made = step(item)
                if made is item:
                    continue
            else:
                raise Unusual
            if out is None:
                out = dict(value)
            if made is _GONE:
                del out[name]
            else:
                out[name] = made
        for name, nothing in zeros:
            if name not in value or (nothing is not None and value[name] is None):
                if out is None:
                    out = dict(value)
                out[name] = nothing
        return value if out is None else out

    return run


def _zero_of(type: Type) -> Any:
    """The zero that Go writes: null for lists, maps and times, {} (and what is always in it) for structs."""
    match type.kind:
        case "object":
            return _object_step(type)({})
        case "scalar":
            return {
                "string": "", "int32": 0, "int64": 0, "bool": False, "double": 0, "quantity": "0", "int-or-string": 0,
            }.get(type.scalar)  # fmt: skip
        case _:
            return None


def _nothing_in(type: Type) -> Any:
    """What null is in a list or a map: bytes that are not there come back from the storage as empty ones."""
    return "" if type.kind == "scalar" and type.scalar == "bytes" else _zero_of(type)


def _field_step(field: Field) -> tuple[Any, bool, Step | None]:
    """(the Python type of the usual value or None for any, whether its zero is dropped, what else to do)."""
    type, drop = field.type, field.zero == "omitted"
    match type.kind:
        case "object":
            return dict, False, _object_step(type)
        case "list":
            return list, drop, _list_step(type)
        case "map":
            return dict, drop, _map_step(type)
        case "any":
            return None, False, _as_it_is
        case _:
            python, step = SCALARS[type.scalar]
            return python, drop, step


def _as_it_is(value: Any) -> Any:
    return value


def _element_step(type: Type) -> tuple[Any, Step | None]:
    python, _, step = _field_step(Field("", type))
    return python, step


@cache
def _list_step(type: Type) -> Step:
    assert type.element is not None
    element = type.element
    python, step = _element_step(element)

    def run(value: list[Any]) -> list[Any]:
        out: list[Any] | None = None
        for i, item in enumerate(value):
            if item.__class__ is python:
                made = item if step is None else step(item)
            elif item is None:
                made = _nothing_in(element)
            elif step is not None and python is None:
                made = step(item)
            else:
                raise Unusual
            if made is not item:
                if out is None:
                    out = list(value)
                out[i] = made
        return value if out is None else out

    return run


@cache
def _map_step(type: Type) -> Step:
    assert type.element is not None
    element = type.element
    python, step = _element_step(element)

    def run(value: Obj) -> Obj:
        out: Obj | None = None
        for name, item in value.items():
            if item.__class__ is python:
                made = item if step is None else step(item)
            elif item is None:
                made = _nothing_in(element)
            elif step is not None and python is None:
                made = step(item)
            else:
                raise Unusual
            if made is not item:
                if out is None:
                    out = dict(value)
                out[name] = made
        return value if out is None else out

    return run
