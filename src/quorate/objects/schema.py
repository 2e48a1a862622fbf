"""What the API's types are made of: fields, lists and their keys, maps, scalars, and how patches merge them.

    pod = type_named("io.k8s.api.core.v1.Pod")          or type_of(kind)
    spec = field(pod, "spec").type
    spec.fields["containers"].type                       a list: .element, .list_type "map", .keys ("name",)

The facts come from `data/schema.json` (written by tools/make_schemas.py); types are made when they are first asked for.
`Type.kind` is one of

    "object"   a struct: `name`, `fields`; `map_type` is "atomic" when server-side apply owns it as one value;
               `open` objects keep fields that they do not declare (only custom resources have them)
    "map"      free keys, values of type `element`; `map_type` as above
    "list"     items of type `element`; `list_type` is "atomic", "set" or "map", the latter by `keys`
    "scalar"   `scalar`: string, int32, int64, bool, double, bytes, quantity, int-or-string, time, microtime
    "any"      any JSON, taken as it is

`merge_key` and `patch_strategy` (of "merge", "replace", "retainKeys") are those of the strategic merge patch; lists and
objects have them by their field, so `Field` has them too. A list without the strategy "merge" is replaced.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

import orjson

from quorate.objects.kinds import Kind

TypeKind = Literal["object", "map", "list", "scalar", "any"]
ListType = Literal["atomic", "set", "map"]
MapType = Literal["granular", "atomic"]
Zero = Literal["pointer", "omitted", "always"]
"""How Go writes a field: absent or as set ("pointer"), without its zero ("omitted"), whatever it is ("always")."""


class Type:
    """One type; see the module. Types are shared and never change."""

    __slots__ = (
        "_fields", "_rows", "element", "keys", "kind", "list_type", "map_type", "merge_key", "name", "open",
        "patch_strategy", "scalar",
    )  # fmt: skip

    def __init__(
        self,
        kind: TypeKind,
        *,
        name: str = "",
        scalar: str = "",
        element: "Type | None" = None,
        list_type: ListType = "atomic",
        keys: tuple[str, ...] = (),
        map_type: MapType = "granular",
        merge_key: str = "",
        patch_strategy: tuple[str, ...] = (),
        fields: "Mapping[str, Field] | None" = None,
        open: bool = False,
    ) -> None:
        self.kind: TypeKind = kind
        self.name = name
        self.scalar = scalar
        self.element = element
        self.list_type: ListType = list_type
        self.keys = keys
        self.map_type: MapType = map_type
        self.merge_key = merge_key
        self.patch_strategy = patch_strategy
        self.open = open
        self._fields = fields
        self._rows: list[list[Any]] = []

    @property
    def fields(self) -> "Mapping[str, Field]":
        """An object's fields by name; empty for other types."""
        if self._fields is None:
            self._fields = {row[0]: _field(*row) for row in self._rows}
        return self._fields

    def __repr__(self) -> str:
        return f"<Type {self.kind} {self.name or self.scalar or self.element or ''}>"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object.

    `required` is the schema's word, `zero` says how Go writes it, `go_type` names its Go type where that cannot be told
    from the type ("v1.RestartPolicy" is a string).
    """

    name: str
    type: Type
    required: bool = False
    zero: Zero = "pointer"
    merge_key: str = ""
    patch_strategy: tuple[str, ...] = ()
    go_type: str = ""


ANY = Type("any")
_SCALARS = {
    name: Type("scalar", scalar=name)
    for name in (
        "string", "int32", "int64", "bool", "double", "bytes", "quantity", "int-or-string", "time", "microtime",
    )
}  # fmt: skip
_ZEROS: dict[str, Zero] = {"p": "pointer", "o": "omitted", "a": "always"}


def type_named(name: str) -> Type:
    """The type of this schema name. Raises KeyError when there is none."""
    return _numbered(_data().numbers[name])


def type_names() -> tuple[str, ...]:
    """The names of all types that there are schemas of."""
    return tuple(_data().names)


def type_of(kind: Kind) -> Type | None:
    """The type of a built-in kind; None for a custom one, whose schema its CustomResourceDefinition has."""
    return type_named(kind.type) if kind.type else None


def field(type: Type, name: str) -> Field | None:
    return type.fields.get(name)


class _Data:
    def __init__(self, raw: dict[str, Any]) -> None:
        self.version: str = raw["version"]
        self.names: list[str] = raw["names"]
        self.types: list[list[Any]] = raw["types"]
        self.numbers = {name: number for number, name in enumerate(self.names)}


@cache
def _data() -> _Data:
    return _Data(orjson.loads(resources.files("quorate.objects").joinpath("data/schema.json").read_bytes()))


def kubernetes_version() -> str:
    """The version whose types these are, e.g. "1.36.0"."""
    return _data().version


@cache
def _descriptions() -> list[tuple[str, dict[str, str]]]:
    """Of each type and its fields. A large file, read when somebody asks for the first description."""
    raw = resources.files("quorate.objects").joinpath("data/descriptions.json").read_bytes()
    found: list[tuple[str, dict[str, str]]] = orjson.loads(raw)["types"]
    return found


def description(type_name: str, field: str = "") -> str:
    """What the documentation says of a type or of one of its fields; "" when it says nothing."""
    number = _data().numbers.get(type_name)
    if number is None:
        return ""
    of_type, of_fields = _descriptions()[number]
    return of_fields.get(field, "") if field else of_type


@cache
def describe(path: str) -> str:
    """`description` by short names: describe("ObjectMeta.name"). Of several types, the first that has the field."""
    short, _, name = path.partition(".")
    found = (description(full, name) for full in _data().names if full.endswith(f".{short}"))
    return next((text for text in found if text), "")


@cache
def _numbered(number: int) -> Type:
    map_type, rows = _data().types[number]
    made = Type("object", name=_data().names[number], map_type=map_type or "granular")
    made._rows = rows
    return made


def _field(name: str, shape: str, zero: str, extras: dict[str, Any] | None = None) -> Field:
    has = extras or {}
    strategy = tuple(has["s"].split(",")) if "s" in has else ()
    made = _shaped(shape, has.get("l", "atomic"), tuple(has.get("k", ())), has.get("g", ""), has.get("m", ""), strategy)
    return Field(name, made, "r" in has, _ZEROS[zero], has.get("m", ""), strategy, has.get("t", ""))


@cache
def _shaped(
    shape: str, list_type: ListType, keys: tuple[str, ...], map_type: str, merge_key: str, strategy: tuple[str, ...]
) -> Type:
    if shape.startswith("[]"):
        return Type(
            "list",
            element=_plain(shape[2:]),
            list_type=list_type,
            keys=keys,
            merge_key=merge_key,
            patch_strategy=strategy,
        )
    if shape.startswith("{}"):
        atomic: MapType = "atomic" if map_type == "atomic" else "granular"
        return Type("map", element=_plain(shape[2:]), map_type=atomic, patch_strategy=strategy)
    found = _plain(shape)
    if found.kind != "object" or not (strategy or (map_type and map_type != found.map_type)):
        return found
    # A struct whose field says more than its type does, e.g. retainKeys on a Deployment's strategy.
    made = Type("object", name=found.name, map_type=map_type or found.map_type, patch_strategy=strategy)  # type: ignore[arg-type]
    made._rows = found._rows
    return made


def _plain(shape: str) -> Type:
    if shape.startswith("@"):
        return _numbered(int(shape[1:]))
    if shape == "any":
        return ANY
    if shape.startswith(("[]", "{}")):
        return _shaped(shape, "atomic", (), "", "", ())
    return _SCALARS[shape]
