"""Events as client-go records them: repeated ones counted, similar ones combined, floods held back.

(Kubernetes: client-go/tools/record for the legacy form, client-go/tools/events for the scheduler's series.)
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from quorate.contract.failures import Refused
from quorate.contract.plan import Obj, Tell
from quorate.contract.ports import Writer
from quorate.kernel.clock import MINUTE, SECOND, Instant
from quorate.objects.times import micro_time_text, time_text

BURST, REFILL = 25, 300 * SECOND
"""An object may have 25 events of one source, then one more each five minutes."""
SIMILAR_MOST, SIMILAR_WINDOW = 10, 10 * MINUTE
SERIES_WINDOW = 6 * MINUTE
KEPT = 4096


@dataclass(slots=True)
class _Known:
    namespace: str
    name: str
    count: int
    first: Instant
    last: Instant


@dataclass(slots=True)
class _Tokens:
    left: float
    at: Instant


class _Recent(OrderedDict[Any, Any]):
    """The most recently used entries."""

    def note(self, key: Any, value: Any) -> None:
        self[key] = value
        self.move_to_end(key)
        if len(self) > KEPT:
            self.popitem(last=False)


class Recorder:
    def __init__(self) -> None:
        self._known = _Recent()
        self._similar = _Recent()
        self._tokens = _Recent()
        self._last_stamp = 0

    def record(self, told: Tell, writer: Writer, now: Instant) -> None:
        """Write the event, or raise the count of the one that already says so. A refusal loses the event, as in reality."""
        if told.style == "series":
            self._series(told, writer, now)
        else:
            self._legacy(told, writer, now)

    def _legacy(self, told: Tell, writer: Writer, now: Instant) -> None:
        meta = told.about["metadata"]
        about = (
            told.component, told.host,
            told.about["kind"], meta.get("namespace", ""), meta["name"], meta.get("uid", ""),
        )  # fmt: skip
        alike = (*about, told.type, told.reason)
        message = told.message
        key: tuple[Any, ...] = (*alike, told.field_path, message)
        if self._are_many(alike, message, now):
            key, message = alike, f"(combined from similar events): {message}"
        event = self._event(told, message, now)
        known = self._known.get(key)
        if known is None:
            known = _Known(event["metadata"]["namespace"], event["metadata"]["name"], 1, now, now)
        else:
            known.count += 1
        self._known.note(key, known)
        # What is held back was counted all the same, and shows in the next event that is not.
        if not self._spend(about, now):
            return
        try:
            if known.count > 1:
                body = {"count": known.count, "lastTimestamp": time_text(now), "message": message}
                try:
                    writer.patch("events", known.namespace, known.name, body)
                    return
                except Refused as gone:
                    if gone.reason != "NotFound":
                        raise
            named = {**event["metadata"], "name": known.name}
            first = time_text(known.first)
            writer.create("events", {**event, "metadata": named, "count": known.count, "firstTimestamp": first})
        except Refused:
            return

    def _are_many(self, alike: tuple[str, ...], message: str, now: Instant) -> bool:
        """Whether this is the tenth message or later that differs from others in nothing else, with no long pause between."""
        messages, last = self._similar.get(alike, (set(), now))
        if now - last > SIMILAR_WINDOW:
            messages = set()
        messages.add(message)
        self._similar.note(alike, (messages, now))
        if len(messages) < SIMILAR_MOST:
            return False
        messages.discard(min(messages - {message}, default=message))
        return True

    def _spend(self, about: tuple[str, ...], now: Instant) -> bool:
        tokens = self._tokens.get(about)
        if tokens is None:
            tokens = _Tokens(BURST, now)
            self._tokens.note(about, tokens)
        tokens.left = min(BURST, tokens.left + (now - tokens.at) / REFILL)
        tokens.at = now
        if tokens.left < 1:
            return False
        tokens.left -= 1
        return True

    def _event(self, told: Tell, message: str, now: Instant) -> Obj:
        event = self._frame(told, message, now)
        stamp = time_text(now)
        source = {"component": told.component}
        if told.host:
            source["host"] = told.host
        event |= {"source": source, "firstTimestamp": stamp, "lastTimestamp": stamp, "count": 1, "eventTime": None}
        event |= {"reportingComponent": told.component, "reportingInstance": told.host}
        return event

    def _frame(self, told: Tell, message: str, now: Instant) -> Obj:
        meta = told.about["metadata"]
        # Two events of one instant still need two names.
        self._last_stamp = max(self._last_stamp + 1, now * 1000)
        about = {
            "kind": told.about["kind"], "namespace": meta.get("namespace"), "name": meta["name"], "uid": meta.get("uid"),
            "apiVersion": told.about["apiVersion"], "resourceVersion": meta.get("resourceVersion"), "fieldPath": told.field_path,
        }  # fmt: skip
        return {
            "apiVersion": "v1", "kind": "Event",
            "metadata": {"name": f"{meta['name']}.{self._last_stamp:x}", "namespace": meta.get("namespace") or "default"},
            "involvedObject": {k: v for k, v in about.items() if v},
            "reason": told.reason, "message": message, "type": told.type,
        }  # fmt: skip

    def _series(self, told: Tell, writer: Writer, now: Instant) -> None:
        meta = told.about["metadata"]
        key = (
            "series", told.type, told.action, told.reason, told.component,
            told.about["kind"], meta.get("namespace", ""), meta["name"], meta.get("uid", ""), meta.get("resourceVersion", ""),
        )  # fmt: skip
        known = self._known.get(key)
        try:
            if known is not None and now - known.last <= SERIES_WINDOW:
                known.count += 1
                known.last = now
                series = {"count": known.count, "lastObservedTime": micro_time_text(now)}
                writer.patch("events", known.namespace, known.name, {"series": series})
                return
            event = self._frame(told, told.message, now)
            event |= {
                "action": told.action, "eventTime": micro_time_text(now), "reportingComponent": told.component,
                "reportingInstance": f"{told.component}-quorate", "source": {}, "firstTimestamp": None, "lastTimestamp": None,
            }  # fmt: skip
            writer.create("events", event)
            self._known.note(key, _Known(event["metadata"]["namespace"], event["metadata"]["name"], 1, now, now))
        except Refused:
            return
