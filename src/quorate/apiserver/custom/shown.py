"""Parts of definitions as error messages print them: Kubernetes' internal structs as JSON, in the struct's order."""

from typing import Any

from quorate.contract.plan import Obj

_SCHEMA: tuple[tuple[str, str, Any], ...] = (
    ("ID", "id", ""), ("Schema", "$schema", ""), ("Ref", "$ref", None), ("Description", "description", ""),
    ("Type", "type", ""), ("Nullable", "nullable", False), ("Format", "format", ""), ("Title", "title", ""),
    ("Default", "default", None), ("Maximum", "maximum", None), ("ExclusiveMaximum", "exclusiveMaximum", False),
    ("Minimum", "minimum", None), ("ExclusiveMinimum", "exclusiveMinimum", False), ("MaxLength", "maxLength", None),
    ("MinLength", "minLength", None), ("Pattern", "pattern", ""), ("MaxItems", "maxItems", None),
    ("MinItems", "minItems", None), ("UniqueItems", "uniqueItems", False), ("MultipleOf", "multipleOf", None),
    ("Enum", "enum", None), ("MaxProperties", "maxProperties", None), ("MinProperties", "minProperties", None),
    ("Required", "required", None), ("Items", "items", None), ("AllOf", "allOf", None), ("OneOf", "oneOf", None),
    ("AnyOf", "anyOf", None), ("Not", "not", None), ("Properties", "properties", None),
    ("AdditionalProperties", "additionalProperties", None), ("PatternProperties", "patternProperties", None),
    ("Dependencies", "dependencies", None), ("AdditionalItems", "additionalItems", None),
    ("Definitions", "definitions", None), ("ExternalDocs", "externalDocs", None), ("Example", "example", None),
    ("XPreserveUnknownFields", "x-kubernetes-preserve-unknown-fields", None),
    ("XEmbeddedResource", "x-kubernetes-embedded-resource", False), ("XIntOrString", "x-kubernetes-int-or-string", False),
    ("XListMapKeys", "x-kubernetes-list-map-keys", None), ("XListType", "x-kubernetes-list-type", None),
    ("XMapType", "x-kubernetes-map-type", None), ("XValidations", "x-kubernetes-validations", None),
)  # fmt: skip
"""(the struct's field, the JSON field, its zero)."""


def schema_shown(schema: Any) -> Obj | None:
    """What is no schema is none: Go's decoder passes over it where a schema or a list of them may stand."""
    if not isinstance(schema, dict):
        return None
    return {name: _part(key, schema.get(key, zero)) for name, key, zero in _SCHEMA}


def _part(key: str, value: Any) -> Any:
    if value is None:
        return None
    match key:
        case "items":
            many = isinstance(value, list)
            return {
                "Schema": None if many else schema_shown(value),
                "JSONSchemas": [schema_shown(v) for v in value] if many else None,
            }
        case "allOf" | "oneOf" | "anyOf":
            return [schema_shown(v) for v in value]
        case "not":
            return schema_shown(value)
        case "properties" | "patternProperties" | "definitions":
            return {name: schema_shown(value[name]) for name in sorted(value)}
        case "additionalProperties" | "additionalItems":
            is_schema = isinstance(value, dict)
            return {"Allows": is_schema or bool(value), "Schema": schema_shown(value) if is_schema else None}
        case "x-kubernetes-validations":
            return [rule_shown(rule) for rule in value]
        case _:
            return value


def rule_shown(rule: Obj) -> Obj:
    return {
        "Rule": rule.get("rule") or "", "Message": rule.get("message") or "",
        "MessageExpression": rule.get("messageExpression") or "", "Reason": rule.get("reason"),
        "FieldPath": rule.get("fieldPath") or "", "OptionalOldSelf": rule.get("optionalOldSelf"),
    }  # fmt: skip


def version_shown(version: Obj) -> Obj:
    schema, sub = version.get("schema"), version.get("subresources")
    scale = (sub or {}).get("scale")
    return {
        "Name": version.get("name") or "", "Served": bool(version.get("served")), "Storage": bool(version.get("storage")),
        "Deprecated": bool(version.get("deprecated")), "DeprecationWarning": version.get("deprecationWarning"),
        "Schema": None if schema is None else {"OpenAPIV3Schema": schema_shown(schema.get("openAPIV3Schema"))},
        "Subresources": None if sub is None else {
            "Status": sub.get("status"),
            "Scale": None if scale is None else {
                "SpecReplicasPath": scale.get("specReplicasPath") or "",
                "StatusReplicasPath": scale.get("statusReplicasPath") or "",
                "LabelSelectorPath": scale.get("labelSelectorPath"),
            },
        },
        "AdditionalPrinterColumns": [
            {
                "Name": c.get("name") or "", "Type": c.get("type") or "", "Format": c.get("format") or "",
                "Description": c.get("description") or "", "Priority": c.get("priority") or 0,
                "JSONPath": c.get("jsonPath") or "",
            }
            for c in version["additionalPrinterColumns"]
        ] if version.get("additionalPrinterColumns") else None,
        "SelectableFields": [
            {"JSONPath": f.get("jsonPath") or ""} for f in version["selectableFields"]
        ] if version.get("selectableFields") else None,
    }  # fmt: skip
