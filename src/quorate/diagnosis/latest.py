"""The newest moment that objects speak of: what time it was, as far as a dump can tell."""

from collections.abc import Iterable, Iterator
from typing import Any

from quorate.diagnosis.told import instant
from quorate.kernel.clock import Instant

Obj = dict[str, Any]


def latest_time(objects: Iterable[Obj]) -> Instant:
    """0 when they speak of none. Times are compared as text, which for the API's (UTC, RFC 3339) is their order."""
    latest = ""
    for obj in objects:
        for text in _stamps(obj):
            if isinstance(text, str) and text > latest and text[:1] == "2":
                latest = text
    return instant(latest) or 0


def _stamps(obj: Obj) -> Iterator[Any]:
    kind = obj.get("kind")
    meta = obj.get("metadata") or {}
    yield meta.get("creationTimestamp")
    if kind == "Event":
        yield obj.get("lastTimestamp")
        yield obj.get("eventTime")
        yield (obj.get("series") or {}).get("lastObservedTime")
        return
    if kind == "Lease":
        yield (obj.get("spec") or {}).get("renewTime")
        return
    status = obj.get("status")
    if isinstance(status, dict):
        for one in status.get("conditions") or ():
            yield one.get("lastTransitionTime")
            yield one.get("lastHeartbeatTime")
            yield one.get("lastUpdateTime")
        for one in status.get("containerStatuses") or ():
            state = one.get("state") or {}
            yield (state.get("running") or {}).get("startedAt")
            yield (state.get("terminated") or {}).get("finishedAt")
    if kind != "Pod":
        for one in meta.get("managedFields") or ():
            yield one.get("time")
