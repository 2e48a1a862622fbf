"""CEL's conversions between types, with the errors of Go's strconv and time."""

import math
from collections.abc import Callable
from typing import Any

from quorate.objects.cel.declarations import Library, declare
from quorate.objects.cel.limits import MAX, MIN, SECOND, moment, span, unsigned, whole
from quorate.objects.cel.times import duration_text, parse_duration, parse_timestamp, timestamp_text
from quorate.objects.cel.types import type_name
from quorate.objects.cel.values import CelError, Duration, Timestamp, TypeValue, UInt


def _parse(kind: str, text: str, convert: Callable[[str], Any]) -> Any:
    try:
        return convert(text)
    except ValueError:
        raise CelError(f'strconv.Parse{kind}: parsing "{text}": invalid syntax') from None


def _int_of_text(text: str) -> int:
    found: int = _parse("Int", text, _digits)
    if not MIN <= found <= MAX:
        raise CelError(f'strconv.ParseInt: parsing "{text}": value out of range')
    return found


def _digits(text: str) -> int:
    if not text or "_" in text or text.strip() != text:
        raise ValueError
    return int(text)


def _int_of_double(value: float) -> int:
    if value != value or math.isinf(value) or not -(2.0**63) < value < 2.0**63:
        raise CelError("integer overflow")
    return int(value)


def _uint_of_double(value: float) -> UInt:
    if value != value or math.isinf(value) or not 0 <= value < 2.0**64:
        raise CelError("unsigned integer overflow")
    return UInt(int(value))


def _uint_of_text(text: str) -> UInt:
    found: int = _parse("Uint", text, _digits)
    if found < 0:
        raise CelError(f'strconv.ParseUint: parsing "{text}": invalid syntax')
    return unsigned(found)


def _bool_of_text(text: str) -> bool:
    if text in ("1", "t", "T", "true", "TRUE", "True"):
        return True
    if text in ("0", "f", "F", "false", "FALSE", "False"):
        return False
    raise CelError(f'strconv.ParseBool: parsing "{text}": invalid syntax')


def _double_of_text(text: str) -> float:
    found: float = _parse("Float", text, float)
    return found


def float_text(value: float) -> str:
    """As Go prints it with %g."""
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    text = repr(value)
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        sign, digits = exponent[0] if exponent[0] in "+-" else "+", exponent.lstrip("+-")
        return f"{mantissa.removesuffix('.0')}e{sign}{digits.zfill(2)}"
    return text


def string_of(value: Any) -> str:
    """string(x)."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return float_text(value)
        case bytes():
            try:
                return value.decode()
            except UnicodeDecodeError:
                raise CelError("invalid UTF-8 in bytes, cannot convert to string") from None
        case Timestamp():
            return timestamp_text(value.nanoseconds)
        case Duration():
            return duration_text(value.nanoseconds)
        case _:
            return str(value)


def _encode(text: str) -> bytes:
    return text.encode()


def _to_timestamp(text: str) -> Timestamp:
    found = parse_timestamp(text)
    if found is None:
        raise CelError(f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00": cannot parse "{text}" as "2006"')
    return moment(found)


def _to_duration(text: str) -> Duration:
    found = parse_duration(text)
    if found is None:
        raise CelError(f'time: invalid duration "{text}"')
    return span(found)


def _type_of(value: Any) -> TypeValue:
    return TypeValue(type_name(value))


def _same(value: Any) -> Any:
    return value


def _time_of(t: Timestamp) -> int:
    return t.nanoseconds // SECOND


KINDS = ("string", "bool", "int", "uint", "double", "bytes", "timestamp", "duration")


def library() -> Library:
    return declare([
        ("bool(bool)", "bool", _same), ("bool(string)", "bool", _bool_of_text),
        ("int(int)", "int", _same), ("int(uint)", "int", lambda a: whole(int(a))),
        ("int(double)", "int", _int_of_double), ("int(string)", "int", _int_of_text),
        ("int(timestamp)", "int", _time_of), ("int(duration)", "int", lambda a: a.nanoseconds),
        ("uint(uint)", "uint", _same), ("uint(int)", "uint", unsigned), ("uint(double)", "uint", _uint_of_double),
        ("uint(string)", "uint", _uint_of_text),
        ("double(double)", "double", lambda a: float(a)), ("double(int)", "double", lambda a: float(a)),
        ("double(uint)", "double", lambda a: float(a)), ("double(string)", "double", _double_of_text),
        *((f"string({kind})", "string", string_of) for kind in KINDS),
        ("bytes(bytes)", "bytes", _same), ("bytes(string)", "bytes", _encode),
        ("timestamp(timestamp)", "timestamp", _same), ("timestamp(string)", "timestamp", _to_timestamp),
        ("timestamp(int)", "timestamp", lambda a: moment(a * SECOND)),
        ("duration(duration)", "duration", _same), ("duration(string)", "duration", _to_duration),
        ("duration(int)", "duration", lambda a: span(a)),
        ("dyn(A)", "dyn", _same), ("type(A)", "type(A)", _type_of),
    ])  # fmt: skip
