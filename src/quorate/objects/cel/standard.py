"""CEL's own operators and functions (cel-spec: the standard definitions), with cel-go's errors."""

import math
from collections.abc import Callable
from typing import Any

from quorate.objects.cel.declarations import Library, declare
from quorate.objects.cel.limits import moment, span, unsigned, whole
from quorate.objects.cel.values import NONE, CelError, Duration, Optional, Timestamp, equal, joined
from quorate.objects.go_regexp import compile_regexp


def _add(a: int, b: int) -> int:
    return whole(a + b)


def _subtract(a: int, b: int) -> int:
    return whole(a - b)


def _multiply(a: int, b: int) -> int:
    return whole(a * b)


def _divide(a: int, b: int) -> int:
    """Towards zero, as Go divides."""
    if b == 0:
        raise CelError("division by zero")
    quotient = abs(a) // abs(b)
    return whole(quotient if (a < 0) == (b < 0) else -quotient)


def _modulo(a: int, b: int) -> int:
    if b == 0:
        raise CelError("modulus by zero")
    return a - b * _divide(a, b)


def _divide_float(a: float, b: float) -> float:
    if b == 0:
        return math.nan if a == 0 or a != a else math.copysign(math.inf, a) * math.copysign(1, b)
    return a / b


def _index_list(items: list[Any], index: Any) -> Any:
    if isinstance(index, float) and not index.is_integer():
        raise CelError(f"unsupported index value '{index}' in list")
    at = int(index)
    if not 0 <= at < len(items):
        raise CelError(f"index out of bounds: {at}")
    return items[at]


def key_text(key: Any) -> str:
    """A key as errors show it."""
    return str(key).lower() if isinstance(key, bool) else str(key)


def _index_map(entries: dict[Any, Any], key: Any) -> Any:
    if key in entries and not isinstance(key, bool):
        return entries[key]
    for found, value in entries.items():
        if equal(found, key):
            return value
    raise CelError(f"no such key: {key_text(key)}")


def _optional_index(run: Callable[[Any, Any], Any], target: Any, key: Any) -> Optional:
    try:
        return Optional(True, run(target, key))
    except CelError:
        return NONE


def _optional_list(items: list[Any], index: Any) -> Optional:
    return _optional_index(_index_list, items, index)


def _optional_map(entries: dict[Any, Any], key: Any) -> Optional:
    return _optional_index(_index_map, entries, key)


def _optional_list_of(found: Optional, index: Any) -> Optional:
    return _optional_list(found.value, index) if found.present else NONE


def _optional_map_of(found: Optional, key: Any) -> Optional:
    return _optional_map(found.value, key) if found.present else NONE


def _in_list(value: Any, items: list[Any]) -> bool:
    return any(equal(value, item) for item in items)


def _in_map(value: Any, entries: dict[Any, Any]) -> bool:
    return any(equal(value, key) for key in entries)


def _not_equal(a: Any, b: Any) -> bool:
    return not equal(a, b)


def _negate_bool(value: bool) -> bool:
    return not value


def _lt(a: Any, b: Any) -> bool:
    return bool(a < b)


def _le(a: Any, b: Any) -> bool:
    return bool(a <= b)


def _gt(a: Any, b: Any) -> bool:
    return bool(a > b)


def _ge(a: Any, b: Any) -> bool:
    return bool(a >= b)


def _comparisons() -> list[tuple[str, str, Callable[..., Any]]]:
    rows = []
    kinds = ("bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration")
    mixed = [(a, b) for a in ("int", "uint", "double") for b in ("int", "uint", "double") if a != b]
    for operator, run in (("_<_", _lt), ("_<=_", _le), ("_>_", _gt), ("_>=_", _ge)):
        pairs = [*((k, k) for k in kinds), *mixed]
        rows += [(f"{operator}({a}, {b})", "bool", run) for a, b in pairs]
    return rows


def matches(text: str, pattern: str) -> bool:
    try:
        return compile_regexp(pattern).search(text) is not None
    except ValueError as wrong:
        raise CelError(str(wrong)) from None


# -- optionals


def _optional_value(found: Optional) -> Any:
    if not found.present:
        raise CelError("optional.none() dereference")
    return found.value


def _is_zero(value: Any) -> bool:
    if value is None:
        return True
    if isinstance(value, Timestamp | Duration):
        return value.nanoseconds == 0
    return not value if isinstance(value, bool | int | float | str | bytes | list | dict) else False


def _sizes() -> list[tuple[str, str, Callable[..., Any]]]:
    kinds = ("string", "bytes", "list(A)", "map(A, B)")
    return [row for kind in kinds for row in ((f"size({kind})", "int", len), (f"{kind}|size()", "int", len))]


def library() -> Library:
    return declare([
        ("!_(bool)", "bool", _negate_bool), ("_==_(A, A)", "bool", equal), ("_!=_(A, A)", "bool", _not_equal),
        ("@in(A, list(A))", "bool", _in_list), ("@in(A, map(A, B))", "bool", _in_map),
        *_comparisons(),
        ("_+_(int, int)", "int", _add), ("_+_(uint, uint)", "uint", lambda a, b: unsigned(int(a) + int(b))),
        ("_+_(double, double)", "double", lambda a, b: float(a) + float(b)),
        ("_+_(string, string)", "string", lambda a, b: a + b), ("_+_(bytes, bytes)", "bytes", lambda a, b: a + b),
        ("_+_(list(A), list(A))", "list(A)", joined),
        ("_+_(timestamp, duration)", "timestamp", lambda a, b: moment(a.nanoseconds + b.nanoseconds)),
        ("_+_(duration, timestamp)", "timestamp", lambda a, b: moment(a.nanoseconds + b.nanoseconds)),
        ("_+_(duration, duration)", "duration", lambda a, b: span(a.nanoseconds + b.nanoseconds)),
        ("_-_(int, int)", "int", _subtract), ("_-_(uint, uint)", "uint", lambda a, b: unsigned(int(a) - int(b))),
        ("_-_(double, double)", "double", lambda a, b: float(a) - float(b)),
        ("_-_(timestamp, timestamp)", "duration", lambda a, b: span(a.nanoseconds - b.nanoseconds)),
        ("_-_(timestamp, duration)", "timestamp", lambda a, b: moment(a.nanoseconds - b.nanoseconds)),
        ("_-_(duration, duration)", "duration", lambda a, b: span(a.nanoseconds - b.nanoseconds)),
        ("_*_(int, int)", "int", _multiply), ("_*_(uint, uint)", "uint", lambda a, b: unsigned(int(a) * int(b))),
        ("_*_(double, double)", "double", lambda a, b: float(a) * float(b)),
        ("_/_(int, int)", "int", _divide), ("_/_(uint, uint)", "uint", lambda a, b: unsigned(_divide(int(a), int(b)))),
        ("_/_(double, double)", "double", lambda a, b: _divide_float(float(a), float(b))),
        ("_%_(int, int)", "int", _modulo), ("_%_(uint, uint)", "uint", lambda a, b: unsigned(_modulo(int(a), int(b)))),
        ("-_(int)", "int", lambda a: whole(-a)), ("-_(double)", "double", lambda a: -float(a)),
        ("_[_](list(A), int)", "A", _index_list), ("_[_](map(A, B), A)", "B", _index_map),
        ("_[_](optional(list(A)), int)", "optional(A)", _optional_list_of),
        ("_[_](optional(map(A, B)), A)", "optional(B)", _optional_map_of),
        ("_[?_](list(A), int)", "optional(A)", _optional_list), ("_[?_](map(A, B), A)", "optional(B)", _optional_map),
        ("_[?_](optional(list(A)), int)", "optional(A)", _optional_list_of),
        ("_[?_](optional(map(A, B)), A)", "optional(B)", _optional_map_of),
        *_sizes(),
        ("string|contains(string)", "bool", lambda a, b: b in a),
        ("string|startsWith(string)", "bool", lambda a, b: a.startswith(b)),
        ("string|endsWith(string)", "bool", lambda a, b: a.endswith(b)),
        ("string|matches(string)", "bool", matches), ("matches(string, string)", "bool", matches),
        ("optional.of(A)", "optional(A)", lambda a: Optional(True, a)), ("optional.none()", "optional(A)", lambda: NONE),
        ("optional.ofNonZeroValue(A)", "optional(A)", lambda a: NONE if _is_zero(a) else Optional(True, a)),
        ("optional(A)|value()", "A", _optional_value), ("optional(A)|hasValue()", "bool", lambda a: a.present),
    ])  # fmt: skip
