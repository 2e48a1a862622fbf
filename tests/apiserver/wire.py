"""Kubernetes' protobuf, written: what a Go client would send of an object."""

import base64
import json
import struct
from importlib import resources
from typing import Any

from quorate.objects.kinds import Kind
from quorate.objects.schema import Type, type_of
from quorate.objects.times import parse_time

NUMBERS: dict[str, dict[str, Any]] = json.loads(
    resources.files("quorate.objects").joinpath("data/wire.json").read_bytes()
)


def envelope(kind: Kind, obj: dict[str, Any]) -> bytes:
    """The magic bytes, then runtime.Unknown."""
    type = type_of(kind)
    assert type is not None
    about = text(1, kind.api_version) + text(2, kind.kind)
    return b"k8s\x00" + sized(1, about) + sized(2, message(type, obj)) + sized(3, b"") + sized(4, b"")


def message(type: Type, obj: dict[str, Any]) -> bytes:
    out = b""
    for name, value in obj.items():
        if value is None:
            continue
        way = NUMBERS[type.name].get(name)
        if way is None:
            assert name in ("apiVersion", "kind"), f"{type.name} has no number for {name}"
            continue
        path = way if isinstance(way, list) else [way]
        part = field(path[-1], type.fields[name].type, value)
        for number in reversed(path[:-1]):
            part = sized(number, part)
        out += part
    return out


def field(number: int, type: Type, value: Any) -> bytes:
    if type.kind == "list":
        return b"".join(field(number, type.element, item) for item in value)
    if type.kind == "map":
        return b"".join(
            sized(number, text(1, key) + field(2, type.element, item)) for key, item in sorted(value.items())
        )
    if type.kind == "object":
        return sized(number, message(type, value))
    if type.kind != "scalar":
        return sized(number, sized(1, json.dumps(value).encode()))
    match type.scalar:
        case "int32" | "int64":
            return varint(number << 3) + varint(value & (1 << 64) - 1)
        case "bool":
            return varint(number << 3) + varint(int(value))
        case "double":
            return varint(number << 3 | 1) + struct.pack("<d", value)
        case "string":
            return text(number, value)
        case "bytes":
            return sized(number, base64.b64decode(value))
        case "quantity":
            return sized(number, text(1, str(value)))
        case "int-or-string":
            return sized(
                number, b"\x08\x01" + text(3, value) if isinstance(value, str) else b"\x08\x00\x10" + varint(value)
            )
        case _:
            seconds, rest = divmod(parse_time(value), 1_000_000)
            return sized(number, b"\x08" + varint(seconds) + b"\x10" + varint(rest * 1000))


def text(number: int, value: str) -> bytes:
    return sized(number, value.encode())


def sized(number: int, raw: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])
