"""Field errors, worded as Kubernetes words them (apimachinery/pkg/util/validation/field)."""

from collections.abc import Iterable, Sequence
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
    text = orjson.dumps(value).decode()
    if isinstance(value, str) or not ("<" in text or ">" in text or "&" in text):
        return text
    # Go's JSON encoder keeps its output safe to embed in HTML; its string quoting does not.
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _detailed(text: str, detail: str) -> str:
    return f"{text}: {detail}" if detail else text


def required(field: str, detail: str = "") -> FieldError:
    return FieldError("FieldValueRequired", field, _detailed("Required value", detail))


def invalid(field: str, value: Any, detail: str) -> FieldError:
    """`value` is shown as it is given: where Kubernetes prints a struct, its fields must come in the struct's order."""
    return FieldError("FieldValueInvalid", field, _detailed(f"Invalid value: {_value(value)}", detail))


def without_value(field: str, detail: str) -> FieldError:
    """Something wrong with a field whose value says nothing to the reader."""
    return FieldError("FieldValueInvalid", field, f"Invalid value: {detail}")


def each_invalid(field: str, value: Any, details: Iterable[str]) -> list[FieldError]:
    """One error for each thing that is wrong with the value."""
    return [invalid(field, value, detail) for detail in details]


def not_supported(field: str, value: Any, supported: Sequence[str]) -> FieldError:
    """`supported` comes in Kubernetes' order, which is alphabetical only where it keeps the values in a set."""
    choices = ", ".join(_value(x) for x in supported)
    return FieldError(
        "FieldValueNotSupported", field, f"Unsupported value: {_value(value)}: supported values: {choices}"
    )


def forbidden(field: str, detail: str) -> FieldError:
    return FieldError("FieldValueForbidden", field, f"Forbidden: {detail}")


def duplicate(field: str, value: Any, detail: str = "") -> FieldError:
    return FieldError("FieldValueDuplicate", field, _detailed(f"Duplicate value: {_value(value)}", detail))


def not_found(field: str, value: Any, detail: str = "") -> FieldError:
    return FieldError("FieldValueNotFound", field, _detailed(f"Not found: {_value(value)}", detail))


def immutable(field: str, value: Any) -> FieldError:
    return invalid(field, value, "field is immutable")


def not_negative(field: str, value: int | None) -> list[FieldError]:
    """A number that may not be below 0; None is fine."""
    if value is None or value >= 0:
        return []
    return [invalid(field, value, "must be greater than or equal to 0")]


def too_long(field: str, limit: int, unit: str = "bytes") -> FieldError:
    return FieldError("FieldValueTooLong", field, f"Too long: may not be more than {limit} {unit}")


def too_many(field: str, actual: int, limit: int) -> FieldError:
    return FieldError("FieldValueTooMany", field, f"Too many: {actual}: must have at most {limit} items")


def refusal(kind: Kind, name: str, errors: list[FieldError]) -> Refused:
    """The 422 that carries these errors. What several checks found stands once in the message, but in a cause each."""
    texts = list(dict.fromkeys(f"{e.field}: {e.message}" for e in errors))
    summary = texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]"
    details: Obj = {"name": name, "group": kind.group, "kind": kind.kind}
    details = {k: v for k, v in details.items() if v}
    details["causes"] = [{"reason": e.cause, "message": e.message, "field": e.field} for e in errors]
    return Refused("Invalid", f'{kind.qualified} "{name}" is invalid: {summary}', details)
