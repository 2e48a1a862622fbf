"""Objects as Go clients send them: Kubernetes' protobuf encoding, read into what JSON would have been.

    envelope(raw) -> Envelope(api_version, kind, raw)      the four magic bytes and runtime.Unknown
    read_message(type, raw) -> dict                        by the numbers in `data/wire.json` (tools/make_wire.py)

Zeros come as they were sent; `decode` then drops those that Go would not write. Unknown numbers are skipped, as protobuf
wants it.
"""

import base64
import json
import struct
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from quorate.kernel.clock import SECOND
from quorate.objects.schema import Type
from quorate.objects.times import micro_time_text, time_text

Obj = dict[str, Any]

MAGIC = b"k8s\x00"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MOST_DEEP = 100


class Unreadable(ValueError):
    """Bytes that are no protobuf of this type."""


class Envelope(NamedTuple):
    """What is sent: which kind, and its bytes."""

    api_version: str
    kind: str
    raw: bytes


def envelope(raw: bytes) -> Envelope:
    """Raises Unreadable for what does not begin as Kubernetes' protobuf does."""
    if not raw.startswith(MAGIC):
        raise Unreadable("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]")
    api_version = kind = ""
    body = b""
    for number, value in _fields(raw[len(MAGIC) :]):
        if number == 1:
            for inner, text in _fields(_as_bytes(value)):
                if inner == 1:
                    api_version = _text(text)
                elif inner == 2:
                    kind = _text(text)
        elif number == 2:
            body = _as_bytes(value)
    return Envelope(api_version, kind, body)


def can_read(type: Type) -> bool:
    """Whether the field numbers of this type are known."""
    return type.name in _numbers()


def read_message(type: Type, raw: bytes) -> Obj:
    """An object of this type. Raises Unreadable."""
    return _object(type, raw, 0)


@cache
def _numbers() -> dict[str, dict[str, int | list[int]]]:
    found: dict[str, dict[str, int | list[int]]] = json.loads(
        resources.files("quorate.objects").joinpath("data/wire.json").read_bytes()
    )
    return found


Plan = dict[int, Any]
"""What a number means: (field name, its type), or the Plan of an embedded struct."""


@cache
def _plan(type: Type) -> Plan:
    out: Plan = {}
    for name, path in _numbers().get(type.name, {}).items():
        at = out
        way = path if isinstance(path, list) else [path]
        for number in way[:-1]:
            at = at.setdefault(number, {})
        at[way[-1]] = (name, type.fields[name].type)
    return out


def _object(type: Type, raw: bytes, depth: int) -> Obj:
    if depth > _MOST_DEEP:
        raise Unreadable("proto: message nests too deep")
    out: Obj = {}
    _fill(out, _plan(type), raw, depth)
    return out


def _fill(out: Obj, plan: Plan, raw: bytes, depth: int) -> None:
    for number, value in _fields(raw):
        known = plan.get(number)
        if known is None:
            continue
        if isinstance(known, dict):
            _fill(out, known, _as_bytes(value), depth + 1)
            continue
        name, type = known
        if type.kind == "list":
            _append(out.setdefault(name, []), type.element, value, depth)
        elif type.kind == "map":
            key, item = _entry(type.element, _as_bytes(value), depth)
            out.setdefault(name, {})[key] = item
        else:
            out[name] = _value(type, value, depth)


def _append(items: list[Any], type: Type, value: int | bytes, depth: int) -> None:
    if type.kind == "scalar" and type.scalar in ("int32", "int64", "bool") and isinstance(value, bytes):
        at = 0
        while at < len(value):  # packed
            number, at = _varint(value, at)
            items.append(_scalar(type.scalar, number))
        return
    items.append(_value(type, value, depth))


def _entry(type: Type, raw: bytes, depth: int) -> tuple[str, Any]:
    key, item = "", None
    for number, value in _fields(raw):
        if number == 1:
            key = _text(value)
        elif number == 2:
            item = _value(type, value, depth)
    if item is None:
        item = _value(type, b"", depth) if type.kind != "scalar" or type.scalar == "quantity" else ""
    return key, item


def _value(type: Type, value: int | bytes, depth: int) -> Any:
    match type.kind:
        case "object":
            return _object(type, _as_bytes(value), depth + 1)
        case "scalar":
            return _scalar(type.scalar, value)
        case "list":
            # A list inside a map is a message of its own, e.g. ExtraValue.
            items: list[Any] = []
            assert type.element is not None
            for number, item in _fields(_as_bytes(value)):
                if number == 1:
                    _append(items, type.element, item, depth + 1)
            return items
        case "map":
            assert type.element is not None
            return dict(
                _entry(type.element, _as_bytes(item), depth + 1) for n, item in _fields(_as_bytes(value)) if n == 1
            )
        case _:
            return _json(_as_bytes(value))


def _scalar(scalar: str, value: int | bytes) -> Any:
    match scalar:
        case "string":
            return _text(value)
        case "int32" | "int64":
            number = _as_int(value)
            return number - (1 << 64) if number >= 1 << 63 else number
        case "bool":
            return bool(_as_int(value))
        case "double":
            return struct.unpack("<d", _as_int(value).to_bytes(8, "little"))[0]
        case "bytes":
            return base64.b64encode(_as_bytes(value)).decode()
        case "quantity":
            return next((_text(text) for number, text in _fields(_as_bytes(value)) if number == 1), "0")
        case "int-or-string":
            return _int_or_string(_as_bytes(value))
        case _:
            return _time(scalar, _as_bytes(value))


def _int_or_string(raw: bytes) -> int | str:
    kind, number, text = 0, 0, ""
    for field, value in _fields(raw):
        if field == 1:
            kind = _as_int(value)
        elif field == 2:
            number = _scalar("int32", value)
        elif field == 3:
            text = _text(value)
    return text if kind == 1 else number


def _time(scalar: str, raw: bytes) -> str | None:
    """An empty message is no time at all."""
    seconds = nanos = 0
    if not raw:
        return None
    for field, value in _fields(raw):
        if field == 1:
            seconds = _scalar("int64", value)
        elif field == 2:
            nanos = _scalar("int32", value)
    if not 0 <= seconds < 253_402_300_800:  # the years that RFC 3339 can write, from 1970 on
        raise Unreadable("proto: time out of range")
    instant = seconds * SECOND + nanos // 1000
    return micro_time_text(instant) if scalar == "microtime" else time_text(instant)


def _json(raw: bytes) -> Any:
    """Free JSON stands in the first field of FieldsV1 and RawExtension."""
    for number, value in _fields(raw):
        if number == 1:
            try:
                return json.loads(_as_bytes(value) or b"null")
            except ValueError as wrong:
                raise Unreadable(str(wrong)) from None
    return None


def _fields(raw: bytes) -> Iterator[tuple[int, int | bytes]]:
    at, end = 0, len(raw)
    while at < end:
        key, at = _varint(raw, at)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, at = _varint(raw, at)
            yield number, value
            continue
        if wire == _BYTES:
            size, at = _varint(raw, at)
        elif wire in (_FIXED64, _FIXED32):
            size = 8 if wire == _FIXED64 else 4
        else:
            raise Unreadable(f"proto: illegal wireType {wire}")
        if at + size > end:
            raise Unreadable("unexpected EOF")
        chunk = raw[at : at + size]
        at += size
        yield number, chunk if wire == _BYTES else int.from_bytes(chunk, "little")


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(raw):
            raise Unreadable("unexpected EOF")
        byte = raw[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (1 << 64) - 1, at
        shift += 7
        if shift >= 64:
            raise Unreadable("proto: integer overflow")


def _as_bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise Unreadable("proto: wrong wireType = 0")
    return value


def _as_int(value: int | bytes) -> int:
    if isinstance(value, bytes):
        raise Unreadable("proto: wrong wireType = 2")
    return value


def _text(value: int | bytes) -> str:
    return _as_bytes(value).decode("utf-8", "replace")
