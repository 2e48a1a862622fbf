"""A big list cut into its items without parsing it: most of a big dump does not concern the workload that is asked about.

Lists are cut where their layout shows it: at lines of an indented list (kubectl's JSON and YAML), at braces of a compact one.
A file that is laid out in no way known here is read whole, and so is one in which a cut turns out to be wrong.
"""

import re
from collections.abc import Iterator
from typing import IO, Any, Literal, NamedTuple

import orjson

from quorate.edge.dump_text import Unreadable, parse_yaml

BLOCK = 1 << 17
"""Bytes read at a time: so few that they stay in the processor's cache while they are cut."""
MOST = 4 << 20
"""Bytes that an item of a compact list may have; beyond that the cuts are taken to be wrong."""
LEAST = {"json": 1 << 20, "yaml": 1 << 15}
"""Smaller files are read whole."""
Form = Literal["json", "yaml"]


class Whole(Exception):
    """This file cannot be cut: read it whole."""


class Piece(NamedTuple):
    """An item of a list (in JSON without its braces), or what is around the items (`frame`), as text."""

    form: Form
    text: bytes
    frame: bool = False
    joined: bool = False
    """It may be several items."""

    def documents(self) -> list[Any]:
        """Raises Whole when it was cut wrongly."""
        if self.frame:
            found: list[Any] = [orjson.loads(self.text)] if self.form == "json" else list(parse_yaml(self.text))
            return found
        try:
            items: list[Any] = (
                orjson.loads(b"[{" + self.text + b"}]")
                if self.form == "json"
                else next(iter(parse_yaml(b"- " + self.text)))
            )
        except (orjson.JSONDecodeError, StopIteration, Unreadable):  # an anchor in YAML may stand in another item
            raise Whole from None
        return items


_PRETTY = re.compile(rb'"items"\s*:\s*\[\s*\n([ \t]+)\{\s*\n')
_COMPACT = re.compile(rb'"items"\s*:\s*\[\s?\{(?=")')
_BETWEEN = re.compile(rb'\},\s?\{(?="(?:apiVersion|kind|metadata)")')
_LISTED = re.compile(rb"(?:\A|\n)items:[ \t]*\n([ ]*)- ")
_AFTER = re.compile(rb"\n(?=[A-Za-z.])")


def pieces(stream: IO[bytes], size: int, form: Form) -> Iterator[Piece]:
    """The pieces of a file; the frame (kind of the list) comes last. Raises Whole, possibly after some pieces."""
    if size < LEAST[form]:
        raise Whole
    first = stream.read(BLOCK)
    if form == "yaml":
        yield from _yaml(stream, first)
        return
    pretty = _PRETTY.search(first, 0, 1 << 16)
    if pretty is not None:
        yield from _pretty(stream, first, pretty)
        return
    compact = _COMPACT.search(first, 0, 1 << 16)
    if compact is None:
        raise Whole
    yield from _compact(stream, first, compact)


def _pretty(stream: IO[bytes], first: bytes, start: re.Match[bytes]) -> Iterator[Piece]:
    """Text has no line breaks in JSON: what begins a line at the items' depth is between two items."""
    indent = start[1]
    between = b"\n" + indent + b"},\n" + indent + b"{\n"
    head, rest = first[: start.end()], first[start.end() :]
    while True:
        close = rest.find(b"\n}\n")
        if close >= 0 and rest[close + 3 :].strip():
            raise Whole  # another document begins
        found = rest.split(between)
        rest = found.pop()
        for text in found:
            yield Piece("json", text)
        block = stream.read(BLOCK)
        if not block:
            break
        rest += block
    end = rest.find(b"\n" + indent + b"}\n")
    if end < 0:
        raise Whole
    yield Piece("json", rest[:end])
    yield _json_frame(head[: head.rindex(b"[") + 1] + rest[end + len(indent) + 3 :])


def _compact(stream: IO[bytes], first: bytes, start: re.Match[bytes]) -> Iterator[Piece]:
    head, rest, open_ = first[: start.end()], first[start.end() :], b""
    while True:
        found = _BETWEEN.split(rest)
        rest = found.pop()
        for text in found:
            open_ = open_ + b"},{" + text if open_ else text
            # A cut within an item leaves braces open; braces within texts only join more than need be.
            if open_.count(b"{") == open_.count(b"}"):
                yield Piece("json", open_, joined=open_ is not text)
                open_ = b""
            elif len(open_) > MOST:
                raise Whole
        block = stream.read(BLOCK)
        if not block:
            break
        rest += block
    text = open_ + b"},{" + rest if open_ else rest
    end = text.rfind(b"}]")
    if end < 0:
        raise Whole
    yield Piece("json", text[:end], joined=True)
    yield _json_frame(head[: head.rindex(b"[") + 1] + text[end + 1 :])


def _json_frame(text: bytes) -> Piece:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Whole from None
    return Piece("json", text, frame=True)


def _yaml(stream: IO[bytes], first: bytes) -> Iterator[Piece]:
    """An item begins where a line has a dash at the depth of the list: whatever is in an item stands deeper."""
    if b"\r" in first[:4096]:
        raise Whole
    first = first.removeprefix(b"---\n")
    start = _LISTED.search(first, 0, 1 << 12)
    if start is None:
        raise Whole
    between = b"\n" + start[1] + b"- "
    head, rest = first[: start.end()], first[start.end() :]
    while True:
        found = rest.split(between)
        rest = found.pop()
        for text in found:
            if b"\n---" in text:
                raise Whole
            yield Piece("yaml", text)
        block = stream.read(BLOCK)
        if not block:
            break
        rest += block
    if b"\n---" in rest:
        raise Whole
    after = _AFTER.search(rest)
    yield Piece("yaml", rest[: after.start()] if after else rest)
    frame = head[: head.index(b"items:")] + b"items: []\n" + (rest[after.end() :] if after else b"")
    yield Piece("yaml", frame, frame=True)


_JSON_KIND = re.compile(
    rb'\s*"(?:apiVersion"\s*:\s*"([^"]*)"\s*,\s*"kind"\s*:\s*"(\w+)"|kind"\s*:\s*"(\w+)"\s*,\s*"apiVersion"\s*:\s*"([^"]*)")'
)
_YAML_KIND = re.compile(
    rb"(?:apiVersion: ['\"]?([\w./-]+)['\"]?\n +kind: (\w+)\n|kind: (\w+)\n +apiVersion: ['\"]?([\w./-]+)['\"]?\n)"
)


def kind_of(piece: Piece) -> tuple[str, str]:
    """(apiVersion, kind) as an item begins with them; ("", "") when it does not."""
    found = (_JSON_KIND if piece.form == "json" else _YAML_KIND).match(piece.text)
    if found is None:
        return "", ""
    return (found[1] or found[4]).decode(), (found[2] or found[3]).decode()


_SINGLE = re.compile(rb"\A(?:---\n)?apiVersion: ['\"]?([\w./-]+)['\"]?\nkind: (\w+)\n")


def single(text: bytes) -> tuple[str, str]:
    """(apiVersion, kind) of YAML that is one object, written as people's tools write it; ("", "") otherwise."""
    found = _SINGLE.match(text)
    if found is None or found[2].endswith(b"List") or text.find(b"\n---", 4) >= 0:
        return "", ""
    return found[1].decode(), found[2].decode()
