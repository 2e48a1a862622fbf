"""Kubernetes quantities: "100m", "1.5Gi", "1e3" (apimachinery/pkg/api/resource).

An amount is held exactly, as whole billionths: the API rounds anything finer up to them. Each quantity also has a
format family (decimal, binary, exponent), which sums and re-serialisation keep. Numbers are taken as JSON has them.
"""

import re
from fractions import Fraction
from functools import lru_cache
from typing import Literal

Quantity = str | int | float
Family = Literal["decimal", "binary", "exponent"]

NANO = 1_000_000_000
_WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
_NUMERIC = "unable to parse numeric part of quantity"
_SUFFIX = "unable to parse quantity's suffix"
_SHAPE = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)")
_EXPONENT = re.compile(r"[eE]([+-]?[0-9]+)")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIX = {power: suffix for suffix, power in _DECIMAL.items()}
_MOST = ((1 << 63) - 1) * NANO
_MOST_EXPONENT = 10_000
"""A larger power of ten names no amount of anything, and would only cost memory."""


@lru_cache(maxsize=8192)
def _read(text: str) -> tuple[int, Family]:
    """(billionths, family). Raises ValueError with Kubernetes' words."""
    match = _SHAPE.fullmatch(text)
    if match is None or not text:
        raise ValueError(_WRONG)
    sign, whole, rest, suffix = match.groups()
    rest = rest or ""
    power, twos, family = _suffix(suffix)
    if not whole and not rest and suffix:
        raise ValueError(_NUMERIC)
    digits = int(whole + rest or "0")
    power += 9 - len(rest)
    if abs(power) > _MOST_EXPONENT:
        raise ValueError(_NUMERIC)
    amount = digits << twos
    nanos = amount * 10**power if power >= 0 else -(-amount // 10**-power)
    if family == "binary":
        nanos = min(nanos, _MOST)
        if nanos < NANO:
            family = "decimal"
    return (-nanos if sign == "-" else nanos), family


def _suffix(suffix: str) -> tuple[int, int, Family]:
    """(power of ten, power of two, family)."""
    if suffix in _DECIMAL:
        return _DECIMAL[suffix], 0, "decimal"
    if suffix in _BINARY:
        return 0, _BINARY[suffix], "binary"
    match = _EXPONENT.fullmatch(suffix)
    if match is None:
        raise ValueError(_SUFFIX)
    return int(match[1]), 0, "exponent"


def _text(q: Quantity) -> str:
    """A JSON number stands for its digits; Kubernetes ignores space around a quantity."""
    if isinstance(q, bool):
        raise ValueError(_WRONG)
    return q.strip() if isinstance(q, str) else repr(q)


def parse(q: Quantity) -> Fraction:
    """The exact amount. Raises ValueError with Kubernetes' message."""
    return Fraction(_read(_text(q))[0], NANO)


def milli(q: Quantity) -> int:
    """Thousandths, rounded up: 1000 for one CPU."""
    return -(-_read(_text(q))[0] // 1_000_000)


def value(q: Quantity) -> int:
    """Whole units, rounded up: bytes, pods."""
    return -(-_read(_text(q))[0] // NANO)


def compare(a: Quantity, b: Quantity) -> int:
    """-1, 0 or 1."""
    left, right = _read(_text(a))[0], _read(_text(b))[0]
    return (left > right) - (left < right)


def is_zero(q: Quantity) -> bool:
    return _read(_text(q))[0] == 0


def canonical(q: Quantity) -> str:
    """As the API writes it back: "1000m" -> "1", "0.5" -> "500m", "1024Mi" -> "1Gi", "1e3" -> "1e3"."""
    return _canonical(_text(q))


@lru_cache(maxsize=8192)
def _canonical(text: str) -> str:
    return _write(*_read(text))


def add(a: Quantity, b: Quantity) -> str:
    """a + b, in the family of `a` (of `b` when `a` is zero)."""
    left, family = _read(_text(a))
    right, other = _read(_text(b))
    return _write(left + right, family if left else other)


def subtract(a: Quantity, b: Quantity) -> str:
    """a - b, in the family of `a` (of `b` when `a` is zero)."""
    left, family = _read(_text(a))
    right, other = _read(_text(b))
    return _write(left - right, family if left else other)


def from_milli(thousandths: int) -> str:
    return _write(thousandths * 1_000_000, "decimal")


def from_value(units: int, family: Family = "decimal") -> str:
    """from_value(5368709120, "binary") -> "5Gi"."""
    return _write(units * NANO, family)


def _write(nanos: int, family: Family) -> str:
    if nanos == 0:
        return "0"
    if family == "binary":
        units, rest = divmod(nanos, NANO)
        # Small or fractional amounts read better, and lose nothing, as decimals.
        if rest == 0 and abs(units) >= 1024:
            return _write_binary(units)
        family = "decimal"
    digits, power = nanos, -9
    while digits % 10 == 0:
        digits, power = digits // 10, power + 1
    digits, power = digits * 10 ** (power % 3), power - power % 3
    if family == "exponent":
        return f"{digits}e{power}" if power else str(digits)
    if power > 18:
        digits, power = digits * 10 ** (power - 18), 18
    return f"{digits}{_DECIMAL_SUFFIX[power]}"


def _write_binary(units: int) -> str:
    times = 0
    while units % 1024 == 0 and times < 6:
        units, times = units // 1024, times + 1
    return f"{units}{('', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei')[times]}"
