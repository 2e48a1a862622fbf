"""Numbers that may be percentages (apps/validation, ValidatePositiveIntOrPercent and IsNotMoreThan100Percent)."""

from quorate.apiserver.validation.errors import FieldError, each_invalid, invalid, not_negative
from quorate.apiserver.validation.texts import percent_errors


def number_or_percent(field: str, value: int | str) -> list[FieldError]:
    if isinstance(value, int):
        return not_negative(field, value)
    return each_invalid(field, value, percent_errors(value))


def at_most_all(field: str, value: int | str) -> list[FieldError]:
    """A percentage of no more than 100."""
    if isinstance(value, str) and not percent_errors(value) and int(value[:-1]) > 100:
        return [invalid(field, value, "must not be greater than 100%")]
    return []


def is_zero(value: int | str) -> bool:
    """What is no percentage counts as nothing."""
    if isinstance(value, int):
        return value == 0
    return bool(percent_errors(value)) or int(value[:-1]) == 0
