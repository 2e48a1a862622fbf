"""A schema's places as CEL sees them: its type, and its values with their types (Kubernetes: schema/cel/model)."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import orjson

from quorate.apiserver.custom.rule_sizes import most_entries, most_items, most_letters
from quorate.contract.plan import Obj
from quorate.objects.cel.selection import escaped
from quorate.objects.cel.times import parse_duration, parse_timestamp
from quorate.objects.cel.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    Type,
    list_of,
    map_of,
)  # fmt: skip
from quorate.objects.cel.values import Duration, MapList, SetList, Timestamp
from quorate.objects.string_formats import is_base64

META: Obj = {"type": "object", "properties": {"name": {"type": "string"}, "generateName": {"type": "string"}}}
_TEXT: Obj = {"type": "string"}
_FORMATS = {"byte": BYTES, "duration": DURATION, "date": TIMESTAMP, "date-time": TIMESTAMP}

Convert = Callable[[Any], Any]


def with_meta(schema: Obj) -> Obj:
    """The schema of a whole resource: rules see its kind, its apiVersion, and of its metadata the names."""
    properties = schema.get("properties") or {}
    meta = {
        **META,
        "properties": {**META["properties"], **((properties.get("metadata") or {}).get("properties") or {})},
    }
    return {**schema, "properties": {**properties, "kind": _TEXT, "apiVersion": _TEXT, "metadata": meta}}


def type_of(schema: Obj, name: str = "selfType", root: bool = False) -> Type | None:
    """None for what rules cannot see: values that no schema describes."""
    if schema.get("x-kubernetes-int-or-string"):
        return replace(DYN, most=most_letters(schema))
    if root or schema.get("x-kubernetes-embedded-resource"):
        schema = with_meta(schema)
    match schema.get("type"):
        case "object":
            return _object_type(schema, name)
        case "array":
            items = schema.get("items")
            if not isinstance(items, dict):
                return None
            element = type_of(items, f"{name}.@idx")
            return None if element is None else replace(list_of(element), most=most_items(schema))
        case "boolean":
            return BOOL
        case "number":
            return DOUBLE
        case "integer":
            return INT
        case "string":
            return replace(_FORMATS.get(schema.get("format", ""), STRING), most=most_letters(schema))
        case _:
            return None


def _object_type(schema: Obj, name: str) -> Type | None:
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict) and not schema.get("properties"):
        value = type_of(extra, f"{name}.@elem")
        return None if value is None else replace(map_of(STRING, value), most=most_entries(schema))
    fields: dict[str, Type] = {}
    raw: dict[str, str] = {}
    for key, inner in (schema.get("properties") or {}).items():
        known = escaped(key)
        made = type_of(inner, f"{name}.{key}") if known is not None else None
        if known is not None and made is not None:
            fields[known] = made
            raw[known] = key
    return Type("object", name=name, fields=fields, raw=raw)


def converter(schema: Obj, root: bool = False) -> Convert | None:
    """Makes CEL values of a place's JSON; None where they are the same."""
    if root or schema.get("x-kubernetes-embedded-resource"):
        schema = with_meta(schema)
    return _converter(orjson.dumps(schema))


@lru_cache(maxsize=4096)
def _converter(raw: bytes) -> Convert | None:
    schema: Obj = orjson.loads(raw)
    if schema.get("x-kubernetes-int-or-string"):
        return None
    match schema.get("type"):
        case "object":
            return _object_converter(schema)
        case "array":
            return _list_converter(schema)
        case "number":
            return _float
        case "string":
            return {"byte": _bytes, "duration": _duration, "date": _time, "date-time": _time}.get(
                schema.get("format", "")
            )
        case _:
            return None


def _object_converter(schema: Obj) -> Convert | None:
    properties, extra = schema.get("properties") or {}, schema.get("additionalProperties")
    steps = {name: step for name, inner in properties.items() if (step := converter(inner)) is not None}
    each = converter(extra) if isinstance(extra, dict) and not properties else None
    if not steps and each is None:
        return None

    def convert(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        if each is not None:
            return {name: each(item) for name, item in value.items()}
        changes = {name: step(value[name]) for name, step in steps.items() if value.get(name) is not None}
        return {**value, **changes} if changes else value

    return convert


def _list_converter(schema: Obj) -> Convert | None:
    items = schema.get("items")
    step = converter(items) if isinstance(items, dict) else None
    kind = schema.get("x-kubernetes-list-type")
    keys = tuple(schema.get("x-kubernetes-list-map-keys") or ())
    if step is None and kind not in ("set", "map"):
        return None

    def convert(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        made = [step(item) for item in value] if step is not None else value
        return SetList(made) if kind == "set" else MapList(made, keys) if kind == "map" else made

    return convert


def _float(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _bytes(value: Any) -> Any:
    import base64

    return base64.b64decode(value) if isinstance(value, str) and is_base64(value) else value


def _duration(value: Any) -> Any:
    found = parse_duration(value) if isinstance(value, str) else None
    return value if found is None else Duration(found)


def _time(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = parse_timestamp(value if "T" in value else f"{value}T00:00:00Z")
    return value if found is None else Timestamp(found)
