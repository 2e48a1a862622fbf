"""'%s is %d'.format([...]) (cel-go: ext/formatting.go)."""

import math
import re
from typing import Any

from quorate.objects.cel.conversions import string_of
from quorate.objects.cel.values import CelError, Duration, Optional, Timestamp, TypeValue, UInt

_VERB = re.compile(r"%(?:%|(?:\.(\d+))?([a-zA-Z]))")


def formatted(text: str, args: list[Any]) -> str:
    """Raises CelError for a verb without an argument, or one that does not fit it."""
    out: list[str] = []
    at = used = 0
    while True:
        found = text.find("%", at)
        if found < 0:
            out.append(text[at:])
            return "".join(out)
        out.append(text[at:found])
        match = _VERB.match(text, found)
        if match is None:
            raise CelError("could not parse formatting clause: unexpected end of string")
        at = match.end()
        if match.group() == "%%":
            out.append("%")
            continue
        if used >= len(args):
            raise CelError(f"index {used} out of range")
        out.append(_clause(match[2], match[1], args[used]))
        used += 1


def _clause(verb: str, precision: str | None, value: Any) -> str:
    digits = 6 if precision is None else int(precision)
    match verb:
        case "s":
            return shown(value)
        case "d":
            if isinstance(value, bool) or not isinstance(value, int):
                return _special(value, "decimal clause can only be used on integers")
            return str(int(value))
        case "f":
            return f"{_number(value, 'fixed-point'):.{digits}f}"
        case "e":
            return f"{_number(value, 'scientific'):.{digits}e}"
        case "b":
            if isinstance(value, bool):
                return "1" if value else "0"
            if not isinstance(value, int):
                raise CelError("only integers and bools can be formatted as binary")
            return f"{int(value):b}"
        case "x" | "X":
            return _hexadecimal(value, verb)
        case "o":
            if isinstance(value, bool) or not isinstance(value, int):
                raise CelError("octal clause can only be used on integers")
            return f"{int(value):o}"
        case _:
            raise CelError(f'could not parse formatting clause: unrecognized formatting clause "{verb}"')


def _hexadecimal(value: Any, verb: str) -> str:
    if isinstance(value, str):
        text = value.encode().hex()
    elif isinstance(value, bytes):
        text = value.hex()
    elif isinstance(value, int) and not isinstance(value, bool):
        text = f"{int(value):x}"
    else:
        raise CelError("only integers, byte buffers, and strings can be formatted as hex")
    return text.upper() if verb == "X" else text


def _special(value: Any, why: str) -> str:
    if isinstance(value, float) and (math.isnan(value) or math.isinf(value)):
        return _infinite(value)
    raise CelError(f"error during formatting: {why}, was given {type(value).__name__}")


def _number(value: Any, clause: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CelError(f"error during formatting: {clause} clause can only be used on doubles")
    return float(value)


def _infinite(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def shown(value: Any, inside: bool = False) -> str:
    """%s of a value; texts within lists and maps are quoted."""
    match value:
        case str():
            return f'"{value}"' if inside else value
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float() if math.isnan(value) or math.isinf(value):
            return f'"{_infinite(value)}"' if inside else _infinite(value)
        case UInt():
            return str(int(value))
        case Timestamp() | Duration():
            kind = "timestamp" if isinstance(value, Timestamp) else "duration"
            return f'{kind}("{string_of(value)}")' if inside else string_of(value)
        case bytes():
            return f'b"{value.decode(errors="replace")}"' if inside else value.decode(errors="replace")
        case TypeValue():
            return value.name
        case list():
            return "[" + ", ".join(shown(item, True) for item in value) + "]"
        case dict():
            rows = sorted((shown(k, True), shown(v, True)) for k, v in value.items())
            return "{" + ", ".join(f"{k}:{v}" for k, v in rows) + "}"
        case Optional():
            return f"optional({shown(value.value, True)})" if value.present else "optional.none()"
        case _:
            return string_of(value)
