"""Writes src/quorate/objects/data/wire.json: the protobuf field numbers of the API's types.

    python tools/make_wire.py /usr/bin/kubectl

The numbers stand in the struct tags of the API's Go types, and a Go program keeps those tags for reflection: any kubectl
(64-bit ELF, not position-independent) has them all. Numbers never change; run this again when new fields are to be read.

wire.json is {type name: {field: number}}; a field that Go has in an embedded struct has a list of numbers, outermost first.
"""

import argparse
import json
import re
import struct
from pathlib import Path

from quorate.objects import schema

DATA = Path(__file__).parent.parent / "src/quorate/objects/data/wire.json"
PACKAGES = (
    ("io.k8s.api.", "k8s.io/api/"),
    ("io.k8s.apimachinery.pkg.apis.meta.", "k8s.io/apimachinery/pkg/apis/meta/"),
)
_PTR, _SLICE, _MAP, _STRUCT = 22, 23, 21, 25
_EXTRA_STAR, _UNCOMMON = 2, 1
_HAS_TAG = 2

Field = tuple[str, int, int]
"""(JSON name or "" when embedded, protobuf number, address of the field's type)."""


class Binary:
    """A Go program, as far as its types go (internal/abi: Type, StructType, Name)."""

    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        sections = self._sections()
        self.base = sections[".rodata"][0]
        _, at, size = sections[".typelink"]
        self.links = [self.base + offset for offset in struct.unpack_from(f"<{size // 4}i", self.data, at)]
        self.ranges = [one for one in sections.values() if one[0]]

    def _sections(self) -> dict[str, tuple[int, int, int]]:
        """(address, offset, size) by name."""
        (start,) = struct.unpack_from("<Q", self.data, 0x28)
        step, count, names = struct.unpack_from("<HHH", self.data, 0x3A)
        rows = [struct.unpack_from("<IIQQQQ", self.data, start + i * step) for i in range(count)]
        table = rows[names][4]
        out = {}
        for name, kind, _, address, offset, size in rows:
            end = self.data.index(b"\0", table + name)
            if kind != 8:  # one that takes no space in the file
                out[self.data[table + name : end].decode()] = (address, offset, size)
        return out

    def offset(self, address: int) -> int:
        for start, offset, size in self.ranges:
            if start <= address < start + size:
                return offset + address - start
        raise KeyError(hex(address))

    def word(self, address: int) -> int:
        found: int = struct.unpack_from("<Q", self.data, self.offset(address))[0]
        return found

    def short(self, address: int) -> int:
        found: int = struct.unpack_from("<i", self.data, self.offset(address))[0]
        return found

    def name(self, address: int) -> tuple[str, str]:
        """(name, tag)."""
        at = self.offset(address)
        flags = self.data[at]
        name, at = self._text(at + 1)
        return name, self._text(at)[0] if flags & _HAS_TAG else ""

    def _text(self, at: int) -> tuple[str, int]:
        length = shift = 0
        while True:
            byte = self.data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            if byte < 0x80:
                return self.data[at : at + length].decode("utf-8", "replace"), at + length
            shift += 7

    def kind(self, address: int) -> int:
        return self.data[self.offset(address) + 23] & 31

    def type_name(self, address: int) -> str:
        """With its whole package: "k8s.io/api/core/v1.Pod"."""
        flags = self.data[self.offset(address) + 20]
        short = self.name(self.base + self.short(address + 40))[0]
        short = short.removeprefix("*") if flags & _EXTRA_STAR else short
        package = self.short(address + 80) if flags & _UNCOMMON else 0
        path = self.name(self.base + package)[0] if package else ""
        return f"{path}.{short.rpartition('.')[2]}"

    def fields(self, address: int) -> list[Field]:
        out = []
        start = self.word(address + 56)
        for i in range(self.word(address + 64)):
            name, type = self.word(start + 24 * i), self.word(start + 24 * i + 8)
            tag = self.name(name)[1]
            wire, text = re.search(r'protobuf:"\w+,(\d+)', tag), re.search(r'json:"([^",]*)', tag)
            if wire and text:
                out.append((text[1], int(wire[1]), type))
        return out

    def structs(self) -> dict[str, int]:
        """The addresses of all struct types by name."""
        found: dict[str, int] = {}
        seen: set[int] = set()
        waiting = list(self.links)
        while waiting:
            address = waiting.pop()
            if address in seen:
                continue
            seen.add(address)
            kind = self.kind(address)
            if kind in (_PTR, _SLICE):
                waiting.append(self.word(address + 48))
            elif kind == _MAP:
                waiting.append(self.word(address + 56))
            elif kind == _STRUCT:
                found[self.type_name(address)] = address
                waiting += [type for _, _, type in self.fields(address)]
        return found


def numbers(binary: Binary, address: int) -> dict[str, int | list[int]]:
    out: dict[str, int | list[int]] = {}
    for name, number, type in binary.fields(address):
        if name:
            out[name] = number
            continue
        inner = binary.word(type + 48) if binary.kind(type) == _PTR else type
        for field, under in numbers(binary, inner).items():
            out[field] = [number, *(under if isinstance(under, list) else [under])]
    return out


def go_name(name: str) -> str:
    for ours, theirs in PACKAGES:
        if name.startswith(ours):
            package, _, short = name.removeprefix(ours).rpartition(".")
            return f"{theirs}{package.replace('.', '/')}.{short}"
    return ""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("kubectl", type=Path)
    binary = Binary(options.parse_args().kubectl)
    structs = binary.structs()
    out = {}
    for name in schema.type_names():
        address = structs.get(go_name(name))
        if address is not None:
            known = numbers(binary, address)
            out[name] = {field: known[field] for field in schema.type_named(name).fields if field in known}
    DATA.write_text(json.dumps(out, separators=(",", ":")) + "\n")
    print(f"{len(out)} types")


if __name__ == "__main__":
    main()
