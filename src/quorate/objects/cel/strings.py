"""cel-go's strings extension, version 2: charAt, indexOf, join, format, ..."""

from typing import Any

from quorate.objects.cel.declarations import Library, declare
from quorate.objects.cel.format import formatted
from quorate.objects.cel.values import CelError


def _at(text: str, index: int) -> str:
    if not 0 <= index <= len(text):
        raise CelError(f"index out of range: {index}")
    return text[index : index + 1]


def _index_of(text: str, part: str, start: int = 0) -> int:
    if part == "":
        return start
    if not 0 <= start <= len(text):
        raise CelError(f"index out of range: {start}")
    return text.find(part, start)


def _last_index_of(text: str, part: str, end: int | None = None) -> int:
    if end is not None and not 0 <= end <= len(text):
        raise CelError(f"index out of range: {end}")
    if part == "":
        return len(text) if end is None else end
    return text.rfind(part) if end is None else text.rfind(part, 0, end + len(part))


def _substring(text: str, start: int, end: int | None = None) -> str:
    stop = len(text) if end is None else end
    if not 0 <= start <= len(text):
        raise CelError(f"index out of range: {start}")
    if not 0 <= stop <= len(text):
        raise CelError(f"index out of range: {stop}")
    if start > stop:
        raise CelError(f"invalid substring range. start: {start}, end: {stop}")
    return text[start:stop]


def _split(text: str, by: str, most: int = -1) -> list[str]:
    if most == 0:
        return []
    if by == "":
        letters = list(text)
        return letters if most < 0 or len(letters) <= most else [*letters[: most - 1], text[most - 1 :]]
    return text.split(by) if most < 0 else text.split(by, most - 1)


def _replace(text: str, old: str, new: str, most: int = -1) -> str:
    return text.replace(old, new, most)


def _join(parts: list[Any], by: str = "") -> str:
    return by.join(parts)


def _ascii(text: str, upper: bool) -> str:
    return "".join((c.upper() if upper else c.lower()) if c.isascii() else c for c in text)


def quote(text: str) -> str:
    """strings.quote: escaped and in double quotes."""
    named = {
        "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\\": "\\\\",
        '"': '\\"',
    }  # fmt: skip
    return '"' + "".join(named.get(letter, letter) for letter in text) + '"'


def library() -> Library:
    return declare([
        ("string|charAt(int)", "string", _at),
        ("string|indexOf(string)", "int", _index_of), ("string|indexOf(string, int)", "int", _index_of),
        ("string|lastIndexOf(string)", "int", _last_index_of),
        ("string|lastIndexOf(string, int)", "int", _last_index_of),
        ("string|lowerAscii()", "string", lambda a: _ascii(a, False)),
        ("string|upperAscii()", "string", lambda a: _ascii(a, True)),
        ("string|replace(string, string)", "string", _replace),
        ("string|replace(string, string, int)", "string", _replace),
        ("string|split(string)", "list(string)", _split), ("string|split(string, int)", "list(string)", _split),
        ("string|substring(int)", "string", _substring), ("string|substring(int, int)", "string", _substring),
        ("string|trim()", "string", lambda a: a.strip()),
        ("string|reverse()", "string", lambda a: a[::-1]),
        ("string|format(list(dyn))", "string", formatted),
        ("strings.quote(string)", "string", quote),
        ("list(string)|join()", "string", _join), ("list(string)|join(string)", "string", _join),
    ])  # fmt: skip
