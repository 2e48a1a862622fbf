"""Schemas of custom kinds are structural: every field has one type, and what only checks values says nothing else.

(Kubernetes: schema/validation.go, schema/complete.go, with its words.)
"""

from typing import Any, Literal

from quorate.apiserver.validation.errors import FieldError, forbidden, invalid, required
from quorate.contract.plan import Obj
from quorate.objects.go_regexp import compile_regexp

Level = Literal["root", "item", "field"]

_INT_OR_STRING = [{"type": "integer"}, {"type": "string"}]
_EMPTY_TYPE = {
    "root": "must not be empty at the root",
    "item": "must not be empty for specified array items",
    "field": "must not be empty for specified object fields",
}
_NESTED: tuple[tuple[str, str], ...] = (
    ("default", "must be undefined to be structural"), ("title", "must be empty to be structural"),
    ("description", "must be empty to be structural"), ("nullable", "must be false to be structural"),
    ("externalDocs", "must be undefined to be structural"),
    ("x-kubernetes-preserve-unknown-fields", "must be false to be structural"),
    ("x-kubernetes-embedded-resource", "must be false to be structural"),
    ("x-kubernetes-int-or-string", "must be false to be structural"),
    ("x-kubernetes-list-map-keys", "must be empty to be structural"),
    ("x-kubernetes-list-type", "must be undefined to be structural"),
    ("x-kubernetes-map-type", "must be undefined to be structural"),
    ("x-kubernetes-validations", "must be empty to be structural"),
)  # fmt: skip
"""What a schema under anyOf, allOf, oneOf or not may not say."""
_UNSUPPORTED = ("id", "$schema", "$ref", "patternProperties", "dependencies", "additionalItems", "definitions")


def unsupported(schema: Obj) -> str:
    """Why a structural schema cannot be made of this one at all; "" when it can."""
    for name in _UNSUPPORTED:
        if schema.get(name):
            return f"OpenAPIV3Schema '{name.removeprefix('$') if name == '$schema' else name}' is not supported"
    if isinstance(schema.get("items"), list):
        return "OpenAPIV3Schema 'items' must be a schema, but is an array"
    if schema.get("x-kubernetes-preserve-unknown-fields") is False:
        return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined"
    return next((found for inner in below(schema) if (found := unsupported(inner))), "")


def below(schema: Obj) -> list[Obj]:
    """Every schema that this one holds."""
    out = [s for s in (schema.get("properties") or {}).values() if isinstance(s, dict)]
    out += [s for name in ("items", "additionalProperties", "not") if isinstance(s := schema.get(name), dict)]
    out += [s for name in ("allOf", "anyOf", "oneOf") for s in schema.get(name) or () if isinstance(s, dict)]
    return out


def validate(schema: Obj, path: str) -> list[FieldError]:
    """In order of their texts, as Kubernetes sorts them."""
    errors = _invariants(schema, "root", path) + _complete(schema, path)
    return sorted(errors, key=lambda e: f"{e.field}: {e.message}")


def _invariants(s: Obj, level: Level, path: str) -> list[FieldError]:
    out: list[FieldError] = []
    type, items = s.get("type") or "", s.get("items")
    properties, extra = s.get("properties") or {}, s.get("additionalProperties")
    embedded = bool(s.get("x-kubernetes-embedded-resource"))
    preserve, either = s.get("x-kubernetes-preserve-unknown-fields"), s.get("x-kubernetes-int-or-string")
    if type == "array" and items is None:
        out.append(required(f"{path}.items", "must be specified"))
    if isinstance(items, dict):
        out += _invariants(items, "item", f"{path}.items")
    for name, inner in properties.items():
        out += _invariants(inner, "field", f"{path}.properties[{name}]")
    if extra is not None:
        if level == "root":
            out.append(forbidden(f"{path}.additionalProperties", "must not be used at the root"))
        if isinstance(extra, dict):
            out += _invariants(extra, "field", f"{path}.additionalProperties")
    for name, value in (
        ("x-kubernetes-preserve-unknown-fields", preserve),
        ("x-kubernetes-embedded-resource", embedded),
    ):
        if either and value:
            out.append(invalid(f"{path}.{name}", True, "must be false if x-kubernetes-int-or-string is true"))
    out += _values(s, path, s.get("anyOf") == _INT_OR_STRING, _is_int_or_string_all_of(s))
    why = "must be object if x-kubernetes-embedded-resource is true"
    if embedded and type != "object":
        out.append(invalid(f"{path}.type", type, why) if type else required(f"{path}.type", why))
    elif not type and not either and not preserve:
        out.append(required(f"{path}.type", _EMPTY_TYPE[level]))
    if embedded and extra is not None:
        why = "must not be used if x-kubernetes-embedded-resource is set"
        out.append(forbidden(f"{path}.additionalProperties", why))
    if level == "root" and type and type != "object":
        out.append(invalid(f"{path}.type", type, "must be object at the root"))
    if level == "root" or embedded:
        for name in ("kind", "apiVersion"):
            if name in properties and properties[name].get("type") != "string":
                at = f"{path}.properties[{name}].type"
                out.append(invalid(at, properties[name].get("type") or "", "must be string"))
    if "metadata" in properties:
        out += _metadata(properties["metadata"], level, embedded, f"{path}.properties[metadata]")
    if embedded and not preserve and not properties:
        why = "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"
        out.append(required(f"{path}.properties", why))
    return out


def _is_int_or_string_all_of(s: Obj) -> bool:
    parts = s.get("allOf") or []
    return bool(parts) and parts[0].get("anyOf") == _INT_OR_STRING


def _metadata(s: Obj, level: Level, embedded: bool, path: str) -> list[FieldError]:
    out: list[FieldError] = []
    if (level == "root" or embedded) and s.get("type") != "object":
        out.append(invalid(f"{path}.type", s.get("type") or "", "must be object"))
    if level == "root":
        rest = {k: v for k, v in s.items() if k not in ("type", "default") and v not in (None, "", {}, [], False)}
        if set(rest.get("properties") or ()) <= {"name", "generateName"}:
            rest.pop("properties", None)
        if rest:
            why = "must not specify anything other than name and generateName, but metadata is implicitly specified"
            out.append(forbidden(path, why))
    return out


def _values(v: Obj, path: str, skip_any: bool = False, skip_first_all: bool = False) -> list[FieldError]:
    out: list[FieldError] = []
    if not skip_any:
        for i, one in enumerate(v.get("anyOf") or ()):
            out += _nested(one, f"{path}.anyOf[{i}]")
    for i, one in enumerate(v.get("allOf") or ()):
        out += _nested(one, f"{path}.allOf[{i}]", skip_any=skip_first_all and i == 0)
    for i, one in enumerate(v.get("oneOf") or ()):
        out += _nested(one, f"{path}.oneOf[{i}]")
    if isinstance(v.get("not"), dict):
        out += _nested(v["not"], f"{path}.not")
    pattern = v.get("pattern")
    if pattern:
        try:
            compile_regexp(pattern)
        except ValueError as wrong:
            why = f"must be a valid regular expression, but isn't: {wrong}"
            out.append(invalid(f"{path}.pattern", pattern, why))
    return out


def _nested(v: Obj, path: str, skip_any: bool = False) -> list[FieldError]:
    out = _values(v, path, skip_any)
    if isinstance(v.get("items"), dict):
        out += _nested(v["items"], f"{path}.items")
    for name, inner in (v.get("properties") or {}).items():
        out += _nested(inner, f"{path}.properties[{name}]")
    if v.get("type"):
        out.append(forbidden(f"{path}.type", "must be empty to be structural"))
    if v.get("additionalProperties") is not None:
        out.append(forbidden(f"{path}.additionalProperties", "must be undefined to be structural"))
    for name, why in _NESTED:
        if v.get(name) not in (None, "", False, []):
            out.append(forbidden(f"{path}.{name}", why))
    if "metadata" in (v.get("properties") or {}):
        out.append(forbidden(f"{path}.properties[metadata]", "must not be specified in a nested context"))
    return out


def _complete(s: Obj, path: str) -> list[FieldError]:
    """What value validation speaks of is declared outside of it as well."""
    out = _complete_values(s, s, path, path)
    if isinstance(s.get("items"), dict):
        out += _complete(s["items"], f"{path}.items")
    for name, inner in (s.get("properties") or {}).items():
        out += _complete(inner, f"{path}.properties[{name}]")
    if isinstance(s.get("additionalProperties"), dict):
        out += _complete(s["additionalProperties"], f"{path}.additionalProperties")
    return out


def _complete_values(s: Obj | None, v: Obj, s_path: str, v_path: str) -> list[FieldError]:
    out: list[FieldError] = []
    if s is None:
        return [required(s_path, f"because it is defined in {v_path}")]
    parts: list[tuple[Any, str]] = [(v.get("not"), f"{v_path}.not")]
    for name in ("allOf", "anyOf", "oneOf"):
        parts += [(one, f"{v_path}.{name}[{i}]") for i, one in enumerate(v.get(name) or ())]
    for one, at in parts:
        if isinstance(one, dict):
            out += _complete_nested(s, one, s_path, at)
    return out


def _complete_nested(s: Obj, v: Obj, s_path: str, v_path: str) -> list[FieldError]:
    out = _complete_values(s, v, s_path, v_path)
    if isinstance(v.get("items"), dict):
        items = s.get("items")
        if not isinstance(items, dict):
            out.append(required(f"{s_path}.items", f"because it is defined in {v_path}.items"))
        else:
            out += _complete_nested(items, v["items"], f"{s_path}.items", f"{v_path}.items")
    for name, inner in (v.get("properties") or {}).items():
        own = (s.get("properties") or {}).get(name)
        at, there = f"{s_path}.properties[{name}]", f"{v_path}.properties[{name}]"
        if own is None:
            out.append(required(at, f"because it is defined in {there}"))
        else:
            out += _complete_nested(own, inner, at, there)
    return out
