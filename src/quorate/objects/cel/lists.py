"""Kubernetes' list functions and cel-go's sets."""

import itertools
from typing import Any

from quorate.objects.cel.declarations import Library, declare
from quorate.objects.cel.limits import span, unsigned, whole
from quorate.objects.cel.values import CelError, Duration, UInt, equal, no_overload

_ORDERED = ("int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes")
_SUMMED = ("int", "uint", "double", "duration")


def _is_sorted(items: list[Any]) -> bool:
    try:
        return all(not b < a for a, b in itertools.pairwise(items))
    except TypeError:
        raise no_overload() from None


def _sum(items: list[Any], zero: Any) -> Any:
    total = zero
    for item in items:
        match item:
            case Duration():
                before = total.nanoseconds if isinstance(total, Duration) else 0
                total = span(before + item.nanoseconds)
            case UInt():
                total = unsigned(int(total) + int(item))
            case float():
                total = total + item
            case _:
                total = whole(total + item)
    return total


def _least(items: list[Any]) -> Any:
    if not items:
        raise CelError("min called on empty list")
    return min(items)


def _greatest(items: list[Any]) -> Any:
    if not items:
        raise CelError("max called on empty list")
    return max(items)


def _index_of(items: list[Any], wanted: Any) -> int:
    return next((i for i, item in enumerate(items) if equal(item, wanted)), -1)


def _last_index_of(items: list[Any], wanted: Any) -> int:
    return next((i for i in range(len(items) - 1, -1, -1) if equal(items[i], wanted)), -1)


def _contains(items: list[Any], others: list[Any]) -> bool:
    return all(any(equal(item, other) for item in items) for other in others)


def _equivalent(a: list[Any], b: list[Any]) -> bool:
    return _contains(a, b) and _contains(b, a)


def _intersects(a: list[Any], b: list[Any]) -> bool:
    return any(equal(x, y) for x in a for y in b)


_ZEROS: dict[str, Any] = {"int": 0, "uint": UInt(0), "double": 0.0, "duration": Duration(0)}


def library() -> Library:
    return declare([
        *((f"list({kind})|isSorted()", "bool", _is_sorted) for kind in _ORDERED),
        *((f"list({kind})|sum()", kind, _summing(_ZEROS[kind])) for kind in _SUMMED),
        *((f"list({kind})|min()", kind, _least) for kind in _ORDERED),
        *((f"list({kind})|max()", kind, _greatest) for kind in _ORDERED),
        ("list(A)|indexOf(A)", "int", _index_of), ("list(A)|lastIndexOf(A)", "int", _last_index_of),
        ("sets.contains(list(A), list(A))", "bool", _contains),
        ("sets.equivalent(list(A), list(A))", "bool", _equivalent),
        ("sets.intersects(list(A), list(A))", "bool", _intersects),
    ])  # fmt: skip


def _summing(zero: Any) -> Any:
    return lambda items: _sum(items, zero)
