"""What is wrong with a body, and where: unknown fields by path, and the first wrong type in the words of Go's decoder.

    json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32

names the innermost struct, the fields that lead there (no indexes, no map keys), and the Go type.
"""

import re
from functools import cache
from typing import Any

from quorate.objects import quantity
from quorate.objects.decode_scalars import SCALARS, Unusual
from quorate.objects.schema import Type

_BASE64 = re.compile(r"[A-Za-z0-9+/]")
_TIME_LAYOUT = ("2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05", "Z07:00")
_MICRO_LAYOUT = (*_TIME_LAYOUT[:-1], ".000000", "Z07:00")
_TIME_PARTS = {
    "2006": r"\d{4}", "01": r"\d\d", "02": r"\d\d", "15": r"\d\d", "04": r"\d\d", "05": r"\d\d(\.\d+)?",
    ".000000": r"\.\d{6}", "Z07:00": r"(Z|[+-]\d\d:\d\d)",
}  # fmt: skip


class Undecodable(ValueError):
    """A value of the wrong type. The text is what the API answers, with 400 BadRequest."""


def check(type: Type, value: Any) -> tuple[Any, tuple[str, ...]]:
    """(the value without unknown fields, sentences on those). Raises Undecodable for the first wrong type."""
    look = _Look()
    known = look.at(type, value, _go_type(type), "", None, ())
    return known, tuple(look.unknown)


class _Look:
    """One walk over a body. `struct` is the type whose field is looked at, `fields` the names that led there."""

    def __init__(self) -> None:
        self.unknown: list[str] = []

    def at(self, type: Type, value: Any, go: str, path: str, struct: Type | None, fields: tuple[str, ...]) -> Any:
        if value is None or type.kind == "any":
            return value
        if type.kind == "scalar":
            self._scalar(type, value, go, struct, fields)
            return value
        if type.kind == "list":
            if not isinstance(value, list):
                raise _wrong(value, go, struct, fields)
            assert type.element is not None
            inner = go.removeprefix("[]")
            return [self.at(type.element, v, inner, f"{path}[{i}]", struct, fields) for i, v in enumerate(value)]
        if not isinstance(value, dict):
            raise _wrong(value, go, struct, fields)
        if type.kind == "map":
            assert type.element is not None
            inner = _element_type(type, go)
            return {k: self.at(type.element, v, inner, _join(path, k), struct, fields) for k, v in value.items()}
        return self._object(type, value, path, fields)

    def _object(self, type: Type, value: dict[str, Any], path: str, fields: tuple[str, ...]) -> dict[str, Any]:
        out = {}
        for name, item in value.items():
            field = type.fields.get(name)
            if field is None:
                self.unknown.append(f'unknown field "{_join(path, name)}"')
                continue
            go = field.go_type or _go_type(field.type)
            out[name] = self.at(field.type, item, go, _join(path, name), type, (*fields, name))
        return out

    def _scalar(self, type: Type, value: Any, go: str, struct: Type | None, fields: tuple[str, ...]) -> None:
        python, step = SCALARS[type.scalar]
        if python is not None and value.__class__ is not python:
            raise _wrong(value, go, struct, fields)
        try:
            if step is not None:
                step(value)
        except Unusual:
            raise _unreadable(type.scalar, value, go, struct, fields) from None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _unreadable(scalar: str, value: Any, go: str, struct: Type | None, fields: tuple[str, ...]) -> Undecodable:
    """A value that its type's own reader refuses; those errors name no field."""
    match scalar:
        case "quantity":
            return Undecodable(_quantity_error(value))
        case "bytes":
            return Undecodable(f"illegal base64 data at input byte {_base64_error(value)}")
        case "time":
            return Undecodable(_time_error(value, _TIME_LAYOUT))
        case "microtime":
            return Undecodable(_time_error(value, _MICRO_LAYOUT))
        case _:
            return _wrong(value, go, struct, fields)


def _wrong(value: Any, go: str, struct: Type | None, fields: tuple[str, ...]) -> Undecodable:
    whole = f"Go struct field {_short(struct)}.{'.'.join(fields)}" if struct is not None else "Go value"
    return Undecodable(f"json: cannot unmarshal {_json_word(value, go)} into {whole} of type {go}")


def _json_word(value: Any, go: str) -> str:
    """What Go calls the value; a number that does not fit a whole number's type is quoted."""
    match value:
        case bool():
            return "bool"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "object"
        case _:
            return f"number {value!r}" if go in ("int32", "int64") else "number"


def _short(type: Type) -> str:
    return type.name.rpartition(".")[2]


@cache
def _go_type(type: Type) -> str:
    """The Go type's name: "int32", "[]v1.Container", "map[string]string"."""
    match type.kind:
        case "object":
            return ".".join(type.name.split(".")[-2:])
        case "list":
            return "[]" + _go_type(_element(type))
        case "map":
            return "map[string]" + _go_type(_element(type))
        case "any":
            return "runtime.RawExtension"
        case _:
            return {
                "double": "float64", "bytes": "[]uint8", "int-or-string": "int32", "time": "string",
                "microtime": "string", "quantity": "resource.Quantity",
            }.get(type.scalar, type.scalar)  # fmt: skip


def _element(type: Type) -> Type:
    assert type.element is not None
    return type.element


def _element_type(type: Type, go: str) -> str:
    return go.removeprefix("map[string]") if go.startswith("map[string]") else _go_type(_element(type))


def _quantity_error(value: Any) -> str:
    try:
        quantity.canonical(value if isinstance(value, str | int | float) else "?")
    except ValueError as wrong:
        return str(wrong)
    return ""


def _base64_error(text: str) -> int:
    """The offset that Go's decoder names: of the first foreign byte, or of the last group when it is cut short."""
    raw = text.encode()
    group = 0
    seen = 0
    for i, byte in enumerate(raw):
        letter = chr(byte)
        if letter in "\r\n":
            continue
        if _BASE64.fullmatch(letter):
            seen += 1
            group = i if seen % 4 == 1 else group
            continue
        if letter == "=" and seen % 4 >= 2:
            rest = raw[i:].replace(b"\n", b"").replace(b"\r", b"")
            wanted = 4 - seen % 4
            if rest[:wanted] != b"=" * wanted:
                return len(raw) if len(rest) < wanted else i + 1
            return i + wanted
        return i
    return len(raw) - seen % 4


def _time_error(text: str, layout: tuple[str, ...]) -> str:
    rest = text
    start = f"parsing time {_quoted(text)}"
    whole = "".join(layout)
    for part in layout:
        pattern = _TIME_PARTS.get(part, re.escape(part))
        if part == "05" and ".000000" in layout:
            pattern = r"\d\d"
        match = re.match(pattern, rest, re.ASCII)
        if match is None:
            return f"{start} as {_quoted(whole)}: cannot parse {_quoted(rest)} as {_quoted(part)}"
        rest = rest[match.end() :]
    if rest:
        return f"{start}: extra text: {_quoted(rest)}"
    month, day = int(text[5:7]), int(text[8:10])
    word = "month" if not 1 <= month <= 12 else "day" if not 1 <= day <= 31 or int(text[11:13]) < 24 else "hour"
    return f"{start}: {word} out of range"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
