"""Events in one shape, whichever of the three ways their times were written (core/v1 counts, series, events.k8s.io)."""

from dataclasses import dataclass
from typing import Any

from quorate.kernel.clock import HOUR, Duration, Instant
from quorate.objects.times import parse_time

Obj = dict[str, Any]

LIFE: Duration = HOUR
"""How long an API server keeps events unless told otherwise (--event-ttl)."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event as an interval: it was seen `count` times from `first` to `last`."""

    type: str
    reason: str
    message: str
    first: Instant
    last: Instant
    count: int
    kind: str
    namespace: str
    name: str
    uid: str
    field_path: str = ""
    source: str = ""

    @property
    def about(self) -> str:
        return f"{self.kind}/{self.name}"

    @property
    def warning(self) -> bool:
        return self.type == "Warning"


def instant(text: object) -> Instant | None:
    """The instant of an API time; None for null and for what is no time."""
    if not isinstance(text, str) or not text:
        return None
    try:
        return parse_time(text)
    except ValueError:
        return None


def about_of(event: Obj) -> Obj:
    """involvedObject of core/v1, `regarding` of events.k8s.io/v1."""
    return event.get("involvedObject") or event.get("regarding") or {}


def told(event: Obj) -> Told | None:
    """None for an event without any time or reason: it tells nothing."""
    series = event.get("series") or {}
    stamps = (
        instant(event.get("firstTimestamp") or event.get("deprecatedFirstTimestamp")),
        instant(event.get("eventTime")),
        instant(event.get("lastTimestamp") or event.get("deprecatedLastTimestamp")),
        instant(series.get("lastObservedTime")),
        instant(event["metadata"].get("creationTimestamp")),
    )
    known = [s for s in stamps[:4] if s is not None] or [s for s in stamps[4:] if s is not None]
    if not known or not event.get("reason"):
        return None
    about = about_of(event)
    source = event.get("source") or event.get("deprecatedSource") or {}
    return Told(
        type=str(event.get("type") or "Normal"),
        reason=str(event["reason"]),
        message=str(event.get("message") or event.get("note") or ""),
        first=min(known),
        last=max(known),
        count=int(series.get("count") or event.get("count") or event.get("deprecatedCount") or 1),
        kind=str(about.get("kind") or ""),
        namespace=str(about.get("namespace") or event["metadata"].get("namespace") or ""),
        name=str(about.get("name") or ""),
        uid=str(about.get("uid") or ""),
        field_path=str(about.get("fieldPath") or ""),
        source=str(event.get("reportingComponent") or source.get("component") or ""),
    )
