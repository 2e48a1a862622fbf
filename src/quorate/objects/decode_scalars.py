"""How each scalar is read: its usual Python type, and what makes its canonical form (or raises Unusual)."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from quorate.objects import quantity
from quorate.objects.times import micro_time_text, parse_time, time_text

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_MICRO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)", re.ASCII)
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


class Unusual(Exception):
    """The value needs the long way: something in it is of the wrong type or unknown."""


def _int32(value: int) -> int:
    if -0x80000000 <= value <= 0x7FFFFFFF:
        return value
    raise Unusual


def _int64(value: int) -> int:
    if -(1 << 63) <= value < 1 << 63:
        return value
    raise Unusual


def _double(value: Any) -> Any:
    if value.__class__ is int or value.__class__ is float:
        return value
    raise Unusual


def _quantity(value: Any) -> Any:
    if value.__class__ is not str and value.__class__ is not int and value.__class__ is not float:
        raise Unusual
    try:
        made = quantity.canonical(value)
    except ValueError:
        raise Unusual from None
    return value if made == value else made


def _int_or_string(value: Any) -> Any:
    if value.__class__ is str:
        return value
    if value.__class__ is int:
        return _int32(value)
    raise Unusual


@lru_cache(maxsize=8192)
def canonical_time(text: str) -> str:
    """metav1.Time: in UTC, to the second. Raises Unusual for what is no RFC 3339 time."""
    if not _TIME.fullmatch(text):
        raise Unusual
    try:
        return time_text(parse_time(text))
    except ValueError:
        raise Unusual from None


@lru_cache(maxsize=8192)
def canonical_micro_time(text: str) -> str:
    """metav1.MicroTime: in UTC, with exactly six digits of a second."""
    if not _MICRO_TIME.fullmatch(text):
        raise Unusual
    try:
        return micro_time_text(parse_time(text))
    except ValueError:
        raise Unusual from None


def _same_if_equal(canonical: Callable[[str], str]) -> Callable[[str], str]:
    def step(value: str) -> str:
        made = canonical(value)
        return value if made == value else made

    return step


def _bytes(value: str) -> str:
    plain = value.replace("\n", "").replace("\r", "") if "\n" in value or "\r" in value else value
    if not _BASE64.fullmatch(plain):
        raise Unusual
    return plain


SCALARS: dict[str, tuple[Any, Callable[[Any], Any] | None]] = {
    "string": (str, None),
    "bool": (bool, None),
    "int32": (int, _int32),
    "int64": (int, _int64),
    "double": (None, _double),
    "bytes": (str, _bytes),
    "quantity": (None, _quantity),
    "int-or-string": (None, _int_or_string),
    "time": (str, _same_if_equal(canonical_time)),
    "microtime": (str, _same_if_equal(canonical_micro_time)),
}
"""By the schema's name of the scalar; a Python type of None means that the function looks at whatever comes."""
