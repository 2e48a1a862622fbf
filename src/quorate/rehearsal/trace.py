"""What happened in a drill, line by line: every commit and every event, with its time. The same seed gives the same lines."""

from typing import Any

from quorate.contract.plan import Obj
from quorate.kernel.clock import SECOND, Instant
from quorate.objects.times import micro_time_text
from quorate.rehearsal.ports import World


class Trace:
    """Follows a world from now on."""

    def __init__(self, world: World) -> None:
        self.world, self.since = world, world.now
        self.lines: list[dict[str, Any]] = []
        world.follow(self.hear)

    def hear(self, change: Any) -> None:
        now: Instant = self.world.now
        meta = change.new["metadata"]
        line: dict[str, Any] = {
            "time": micro_time_text(now), "after": round((now - self.since) / SECOND, 6), "revision": change.revision,
            "change": change.type, "resource": change.resource, "namespace": meta.get("namespace", ""), "name": meta["name"],
        }  # fmt: skip
        if change.resource == "events" and change.type != "DELETED":
            line["event"] = event_of(change.new)
        else:
            line["object"] = change.new
        self.lines.append(line)


def event_of(event: Obj) -> Obj:
    """The part of an Event that people read."""
    about = event["involvedObject"]
    return {
        "on": f"{about.get('kind', '')}/{about.get('name', '')}", "type": event.get("type", ""),
        "reason": event.get("reason", ""), "message": event.get("message", ""), "count": event.get("count") or 1,
    }  # fmt: skip
