"""What is asked of a custom object (Kubernetes: apiextensions-apiserver's registry/customresource)."""

from typing import Any

from quorate.apiserver.custom import lists, metadata, values
from quorate.apiserver.custom.served import Served
from quorate.apiserver.validation.errors import FieldError, invalid
from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind

MOST_REPLICAS = 2**31 - 1
BLOCKING = frozenset({
    "FieldValueNotSupported", "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid",
})  # fmt: skip
"""Errors after which rules are not asked: what they see might not be of its type."""
UNCHECKED = (
    "some validation rules were not checked because the object was invalid; correct the existing errors to complete "
    "validation"
)
Checked = tuple[list[FieldError], list[str]]
"""(what is wrong, what the writer is warned of)."""


def validate(kind: Kind, served: Served, obj: Obj) -> Checked:
    """Of a new object."""
    errors = _type_meta(kind, obj)
    if errors:
        return errors, []
    errors = metadata.validate(obj["metadata"])
    errors += values.validate(served.schema, obj)
    errors += _scale_spec(served, obj) + _scale_status(served, obj)
    errors += lists.embedded(served.schema, obj) + lists.duplicates(served.schema, obj)
    return _with_rules(served, obj, None, errors)


def validate_update(kind: Kind, served: Served, new: Obj, old: Obj) -> Checked:
    errors = _type_meta(kind, new)
    if errors:
        return errors, []
    errors = metadata.validate_update(new["metadata"], old["metadata"])
    errors += values.validate(served.schema, new, old)
    errors += _scale_spec(served, new) + _scale_status(served, new)
    errors += lists.embedded(served.schema, new)
    found = lists.duplicates(served.schema, new)
    if found and not lists.duplicates(served.schema, old):
        errors += found
    return _with_rules(served, new, old, errors)


def validate_status_update(served: Served, new: Obj, old: Obj) -> Checked:
    """Of a write to the status subresource: the rest is as it was."""
    errors = metadata.validate_update(new["metadata"], old["metadata"])
    schema = (served.schema.get("properties") or {}).get("status")
    if schema is not None and "status" in new:
        errors += values.validate(schema, new["status"], old.get("status", values.ABSENT), "status")
    errors += _scale_status(served, new)
    found = lists.duplicates(served.schema, new)
    if found and not lists.duplicates(served.schema, old):
        errors += found
    return _with_rules(served, new, old, errors)


def _with_rules(served: Served, new: Obj, old: Obj | None, errors: list[FieldError]) -> Checked:
    if b"x-kubernetes-validations" not in served.schema_json:
        return errors, []
    if any(error.cause in BLOCKING for error in errors):
        return [*errors, invalid(values.NOWHERE, None, UNCHECKED)], []
    # Late: most servers never meet a rule.
    from quorate.apiserver.custom import rules

    found, warnings = rules.validate(served.schema_json, new, old)
    return errors + found, warnings


def _type_meta(kind: Kind, obj: Obj) -> list[FieldError]:
    out = []
    for field, wanted in (("kind", kind.kind), ("apiVersion", kind.api_version)):
        if obj.get(field) != wanted:
            out.append(invalid(field, obj.get(field, ""), f"must be {wanted}"))
    return out


# -- scale


def nested(obj: Obj, path: str) -> Any:
    """The value at ".spec.replicas"; None when there is none. Raises ValueError where the path leads through no object."""
    at: Any = obj
    walked = ""
    for name in path.removeprefix(".").split("."):
        if not isinstance(at, dict):
            shown = at if isinstance(at, str | int | float) else "[...]"
            raise ValueError(
                f"{walked} accessor error: {shown} is of the type {_go(at)}, expected map[string]interface {{}}"
            )
        if name not in at:
            return None
        at = at[name]
        walked = f"{walked}.{name}"
    return at


def _go(value: Any) -> str:
    names = {str: "string", bool: "bool", int: "int64", float: "float64", list: "[]interface {}", type(None): "<nil>"}
    return names.get(type(value), "map[string]interface {}")


def whole_number(obj: Obj, path: str) -> int | None:
    """Raises ValueError for what is no whole number."""
    found = nested(obj, path)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int):
        raise ValueError(f"{path} accessor error: {found} is of the type {_go(found)}, expected int64")
    return found


def _replicas(obj: Obj, path: str) -> list[FieldError]:
    try:
        count = whole_number(obj, path) or 0
    except ValueError as wrong:
        return [invalid(path, 0, str(wrong))]
    if count < 0:
        return [invalid(path, count, "should be a non-negative integer")]
    if count > MOST_REPLICAS:
        return [invalid(path, count, f"should be less than or equal to {MOST_REPLICAS}")]
    return []


def _scale_spec(served: Served, obj: Obj) -> list[FieldError]:
    return _replicas(obj, served.scale["specReplicasPath"]) if served.scale else []


def _scale_status(served: Served, obj: Obj) -> list[FieldError]:
    if not served.scale:
        return []
    errors = _replicas(obj, served.scale["statusReplicasPath"])
    path = served.scale.get("labelSelectorPath")
    if path:
        try:
            found = nested(obj, path)
            if found is not None and not isinstance(found, str):
                raise ValueError(f"{path} accessor error: {found} is of the type {_go(found)}, expected string")
        except ValueError as wrong:
            errors.append(invalid(path, "", str(wrong)))
    return errors
