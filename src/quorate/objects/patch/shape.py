"""What patching needs to know of a type, in a form that is quick to walk: one Shape per place, made when first reached.

The facts are the schema's, and Go's: Kubernetes compares Go structs, in which some fields exist even when nothing is in
them, so that becoming non-empty does not make them new.
"""

from collections.abc import Container
from functools import lru_cache
from typing import Any, Literal

from quorate.objects import schema
from quorate.objects.schema import Field, Type

ShapeKind = Literal["object", "map", "list", "scalar", "any"]

ABSENT: Any = object()
"""The zero of a field that is not there when it is empty."""

_ZEROS: dict[str, Any] = {
    "string": "", "int32": 0, "int64": 0, "bool": False, "double": 0, "quantity": "0", "int-or-string": 0, "time": None,
    "microtime": None,
}  # fmt: skip


class Shape:
    """The type at one place of an object.

    kind       object (named fields), map (any keys), list, scalar, any (whatever the value is)
    atomic     owned and replaced as a whole
    names      the fields that the type declares
    element    of a list or map; what an open object's undeclared fields are
    keys       the fields that name an item of a list; () for a set of scalars
    defaults   what a key is when an item leaves it out
    zero       the value for which an absent one stands (a struct's is {}), or ABSENT
    merge_key, merges, replaces     the strategic merge patch's
    """

    __slots__ = (
        "atomic", "defaults", "element", "fields", "keys", "kind", "merge_key", "merges", "name", "names", "replaces",
        "scalar", "zero",
    )  # fmt: skip

    def __init__(
        self, kind: ShapeKind, name: str = "", *, fields: "dict[str, Shape] | None" = None,
        names: Container[str] | None = None, element: "Shape | None" = None, atomic: bool = False,
        keys: tuple[str, ...] = (), defaults: dict[str, Any] | None = None, merge_key: str = "",
        strategy: tuple[str, ...] = (), scalar: str = "", zero: Any = ABSENT,
    ) -> None:  # fmt: skip
        self.kind, self.name, self.element, self.atomic, self.scalar, self.zero = (
            kind,
            name,
            element,
            atomic,
            scalar,
            zero,
        )
        self.fields = {} if fields is None else fields
        self.names: Container[str] = self.fields if names is None else names
        self.keys, self.defaults = tuple(sorted(keys)), defaults or {}
        self.merge_key, self.merges, self.replaces = merge_key, "merge" in strategy, "replace" in strategy

    def has(self, name: str) -> bool:
        """Whether the type declares this field."""
        return name in self.names

    def field(self, name: str) -> "Shape":
        """The shape under this name: the field's, else the element's, else anything."""
        try:
            return self.fields[name]
        except KeyError:
            return self.element or RAW


RAW = Shape("any", atomic=True)
"""A value that no schema describes, in a built-in type (RawExtension): one value, whatever is in it."""
FREE = Shape("any")
"""The same in a custom resource: its maps are granular."""


class _Fields(dict[str, Shape]):
    """Shapes of an object's fields, made when asked for: types are recursive."""

    def __init__(self, source: Type, custom: bool) -> None:
        self.source, self.custom = source, custom

    def __missing__(self, name: str) -> Shape:
        field = self.source.fields.get(name)
        if field is None:
            raise KeyError(name)
        made = self[name] = _place(field.type, field, self.custom)
        return made


@lru_cache(maxsize=4096)
def shape_of(type: Type | Shape | str) -> Shape:
    """The shape of a schema type or of its name; "" is a custom resource without a schema."""
    if isinstance(type, Shape):
        return type
    if isinstance(type, Type):
        return _place(type, None, not type.name)
    return _place(schema.type_named(type), None, False) if type else _custom()


def _custom() -> Shape:
    meta = schema.type_named("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
    text = Shape("scalar", scalar="string")
    return Shape(
        "object", fields={"apiVersion": text, "kind": text, "metadata": _place(meta, None, False)}, element=FREE
    )


@lru_cache(maxsize=4096)
def _fields(type: Type, custom: bool) -> _Fields:
    return _Fields(type, custom)


def _place(type: Type, field: Field | None, custom: bool) -> Shape:
    custom = custom and not type.name
    strategy = (field.patch_strategy if field else ()) or type.patch_strategy
    merge_key = (field.merge_key if field else "") or type.merge_key
    zero = ABSENT if custom else _zero(type, field)
    match type.kind:
        case "object":
            return Shape(
                "object", type.name, fields=_fields(type, custom), names=type.fields, atomic=type.map_type == "atomic",
                strategy=strategy, zero=zero, element=FREE if type.open else None,
            )  # fmt: skip
        case "map":
            return Shape(
                "map", element=_element(type, custom), atomic=type.map_type == "atomic", strategy=strategy, zero=zero
            )
        case "list":
            return Shape(
                "list", element=_element(type, custom), atomic=type.list_type == "atomic", keys=type.keys,
                defaults=_key_defaults(type, custom), merge_key=merge_key, strategy=strategy, zero=zero,
            )  # fmt: skip
        case "scalar":
            return Shape("scalar", scalar=type.scalar, zero=zero)
        case _:
            return FREE if custom else RAW


def _element(type: Type, custom: bool) -> Shape:
    assert type.element is not None
    return _place(type.element, None, custom)


def _zero(type: Type, field: Field | None) -> Any:
    """Value structs are always there; required lists, maps and pointers are there as null."""
    if field is None or not (field.zero == "always" or (field.required and type.kind not in ("scalar", "any"))):
        return ABSENT
    if type.kind == "scalar":
        return _ZEROS.get(type.scalar, ABSENT)
    return [] if type.kind == "list" else {}


def _key_defaults(type: Type, custom: bool) -> dict[str, Any]:
    """In built-in types a key that an item leaves out has its default or zero; in custom ones a declared default."""
    out: dict[str, Any] = {}
    for key in type.keys:
        field = type.element.fields.get(key) if type.element else None
        default = getattr(field, "default", None)
        if default is not None:
            out[key] = default
        elif field is not None and not custom:
            out[key] = "TCP" if key == "protocol" else _ZEROS.get(field.type.scalar, "")
    return out
