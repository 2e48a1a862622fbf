"""'%s is %d'.format([...]) (cel-go: ext/formatting.go, with the locale that Kubernetes leaves it at, English)."""

import math
import re
from collections.abc import Iterator
from typing import Any

from quorate.objects.cel.conversions import string_of
from quorate.objects.cel.types import type_name
from quorate.objects.cel.values import CelError, Duration, Timestamp, TypeValue, UInt
from quorate.objects.patch.golang import quoted

Clause = tuple[str, int]
"""The verb and the precision of it."""

_VERB = re.compile(r"%(?:\.(\d+))?(.)", re.DOTALL)
_DEFAULT_PRECISION = 6
_DOUBLES = ("double", "string")
"""Texts are let through for "NaN" and "Infinity"."""
_WHOLE = ("int", "uint")
_SHOWABLE = "strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps"
_WRITTEN = ("NaN", "Infinity", "-Infinity")
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

TAKES = {
    "s": (
        "list", "map", "int", "uint", "double", "bool", "string", "google.protobuf.Timestamp", "bytes",
        "google.protobuf.Duration", "type", "null_type",
    ),
    "d": _WHOLE, "f": _DOUBLES, "e": _DOUBLES, "b": (*_WHOLE, "bool"), "x": (*_WHOLE, "string", "bytes"),
    "X": (*_WHOLE, "string", "bytes"), "o": _WHOLE,
}  # fmt: skip
"""Verb -> names of the types that it takes."""
_WHY = {
    "s": f"string clause can only be used on {_SHOWABLE}", "d": "decimal clause can only be used on integers",
    "f": "fixed-point clause can only be used on doubles", "e": "scientific clause can only be used on doubles",
    "b": "only integers and bools can be formatted as binary",
    "x": "only integers, byte buffers, and strings can be formatted as hex",
    "X": "only integers, byte buffers, and strings can be formatted as hex",
    "o": "octal clause can only be used on integers",
}  # fmt: skip


def misfit(verb: str, given: str) -> str:
    """What is said of an argument of a type that the verb does not take."""
    return f"error during formatting: {_WHY[verb]}, was given {given}"


def parts_of(text: str, supplied: int) -> Iterator[str | Clause]:
    """Text and clauses in turn. Raises CelError where a clause cannot be read or has no argument."""
    at = used = 0
    while (found := text.find("%", at)) >= 0:
        yield text[at:found]
        if text.startswith("%%", found):
            yield "%"
            at = found + 2
            continue
        if used >= supplied:
            raise CelError(f"index {used} out of range")
        match = _VERB.match(text, found)
        if match is None:
            raise CelError("unexpected end of string")
        if match[2] not in TAKES:
            raise CelError(f'could not parse formatting clause: unrecognized formatting clause "{match[2]}"')
        yield match[2], _DEFAULT_PRECISION if match[1] is None else int(match[1])
        used += 1
        at = match.end()
    yield text[at:]


def formatted(text: str, args: list[Any]) -> str:
    """Raises CelError for a verb without an argument, or one that does not fit it."""
    given = iter(args)
    return "".join(
        part if isinstance(part, str) else _clause(part[0], part[1], next(given)) for part in parts_of(text, len(args))
    )


def _clause(verb: str, digits: int, value: Any) -> str:
    kind = type_name(value)
    if kind not in TAKES[verb] or (verb in "fe" and kind == "string" and value not in _WRITTEN):
        raise CelError(misfit(verb, kind))
    match verb:
        case "s":
            return shown(value)
        case "d":
            return str(int(value))
        case "f":
            return _infinite(float(value)) or f"{float(value):,.{digits}f}"
        case "e":
            # The precision is taken for a width there: there are always six digits.
            return _infinite(float(value)) or _scientific(float(value))
        case "b" | "o":
            return f"{int(value):{verb}}"
        case _:
            return _hexadecimal(value, verb)


def _hexadecimal(value: Any, verb: str) -> str:
    if isinstance(value, str):
        value = value.encode()
    text = value.hex() if isinstance(value, bytes) else f"{int(value):x}"
    return text.upper() if verb == "X" else text


def _scientific(value: float) -> str:
    digits, _, power = f"{value:.6e}".partition("e")
    return f"{digits}\u202f×\u202f10{power.removeprefix('+').translate(_RAISED)}"


def _infinite(value: float) -> str:
    """What stands for a number that is none; "" for all others."""
    if math.isnan(value):
        return "NaN"
    return "" if math.isfinite(value) else "∞" if value > 0 else "-∞"


def shown(value: Any, inside: bool = False) -> str:
    """%s of a value; within lists and maps it stands as it would in an expression."""
    match value:
        case str():
            return quoted(value) if inside else value
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float() if inside:
            return f"{value:.6f}" if math.isfinite(value) else f'"{string_of(value)}"'
        case UInt():
            return str(int(value))
        case Timestamp() | Duration():
            kind = "timestamp" if isinstance(value, Timestamp) else "duration"
            return f'{kind}("{string_of(value)}")' if inside else string_of(value)
        case bytes():
            text = value.decode(errors="replace")
            return f"b{quoted(text)}" if inside else text
        case TypeValue():
            return value.name
        case list():
            return "[" + ", ".join(shown(item, True) for item in value) + "]"
        case dict():
            rows = sorted((shown(k, True), shown(v, True)) for k, v in value.items())
            return "{" + ", ".join(f"{k}:{v}" for k, v in rows) + "}"
        case int() | float():
            return string_of(value)
        case _:
            raise CelError(f"error during formatting: no formatting function for {type_name(value)}")
