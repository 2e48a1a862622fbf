"""What a group's history comes to: when it served, when its data was at risk, what it lost."""

from collections.abc import Collection
from dataclasses import dataclass

from quorate.kernel.clock import Duration, Instant
from quorate.rehearsal.models.intervals import Interval, Intervals


@dataclass(frozen=True, slots=True)
class RaftReport:
    """What came of a stretch of time.

    availability     the share of it in which writes were taken, 0 to 1
    outages          when they were not
    elections        terms begun, with or without a winner
    lost_writes      acknowledged writes that nobody has any more
    at_risk          time in which no more members than a quorum had all acknowledged writes
    risky_ordinals   the members that lacked them then
    """

    availability: float
    outages: tuple[Interval, ...]
    longest_outage: Duration
    elections: int
    lost_writes: int
    at_risk: Duration
    risky_ordinals: tuple[int, ...]


class Record:
    """A group's history, written down as it happens."""

    def __init__(self, members: int) -> None:
        self.available, self.leading, self.risk = Intervals(), Intervals(), Intervals()
        self.terms: list[Instant] = []
        self.lost: list[tuple[Instant, int]] = []
        self._lacking = {ordinal: Intervals() for ordinal in range(members)}

    def data(self, at: Instant, safe: Collection[int], quorum: int, written: bool) -> None:
        """From `at` on, the `safe` members have all acknowledged writes (of which there are none if not `written`)."""
        self.risk.set(at, written and len(safe) <= quorum)
        for ordinal, lacks in self._lacking.items():
            lacks.set(at, written and ordinal not in safe)

    def report(self, since: Instant, until: Instant) -> RaftReport:
        outages = self.available.gaps(since, until)
        risks = self.risk.within(since, until)
        length = until - since
        return RaftReport(
            self.available.total(since, until) / length if length else float(self.available.open),
            tuple(outages),
            max((b - a for a, b in outages), default=0),
            sum(since <= at <= until for at in self.terms),
            sum(lost for at, lost in self.lost if since <= at <= until),
            sum(b - a for a, b in risks),
            tuple(o for o, lacks in self._lacking.items() if any(lacks.within(a, b) for a, b in risks)),
        )
