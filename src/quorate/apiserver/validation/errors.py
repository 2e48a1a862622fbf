"""Field errors, worded as Kubernetes words them (apimachinery/pkg/util/validation/field)."""

from dataclasses import dataclass
from typing import Any, Literal

import orjson

from quorate.contract.failures import Obj, Refused
from quorate.objects.kinds import Kind

Cause = Literal[
    "FieldValueRequired", "FieldValueInvalid", "FieldValueNotSupported", "FieldValueForbidden", "FieldValueDuplicate",
    "FieldValueNotFound", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid", "InternalError",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field. `message` is what stands after "field: "."""

    cause: Cause
    field: str
    message: str


def _value(value: Any) -> str:
    """As Go prints the value in an error: strings quoted, objects as JSON, null as null."""
    return orjson.dumps(value).decode()


def required(field: str, detail: str = "") -> FieldError:
    return FieldError("FieldValueRequired", field, f"Required value: {detail}" if detail else "Required value")


def invalid(field: str, value: Any, detail: str) -> FieldError:
    return FieldError("FieldValueInvalid", field, f"Invalid value: {_value(value)}: {detail}")


def not_supported(field: str, value: Any, supported: list[str]) -> FieldError:
    choices = ", ".join(_value(x) for x in supported)
    return FieldError(
        "FieldValueNotSupported", field, f"Unsupported value: {_value(value)}: supported values: {choices}"
    )


def forbidden(field: str, detail: str) -> FieldError:
    return FieldError("FieldValueForbidden", field, f"Forbidden: {detail}")


def duplicate(field: str, value: Any) -> FieldError:
    return FieldError("FieldValueDuplicate", field, f"Duplicate value: {_value(value)}")


def not_found(field: str, value: Any) -> FieldError:
    return FieldError("FieldValueNotFound", field, f"Not found: {_value(value)}")


def too_long(field: str, limit: int, unit: str = "bytes") -> FieldError:
    return FieldError("FieldValueTooLong", field, f"Too long: may not be more than {limit} {unit}")


def too_many(field: str, actual: int, limit: int) -> FieldError:
    return FieldError("FieldValueTooMany", field, f"Too many: {actual}: must have at most {limit} items")


def refusal(kind: Kind, name: str, errors: list[FieldError]) -> Refused:
    """The 422 that carries these errors."""
    texts = [f"{e.field}: {e.message}" for e in errors]
    summary = texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]"
    details: Obj = {"name": name, "group": kind.group, "kind": kind.kind}
    details = {k: v for k, v in details.items() if v}
    details["causes"] = [{"reason": e.cause, "message": e.message, "field": e.field} for e in errors]
    return Refused("Invalid", f'{kind.qualified} "{name}" is invalid: {summary}', details)
