"""Lists that are sets or maps hold no item twice (Kubernetes: schema/listtype), and embedded resources are resources
(schema/objectmeta)."""

from typing import Any

import orjson

from quorate.apiserver.custom.metadata import validate_embedded
from quorate.apiserver.validation.errors import FieldError, duplicate, invalid, required
from quorate.contract.plan import Obj
from quorate.objects.names import dns1035_label_errors


def duplicates(schema: Obj, value: Any, path: str = "") -> list[FieldError]:
    out: list[FieldError] = []
    if isinstance(value, dict):
        properties, extra = schema.get("properties") or {}, schema.get("additionalProperties")
        for name, item in value.items():
            if isinstance(extra, dict) and name not in properties:
                out += duplicates(extra, item, f"{path}[{name}]")
            elif name in properties:
                out += duplicates(properties[name], item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        match schema.get("x-kubernetes-list-type"):
            case "set":
                out += [duplicate(f"{path}[{i}]", value[i]) for i in _repeated(value)]
            case "map":
                out += _repeated_keys(schema, value, path)
        items = schema.get("items")
        if isinstance(items, dict):
            for i, item in enumerate(value):
                out += duplicates(items, item, f"{path}[{i}]")
    return out


def _repeated(items: list[Any]) -> list[int]:
    """Where something stands for the second time."""
    seen: dict[bytes, int] = {}
    out = []
    for i, item in enumerate(items):
        key = orjson.dumps(item, option=orjson.OPT_SORT_KEYS)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] == 2:
            out.append(i)
    return out


def _repeated_keys(schema: Obj, value: list[Any], path: str) -> list[FieldError]:
    for i, item in enumerate(value):
        if item is not None and not isinstance(item, dict):
            return [invalid(f"{path}[{i}]", item, "must be an object for an array of list-type map")]
    names = schema.get("x-kubernetes-list-map-keys") or ()
    keys = [{k: item[k] for k in names if k in item} if item else {} for item in value]
    return [duplicate(f"{path}[{i}]", dict(sorted(keys[i].items()))) for i in _repeated(keys)]


def embedded(schema: Obj, value: Any, path: str = "") -> list[FieldError]:
    """What is wrong with the type and metadata of embedded resources."""
    out: list[FieldError] = []
    if isinstance(value, dict):
        if schema.get("x-kubernetes-embedded-resource"):
            out += _resource(value, path)
        properties, extra = schema.get("properties") or {}, schema.get("additionalProperties")
        for name, item in value.items():
            if name in properties:
                out += embedded(properties[name], item, f"{path}.{name}" if path else name)
            elif isinstance(extra, dict):
                out += embedded(extra, item, f"{path}[{name}]")
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for i, item in enumerate(value):
            out += embedded(schema["items"], item, f"{path}[{i}]")
    return out


def _resource(value: Obj, path: str) -> list[FieldError]:
    out: list[FieldError] = []
    at = f"{path}." if path else ""
    for name in ("apiVersion", "kind"):
        given = value.get(name)
        if name not in value or given == "":
            out.append(required(at + name))
        elif not isinstance(given, str):
            out.append(invalid(at + name, given, "must be a string"))
        elif name == "apiVersion" and given.count("/") > 1:
            out.append(invalid(at + name, given, f"unexpected GroupVersion string: {given}"))
        elif name == "kind":
            errors = dns1035_label_errors(given.lower())
            if errors:
                why = "may have mixed case, but should otherwise match: " + ",".join(errors)
                out.append(invalid(at + name, given, why))
    meta = value.get("metadata")
    if isinstance(meta, dict):
        out += validate_embedded({**meta, "name": meta.get("name") or "fakename"}, at + "metadata")
    return out
