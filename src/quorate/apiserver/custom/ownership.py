"""The type of a custom kind as server-side apply and managedFields need it, from its openAPIV3Schema.

(Kubernetes: structured-merge-diff's typed schemas, made from the OpenAPI that the definition publishes.)
"""

from functools import lru_cache
from typing import Any

import orjson

from quorate.contract.plan import Obj
from quorate.objects.schema import ANY, Field, Type, type_named

_META = type_named("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
_SCALARS = {"string": "string", "integer": "int64", "number": "double", "boolean": "bool"}


class Defaulted(Field):
    """A field with the default that stands for a list key which an item leaves out."""

    __slots__ = ("default",)


@lru_cache(maxsize=256)
def type_of(schema_json: bytes) -> Type:
    """The type of the whole object; metadata is ObjectMeta whatever the schema says of it."""
    return _object(orjson.loads(schema_json), whole=True)


def _type(schema: Obj) -> Type:
    if schema.get("x-kubernetes-int-or-string"):
        return Type("scalar", scalar="int-or-string")
    match schema.get("type"):
        case "object":
            if schema.get("x-kubernetes-embedded-resource"):
                return _object(schema, whole=True)
            extra = schema.get("additionalProperties")
            if isinstance(extra, dict) and not schema.get("properties"):
                return Type("map", element=_type(extra), map_type=_map_type(schema))
            return _object(schema)
        case "array":
            items = schema.get("items")
            element = _type(items) if isinstance(items, dict) else ANY
            list_type: Any = schema.get("x-kubernetes-list-type") or "atomic"
            keys = tuple(schema.get("x-kubernetes-list-map-keys") or ())
            return Type("list", element=element, list_type=list_type, keys=keys)
        case str() as scalar if scalar in _SCALARS:
            return Type("scalar", scalar=_SCALARS[scalar])
        case _:
            return ANY


def _map_type(schema: Obj) -> Any:
    return "atomic" if schema.get("x-kubernetes-map-type") == "atomic" else "granular"


def _object(schema: Obj, whole: bool = False) -> Type:
    properties: Obj = schema.get("properties") or {}
    fields: dict[str, Field] = {}
    for name, inner in properties.items():
        fields[name] = _field(name, inner)
    if whole:
        text = Type("scalar", scalar="string")
        fields |= {
            "apiVersion": Field("apiVersion", text),
            "kind": Field("kind", text),
            "metadata": Field("metadata", _META),
        }
    extra = schema.get("additionalProperties")
    is_open = (
        bool(schema.get("x-kubernetes-preserve-unknown-fields")) or extra is True or (not properties and not whole)
    )
    return Type("object", fields=fields, map_type=_map_type(schema), open=is_open)


def _field(name: str, schema: Obj) -> Field:
    default = schema.get("default")
    if default is None or isinstance(default, dict | list):
        return Field(name, _type(schema))
    made = Defaulted(name, _type(schema))
    object.__setattr__(made, "default", default)
    return made
