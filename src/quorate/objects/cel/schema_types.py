"""The built-in kinds as CEL types (Kubernetes: apiserver/pkg/cel/common, SchemaDeclType of the published schemas)."""

from functools import cache

from quorate.objects import schema
from quorate.objects.cel.selection import escaped
from quorate.objects.cel.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    Type,
    list_of,
    map_of,
)  # fmt: skip

_SCALARS = {
    "string": STRING, "int32": INT, "int64": INT, "bool": BOOL, "double": DOUBLE, "bytes": BYTES, "quantity": STRING,
    "int-or-string": DYN, "time": TIMESTAMP, "microtime": TIMESTAMP,
}  # fmt: skip


@cache
def type_of(name: str) -> Type:
    """Of a schema's name, e.g. "io.k8s.api.apps.v1.Deployment"; a type within itself has no fields there."""
    return _made(schema.type_named(name), frozenset())


def _made(found: schema.Type, around: frozenset[str]) -> Type:
    match found.kind:
        case "scalar":
            return _SCALARS[found.scalar]
        case "list" if found.element is not None:
            return list_of(_made(found.element, around))
        case "map" if found.element is not None:
            return map_of(STRING, _made(found.element, around))
        case "object" if found.name not in around:
            return _object(found, around | {found.name})
        case _:
            return Type("object", name=found.name or "object")


def _object(found: schema.Type, around: frozenset[str]) -> Type:
    fields: dict[str, Type] = {}
    raw: dict[str, str] = {}
    for name, field in found.fields.items():
        known = escaped(name)
        if known is not None:
            fields[known], raw[known] = _made(field.type, around), name
    return Type("object", name=found.name, fields=fields, raw=raw)
