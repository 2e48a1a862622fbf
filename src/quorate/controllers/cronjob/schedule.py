"""Which scheduled time is to be acted upon, and when to look again (Kubernetes: cronjob/utils.go)."""

from typing import NamedTuple

from quorate.contract.plan import Obj
from quorate.kernel.clock import MILLISECOND, SECOND, Instant
from quorate.objects.cron import Every, Schedule
from quorate.objects.times import parse_time

DELTA = 100 * MILLISECOND
"""Looks come a little late rather than a little early."""
MANY = 100
"""Missed times of which is made a fuss."""


class NeverDue(ValueError):
    """The schedule is one, but comes never, or all the time."""


class Missed(NamedTuple):
    """`latest`: the last scheduled time up to now that has not been acted upon. `times`: how many there were, roughly."""

    earliest: Instant
    latest: Instant | None
    times: int


def missed(found: Obj, schedule: Schedule | Every, now: Instant, with_deadline: bool) -> Missed:
    """What has come due since the last scheduled time, or since it was made. Raises NeverDue.

    With the deadline, what is too late to be started is not looked at.
    """
    held, spec = found.get("status") or {}, found["spec"]
    earliest = parse_time(held.get("lastScheduleTime") or found["metadata"]["creationTimestamp"])
    if with_deadline and spec.get("startingDeadlineSeconds") is not None:
        earliest = max(earliest, now - int(spec["startingDeadlineSeconds"]) * SECOND)
    first = schedule.next(earliest)
    if first is None:
        raise NeverDue("time difference between two schedules is less than 1 second")
    if now < first:
        return Missed(earliest, None, 0)
    second = schedule.next(first)
    if second is None:
        raise NeverDue("time difference between two schedules is less than 1 second")
    if now < second:
        return Missed(earliest, first, 0)
    between = round((second - first) / SECOND)
    count = (now - first) // SECOND // between + 1
    # From the last but one on by the first distance: near enough to go on step by step, and exact for even distances.
    at = schedule.next(first + (count - 2) * between * SECOND)
    latest = None
    while at is not None and at <= now:
        latest = at
        at = schedule.next(at)
    return Missed(earliest, latest, count)


def due(found: Obj, schedule: Schedule | Every, now: Instant) -> Missed:
    """What is to be acted upon now. Raises NeverDue."""
    return missed(found, schedule, now, with_deadline=True)


def next_look(found: Obj, schedule: Schedule | Every, now: Instant) -> Instant:
    """Just after the next scheduled time."""
    try:
        seen = missed(found, schedule, now, with_deadline=False)
    except NeverDue:
        start = now
    else:
        start = now if seen.latest is None and seen.times else seen.latest or seen.earliest
    at = schedule.next(start)
    return now + DELTA if at is None else max(at + DELTA, now)
