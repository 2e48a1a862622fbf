"""How fast the nodes of a zone may be tainted NoExecute: the more of it is lost, the slower its pods are evicted.

(Kubernetes: handleDisruption, ComputeZoneState; node-eviction-rate 0.1/s, secondary 0.01/s, large-cluster threshold 50,
unhealthy-zone threshold 0.55.)
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from quorate.kernel.clock import SECOND, Duration, Instant

State = Literal["Initial", "Normal", "PartialDisruption", "FullDisruption"]

EVERY: Duration = 10 * SECOND
"""One node in ten seconds."""
EVERY_IN_LARGE: Duration = 100 * SECOND
LARGE, UNHEALTHY_SHARE = 50, 0.55


@dataclass(frozen=True, slots=True)
class Zone:
    """`every`: the least time between two taints, None when there may be none; `free_at`: when the next may come."""

    state: State = "Initial"
    every: Duration | None = EVERY
    free_at: Instant = 0

    def taken(self, now: Instant) -> "Zone":
        return replace(self, free_at=now + (self.every or 0))


def state_of(ready: int, unready: int) -> State:
    if unready and not ready:
        return "FullDisruption"
    if unready > 2 and unready / (unready + ready) >= UNHEALTHY_SHARE:
        return "PartialDisruption"
    return "Normal"


def _pace(state: State, size: int) -> Duration | None:
    if state != "PartialDisruption":
        return EVERY
    return EVERY_IN_LARGE if size > LARGE else None


def _entering(zone: Zone, state: State, every: Duration | None, now: Instant) -> Zone:
    """A zone that had no taint to give has none under its new pace either."""
    spent = now < zone.free_at or zone.every is None
    return Zone(state, every, now + (every or 0) if spent else now)


Change = Literal["", "stopped", "resumed"]


def moved(
    zones: Mapping[str, Zone], counts: Mapping[str, tuple[int, int]], now: Instant
) -> tuple[dict[str, Zone], Change]:
    """The zones after a look at (ready, unready) nodes of each, and whether evictions as a whole stop or resume.

    When nothing in the cluster is ready it is likelier that the control plane has lost touch than that all is lost.
    """
    states = {name: state_of(*count) for name, count in counts.items()}
    had = {name: zones.get(name, Zone()) for name in counts}
    all_lost = bool(states) and all(s == "FullDisruption" for s in states.values())
    all_were_lost = bool(had) and all(z.state == "FullDisruption" for z in had.values())
    if all_lost and all_were_lost:
        return had, ""
    if all_lost:
        return {name: Zone("FullDisruption", None, z.free_at) for name, z in had.items()}, "stopped"
    out = {}
    for name, zone in had.items():
        state = states[name]
        if zone.state != state or all_were_lost:
            zone = _entering(zone, state, _pace(state, sum(counts[name])), now)
        out[name] = zone
    return out, "resumed" if all_were_lost else ""
