"""Events kept as text until somebody asks about what they are about: of a whole cluster most are never asked for."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

Obj = dict[str, Any]
About = tuple[str, str, str]
"""(kind, namespace, name)."""

_ABOUT = re.compile(rb'"(?:involvedObject|regarding)"\s*:\s*\{((?:"[^"\\]*"|[^{}"])*)\}')
_REASON = re.compile(rb'"reason"\s*:\s*"(\w*)"')
_FIELDS = re.compile(rb'"(kind|namespace|name|uid)"\s*:\s*"([^"\\]*)"')
_SEEN = re.compile(rb'"(?:lastTimestamp|lastObservedTime|creationTimestamp|eventTime)"\s*:\s*"(2[^"]*)"')


class RawEvents:
    """The JSON text of events (without the outer braces), found by what they are about."""

    def __init__(self) -> None:
        self._texts: list[bytes] = []
        self._by_uid: dict[str, list[int]] = {}
        self._by_name: dict[About, list[int]] = {}
        self._without_uid: dict[About, list[int]] = {}
        self._by_space: dict[str, list[tuple[int, str]]] = {}
        self._indexed = 0
        self._parsed: dict[int, Obj] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def take(self, texts: Iterable[bytes]) -> None:
        self._texts += texts

    def of(self, uid: str) -> list[Obj]:
        """Events about the object of this uid."""
        self._index()
        return [self._event(i) for i in self._by_uid.get(uid, ())]

    def named(self, about: About, *, uidless: bool = False) -> list[Obj]:
        """Events about whatever has this name; only those that give no uid, or all."""
        self._index()
        return [self._event(i) for i in (self._without_uid if uidless else self._by_name).get(about, ())]

    def within(self, namespace: str | None, reason: str = "") -> Sequence[Obj]:
        """Events about what is in a namespace, or all; of one reason, or of any."""
        self._index()
        spaces = [namespace] if namespace is not None else list(self._by_space)
        found = [i for s in spaces for i, why in self._by_space.get(s, ()) if not reason or why == reason]
        return [self._event(i) for i in found]

    def latest(self) -> str:
        """The newest time of any of them; "" for none."""
        return max((m[1] for text in self._texts for m in _SEEN.finditer(text)), default=b"").decode()

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
            found = _ABOUT.search(self._texts[number])
            told = {k: v.decode() for k, v in _FIELDS.findall(found[1])} if found is not None else {}
            if told.get(b"uid"):
                self._by_uid.setdefault(told[b"uid"], []).append(number)
            kind, name, namespace = told.get(b"kind", ""), told.get(b"name", ""), told.get(b"namespace", "")
            if not namespace and kind != "Node":
                namespace = self._event(number)["metadata"].get("namespace", "")
            self._by_name.setdefault((kind, namespace, name), []).append(number)
            if not told.get(b"uid"):
                self._without_uid.setdefault((kind, namespace, name), []).append(number)
            reason = _REASON.search(self._texts[number], found.end() if found is not None else 0)
            reason = reason or _REASON.search(self._texts[number])
            why = reason[1].decode() if reason is not None else ""
            self._by_space.setdefault(namespace or "default", []).append((number, why))
        self._indexed = len(self._texts)
