"""Pods that end and are made anew, over and over: their controllers delete them before anyone can look at one."""

import re
from dataclasses import dataclass

from quorate.diagnosis.case import Case
from quorate.diagnosis.told import instant
from quorate.kernel.clock import MINUTE, Instant

OFTEN = 3
LATELY = 15 * MINUTE
_DELETED = re.compile(r"delete Pod (\S+) in StatefulSet \S+ successful", re.I)
_DAEMON = re.compile(r"Found (?:failed|succeeded) daemon pod (?:\S+/)?(\S+) on node (\S+),", re.I)


@dataclass(frozen=True, slots=True)
class Churn:
    """`pod` was ended by its controller and made anew so many `times`, beginning at `since`."""

    pod: str
    times: int
    since: Instant
    until: Instant
    where: str


def churn(case: Case) -> Churn | None:
    """By the events of the controllers that replace pods that have failed; None when there is none of it.

    A StatefulSet deletes each pod once for a new revision; more often it deletes only what has failed or ended.
    """
    times: dict[str, int] = {}
    began: dict[str, Instant] = {}
    last: dict[str, Instant] = {}
    for told in case.events:
        if case.now - told.last > LATELY:
            continue
        found = _DELETED.search(told.message) if told.reason == "SuccessfulDelete" else None
        if told.reason in ("FailedDaemonPod", "SucceededDaemonPod"):
            found = _DAEMON.search(told.message)
        if found is None:
            continue
        # Daemon pods have a new name each time: they are counted by their node.
        who = found[1] if case.kind == "StatefulSet" else f"the pod of {found[2]}"
        times[who] = times.get(who, 0) + told.count
        began[who] = min(began.get(who, told.first), told.first)
        last[who] = max(last.get(who, told.last), told.last)
    often = [w for w, n in times.items() if n >= OFTEN]
    if not often:
        return None
    who = max(often, key=lambda w: (times[w], w))
    if _rolled(case, times[who], began[who]):
        return None
    return Churn(who, times[who], began[who], last[who], f"events on {case.label}")


def _rolled(case: Case, times: int, since: Instant) -> bool:
    """Whether so many revisions came meanwhile that each could have taken its pods away once."""
    if not case.revisions:
        return times <= case.generation
    made = [instant(r.obj["metadata"].get("creationTimestamp")) for r in case.revisions]
    return sum(1 for at in made if at is not None and at >= since) >= OFTEN
