"""What is asked of a definition's schema beside being structural: extensions, defaults, CEL rules.

(Kubernetes: ValidateCustomResourceDefinitionOpenAPISchema, schema/defaulting/validation.go.)
"""

from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from quorate.apiserver.custom import decoding, lists, values
from quorate.apiserver.custom.paths import normal_path
from quorate.apiserver.custom.rule_costs import Costs, cost_here, is_cost, of_expression, of_schema, times_below
from quorate.apiserver.custom.shown import rule_shown
from quorate.apiserver.validation.errors import (
    FieldError,
    forbidden,
    invalid,
    not_supported,
    required,
)  # fmt: skip
from quorate.contract.plan import Obj

TYPES = ("array", "boolean", "integer", "number", "object", "string")
REASONS = ("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired")
META = frozenset({"metadata", "kind", "apiVersion"})
_NOT_SUPPORTED = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")


@dataclass(frozen=True, slots=True)
class _Where:
    """What holds at a place. `no_defaults` says why there may be none; `uncorrelated` is where old items get lost;
    `times` is how often the place may stand in an object, None for without a bound.
    """

    no_defaults: str | None = None
    inside_meta: bool = False
    uncorrelated: str = ""
    structural: bool = True
    times: int | None = 1


@dataclass(slots=True)
class _Errors:
    schema: list[FieldError]
    rules: list[FieldError]
    costs: Costs = field(default_factory=list)

    def take(self, other: "_Errors") -> None:
        self.schema += other.schema
        self.rules += other.rules
        self.costs += other.costs


def validate(schema: Obj, path: str, structural: bool, stored: bool = False) -> list[FieldError]:
    """`structural`: whether the schema is, so that its rules can be compiled. `stored`: it was served before, and only
    the cost of all its rules together counts.
    """
    found = _at(schema, path, _Where(structural=structural), True)
    rules = [e for e in found.rules if not (stored and is_cost(e))]
    return found.schema + rules + of_schema(path, found.costs)


def _at(s: Obj, path: str, where: _Where, root: bool) -> _Errors:
    out = _Errors(_plain(s, path, where), [])
    below = replace(where, times=times_below(s, where.times))
    extra, properties, items = s.get("additionalProperties"), s.get("properties") or {}, s.get("items")
    if s.get("uniqueItems"):
        why = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        out.schema.append(forbidden(f"{path}.uniqueItems", why))
    if extra is not None:
        if properties and extra is not True:
            why = "additionalProperties and properties are mutual exclusive"
            out.schema.append(forbidden(f"{path}.additionalProperties", why))
        if isinstance(extra, dict):
            inner = below
            if where.inside_meta:
                inner = replace(below, no_defaults="inside additionalProperties applying to object metadata")
            out.take(_at(extra, f"{path}.additionalProperties", inner, False))
    for name, part in properties.items():
        inner = below
        if (root or s.get("x-kubernetes-embedded-resource")) and name in META:
            inner = replace(inner, inside_meta=True)
            if root:
                inner = replace(inner, no_defaults=f"in top-level {name}")
        out.take(_at(part, f"{path}.properties[{name}]", inner, False))
    nested = replace(where, structural=False)
    if isinstance(s.get("not"), dict):
        out.take(_at(s["not"], f"{path}.not", nested, False))
    for name in ("allOf", "oneOf", "anyOf"):
        for i, part in enumerate(s.get(name) or ()):
            out.take(_at(part, f"{path}.{name}[{i}]", nested, False))
    if isinstance(items, dict):
        inner = below
        if s.get("x-kubernetes-list-type") != "map" and not where.uncorrelated:
            inner = replace(inner, uncorrelated=path)
        out.take(_at(items, f"{path}.items", inner, False))
    out.schema += _extensions(s, path) + _list_keys(s, path)
    for i, rule in enumerate(s.get("x-kubernetes-validations") or ()):
        out.schema += _rule_words(s, rule, f"{path}.x-kubernetes-validations[{i}]")
    if s.get("x-kubernetes-validations") and not out.schema and where.structural:
        out.take(_compiled(s, path, where, root))
    return out


def _plain(s: Obj, path: str, where: _Where) -> list[FieldError]:
    out: list[FieldError] = []
    type = s.get("type")
    if type and type not in TYPES:
        out.append(not_supported(f"{path}.type", type, TYPES))
    if s.get("default") is not None and where.no_defaults is not None:
        out.append(forbidden(f"{path}.default", f"must not be set {where.no_defaults}"))
    for name in _NOT_SUPPORTED:
        if s.get(name):
            out.append(forbidden(f"{path}.{name}", f"{name} is not supported"))
    if type == "null":
        out.append(forbidden(f"{path}.type", "type cannot be set to null, use nullable as an alternative"))
    if isinstance(s.get("items"), list):
        out.append(forbidden(f"{path}.items", "items must be a schema object and not an array"))
    if where.inside_meta and s.get("x-kubernetes-embedded-resource"):
        out.append(forbidden(f"{path}.x-kubernetes-embedded-resource", "must not be used inside of resource meta"))
    return out


def _typed(path: str, type: Any, wanted: str, extension: str) -> FieldError:
    why = f"must be {wanted} if {extension} is specified"
    return invalid(f"{path}.type", type, why) if type else required(f"{path}.type", why)


def _extensions(s: Obj, path: str) -> list[FieldError]:
    out: list[FieldError] = []
    type, list_type, map_type = s.get("type"), s.get("x-kubernetes-list-type"), s.get("x-kubernetes-map-type")
    keys, items = s.get("x-kubernetes-list-map-keys") or (), s.get("items")
    if s.get("x-kubernetes-preserve-unknown-fields") is False:
        out.append(invalid(f"{path}.x-kubernetes-preserve-unknown-fields", False, "must be true or undefined"))
    if map_type is not None and type != "object":
        out.append(_typed(path, type, "object", "x-kubernetes-map-type"))
    if map_type is not None and map_type not in ("atomic", "granular"):
        out.append(not_supported(f"{path}.x-kubernetes-map-type", map_type, ["atomic", "granular"]))
    if list_type is not None and type != "array":
        out.append(_typed(path, type, "array", "x-kubernetes-list-type"))
    elif list_type == "set" and isinstance(items, dict):
        why = "must be atomic as item of a list with x-kubernetes-list-type=set"
        inner = items.get("x-kubernetes-list-type")
        if items.get("type") == "array" and inner not in (None, "atomic"):
            out.append(invalid(f"{path}.items.x-kubernetes-list-type", inner, why))
        if items.get("type") == "object" and items.get("x-kubernetes-map-type") != "atomic":
            out.append(invalid(f"{path}.items.x-kubernetes-map-type", inner, why))
    if list_type is not None and list_type not in ("atomic", "set", "map"):
        out.append(not_supported(f"{path}.x-kubernetes-list-type", list_type, ["atomic", "set", "map"]))
    why = "must be map if x-kubernetes-list-map-keys is non-empty"
    if keys and list_type is None:
        out.append(required(f"{path}.x-kubernetes-list-type", why))
    elif keys and list_type != "map":
        out.append(invalid(f"{path}.x-kubernetes-list-type", list_type, why))
    if list_type == "map":
        out += _map_list(s, path)
    return out


def _map_list(s: Obj, path: str) -> list[FieldError]:
    out: list[FieldError] = []
    keys, items = list(s.get("x-kubernetes-list-map-keys") or ()), s.get("items")
    if not keys:
        why = "must not be empty if x-kubernetes-list-type is map"
        out.append(required(f"{path}.x-kubernetes-list-map-keys", why))
    if items is None:
        out.append(required(f"{path}.items", "must have a schema if x-kubernetes-list-type is map"))
    if not isinstance(items, dict):
        return out
    if items.get("type") != "object":
        why = "must be object if parent array's x-kubernetes-list-type is map"
        return [*out, invalid(f"{path}.items.type", items.get("type") or "", why)]
    seen: set[str] = set()
    for key in keys:
        found = (items.get("properties") or {}).get(key)
        if found is None:
            why = "entries must all be names of item properties"
            out.append(invalid(f"{path}.x-kubernetes-list-map-keys", keys, why))
        elif found.get("type") in ("array", "object"):
            why = "must be a scalar type if parent array's x-kubernetes-list-type is map"
            out.append(invalid(f"{path}.items.properties[{key}].type", items["type"], why))
        if key in seen:
            out.append(invalid(f"{path}.x-kubernetes-list-map-keys", keys, "must not contain duplicate entries"))
        seen.add(key)
    return out


def _list_keys(s: Obj, path: str) -> list[FieldError]:
    """Items of sets and maps exist, and so do their keys."""
    out: list[FieldError] = []
    list_type, items = s.get("x-kubernetes-list-type"), s.get("items")
    if list_type not in ("set", "map") or not isinstance(items, dict):
        return out
    if items.get("nullable"):
        why = f"cannot be nullable when x-kubernetes-list-type is {list_type}"
        out.append(forbidden(f"{path}.items.nullable", why))
    for key in (s.get("x-kubernetes-list-map-keys") or ()) if list_type == "map" else ():
        found = (items.get("properties") or {}).get(key)
        if found is None:
            continue
        at = f"{path}.items.properties[{key}]"
        this = "this property is in x-kubernetes-list-map-keys, so it"
        if key not in (items.get("required") or ()) and found.get("default") is None:
            out.append(required(f"{at}.default", f"{this} must have a default or be a required property"))
        if found.get("nullable"):
            out.append(forbidden(f"{at}.nullable", f"{this} cannot be nullable"))
    return out


def _has_newline(text: str) -> bool:
    return "\n" in text or "\r" in text


def _rule_words(s: Obj, rule: Obj, path: str) -> list[FieldError]:
    """What can be said of a rule without compiling it."""
    out: list[FieldError] = []
    text, message = rule.get("rule") or "", rule.get("message") or ""
    if not text.strip():
        out.append(required(f"{path}.rule", "rule is not specified"))
    elif message and not message.strip():
        out.append(invalid(f"{path}.message", message, "message must be non-empty if specified"))
    elif _has_newline(message.strip()):
        out.append(invalid(f"{path}.message", message, "message must not contain line breaks"))
    elif _has_newline(text.strip()) and not message.strip():
        out.append(required(f"{path}.message", "message must be specified if rule contains line breaks"))
    words = rule.get("messageExpression") or ""
    if words and not words.strip():
        out.append(required(f"{path}.messageExpression", "messageExpression must be non-empty if specified"))
    reason, pointed = rule.get("reason"), rule.get("fieldPath") or ""
    if reason is not None and reason not in REASONS:
        out.append(not_supported(f"{path}.reason", reason, REASONS))
    if pointed and not pointed.strip():
        out.append(invalid(f"{path}.fieldPath", pointed, "fieldPath must be non-empty if specified"))
    if _has_newline(pointed):
        out.append(invalid(f"{path}.fieldPath", pointed, "fieldPath must not contain line breaks"))
    if pointed and normal_path(pointed, s)[2]:
        out.append(invalid(f"{path}.fieldPath", pointed, "fieldPath must be a valid path"))
    return out


def _compiled(s: Obj, path: str, where: _Where, root: bool) -> _Errors:
    from quorate.apiserver.custom import rules
    from quorate.apiserver.custom.rule_types import type_of, with_meta

    made = _Errors([], [])
    out = made.rules
    type = type_of(s, root=root)
    if type is None:
        return made
    whole = with_meta(s) if root or s.get("x-kubernetes-embedded-resource") else s
    for i, rule in enumerate(s["x-kubernetes-validations"]):
        at = f"{path}.x-kubernetes-validations[{i}]"
        found = rules.compile_rule(rule, type, whole)
        cost = cost_here(found.program.most(type), whole, where.times) if found.program is not None else 0
        out += of_expression("rule", f"{at}.rule", cost)
        made.costs.append((f"{at}.rule", cost))
        if found.error:
            out.append(invalid(f"{at}.rule", rule_shown(rule), found.error))
        if found.message_error:
            out.append(invalid(f"{at}.messageExpression", rule_shown(rule), found.message_error))
        elif found.message is not None:
            cost = found.message.most(type)
            out += of_expression("messageExpression", f"{at}.messageExpression", cost)
            made.costs.append((f"{at}.messageExpression", cost))
        if found.is_transition:
            if where.uncorrelated:
                why = f"oldSelf cannot be used on the uncorrelatable portion of the schema within {where.uncorrelated}"
                out.append(invalid(f"{at}.rule", rule["rule"], why))
        elif found.program is not None and rule.get("optionalOldSelf") is not None:
            why = "may not be set if oldSelf is not used in rule"
            out.append(invalid(f"{at}.optionalOldSelf", rule["optionalOldSelf"], why))
    return made


# -- defaults


def validate_defaults(s: Obj, path: str, root: bool = True, inside_meta: bool = False) -> list[FieldError]:
    """Defaults are of their type, and have no fields that would be pruned."""
    out: list[FieldError] = []
    embedded = root or bool(s.get("x-kubernetes-embedded-resource"))
    if embedded:
        inside_meta = False
    default = s.get("default")
    at = f"{path}.default"
    if default is not None and not inside_meta:
        is_resource = bool(s.get("x-kubernetes-embedded-resource"))
        if not values.same(decoding.pruned(s, default, root=is_resource), default):
            out.append(invalid(at, default, "must not have unknown fields"))
        wrong = lists.embedded(s, default, at) or values.validate(s, default, prefix=at)
        wrong = wrong or rules_of_default(s, default, at)
        out += wrong
    elif default is not None:
        out += values.validate(s, default, prefix=at)
    if isinstance(s.get("items"), dict):
        out += validate_defaults(s["items"], f"{path}.items", False, inside_meta)
    for name, inner in (s.get("properties") or {}).items():
        below = inside_meta or (embedded and name in META)
        out += validate_defaults(inner, f"{path}.properties[{name}]", False, below)
    return out


def rules_of_default(s: Obj, default: Any, path: str) -> list[FieldError]:
    """A default keeps to the rules of its schema."""
    if b"x-kubernetes-validations" not in orjson.dumps(s):
        return []
    from quorate.apiserver.custom import rules

    found, _ = rules.validate(orjson.dumps({"type": "object", "properties": {"value": s}}), {"value": default})
    return [FieldError(e.cause, path + e.field.removeprefix("value"), e.message) for e in found]
