"""Events kept as text until somebody asks about what they are about: of a whole cluster most are never asked for."""

import re
from collections.abc import Container, Iterable, Sequence
from typing import Any

import orjson

Obj = dict[str, Any]
About = tuple[str, str, str]
"""(kind, namespace, name)."""

_ABOUT = re.compile(rb'"(?:involvedObject|regarding)"\s*:\s*\{((?:"[^"\\]*"|[^{}"])*)\}')
_FIELDS = re.compile(rb'"(kind|namespace|name|uid)"\s*:\s*"([^"\\]*)"')
_STAMPS = (b'"lastTimestamp"', b'"lastObservedTime"', b'"creationTimestamp"', b'"eventTime"')


def _value(text: bytes, key: bytes) -> bytes:
    """Of a key that stands once in an event, with a text that needs no escapes; b"" for null. Searching is faster than matching."""
    at = text.find(key)
    while at >= 0:
        after = at + len(key)
        start = text.find(b'"', after)
        if start < 0:
            break
        if text[after:start].strip() == b":":
            return text[start + 1 : text.find(b'"', start + 1)]
        at = text.find(key, after)
    return b""


class RawEvents:
    """The JSON text of events (without the outer braces), found by what they are about."""

    def __init__(self) -> None:
        self._texts: list[bytes] = []
        self._by_uid: dict[str, list[int]] = {}
        self._by_name: dict[About, list[int]] = {}
        self._without_uid: dict[About, list[int]] = {}
        self._by_space: dict[str, list[int]] = {}
        self._reasons: list[str] = []
        self._indexed = 0
        self._parsed: dict[int, Obj] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def take(self, texts: Iterable[bytes]) -> None:
        self._texts += texts

    def of(self, uid: str, reasons: Container[str] = ()) -> list[Obj]:
        """Events about the object of this uid; of these reasons, or of any."""
        self._index()
        return self._events(self._by_uid.get(uid, ()), reasons)

    def named(self, about: About, *, uidless: bool = False, reasons: Container[str] = ()) -> list[Obj]:
        """Events about whatever has this name; only those that give no uid, or all."""
        self._index()
        return self._events((self._without_uid if uidless else self._by_name).get(about, ()), reasons)

    def within(self, namespace: str | None, reason: str = "") -> Sequence[Obj]:
        """Events about what is in a namespace, or all; of one reason, or of any."""
        self._index()
        spaces = [namespace] if namespace is not None else list(self._by_space)
        found = [i for s in spaces for i in self._by_space.get(s, ())]
        return self._events(found, (reason,) if reason else ())

    def _events(self, numbers: Iterable[int], reasons: Container[str]) -> list[Obj]:
        return [self._event(i) for i in numbers if not reasons or self._reasons[i] in reasons]

    def latest(self) -> str:
        """The newest time of any of them; "" for none."""
        found = (_value(text, key) for text in self._texts for key in _STAMPS)
        return max((f for f in found if f[:1] == b"2"), default=b"").decode()

    def _event(self, number: int) -> Obj:
        found = self._parsed.get(number)
        if found is None:
            found = orjson.loads(b"{" + self._texts[number] + b"}")
            found.setdefault("kind", "Event")
            found.setdefault("apiVersion", "v1")
            self._parsed[number] = found
        return found

    def _index(self) -> None:
        for number in range(self._indexed, len(self._texts)):
            text = self._texts[number]
            at = text.find(b'"involvedObject"')
            found = _ABOUT.match(text, at) if at >= 0 else _ABOUT.search(text)
            told = {k: v.decode() for k, v in _FIELDS.findall(found[1])} if found is not None else {}
            if told.get(b"uid"):
                self._by_uid.setdefault(told[b"uid"], []).append(number)
            kind, name, namespace = told.get(b"kind", ""), told.get(b"name", ""), told.get(b"namespace", "")
            if not namespace and kind != "Node":
                namespace = self._event(number)["metadata"].get("namespace", "")
            self._by_name.setdefault((kind, namespace, name), []).append(number)
            if not told.get(b"uid"):
                self._without_uid.setdefault((kind, namespace, name), []).append(number)
            why = _value(text, b'"reason"').decode()
            self._reasons.append(why)
            self._by_space.setdefault(namespace or "default", []).append(number)
        self._indexed = len(self._texts)
