"""What came of a drill: pass, degraded or fail, and why in one sentence."""

from dataclasses import dataclass
from typing import Literal

from quorate.kernel.clock import SECOND, Duration
from quorate.objects.times import duration_text
from quorate.rehearsal.drill import Drill
from quorate.rehearsal.models.raft import RaftReport
from quorate.rehearsal.play import Log
from quorate.rehearsal.workload import Workload

Grade = Literal["pass", "degraded", "fail"]

BLIP: Duration = 5 * SECOND
"""An outage this short is an election: clients that retry do not notice. What is done on purpose may cost no more."""
MOST_UNPLANNED: Duration = 60 * SECOND
"""An accident may cost this long before it counts as a failure of the manifest."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row of the report. Durations in microseconds; `recovery` is None when it never recovered.

    availability    share of the drill's time in which a quorum served, 0 to 1
    at_risk         time in which one more lost volume would have lost acknowledged writes
    lost_writes     acknowledged writes that no surviving member has
    """

    workload: str
    drill: str
    verdict: Grade
    availability: float
    longest_outage: Duration
    recovery: Duration | None
    at_risk: Duration
    lost_writes: int
    why: str
    facts: tuple[str, ...] = ()


def judge(workload: Workload, drill: Drill, log: Log, report: RaftReport, recovery: Duration | None) -> Outcome:
    """The verdict on a drill: data first, then quorum, then whether it ended by itself."""
    most = BLIP if drill.planned else MOST_UNPLANNED
    outage = report.longest_outage
    facts = (*log.failed, *log.by_hand, *log.blocked)
    grade: Grade
    if report.lost_writes:
        grade, why = "fail", f"{report.lost_writes} acknowledged writes are lost: a majority's data is gone"
    elif log.failed:
        grade, why = "fail", log.failed[0]
        if outage > most:
            why = f"no quorum for {duration_text(_rounded(outage))}, and {why}"
    elif outage > most:
        grade, why = (
            "fail",
            f"no quorum for {duration_text(_rounded(outage))} (of {workload.replicas} members {workload.quorum} must serve)",
        )
    elif log.by_hand:
        grade, why = "degraded", log.by_hand[0]
    elif outage > BLIP:
        grade, why = "degraded", f"no quorum for {duration_text(_rounded(outage))}"
    else:
        grade, why = "pass", _well(workload, log, outage)
    return Outcome(
        workload.title, drill.name, grade, report.availability, outage, recovery if not log.failed else None,
        report.at_risk, report.lost_writes, why, facts,
    )  # fmt: skip


def _well(workload: Workload, log: Log, outage: Duration) -> str:
    if log.blocked:
        return "the budget held evictions back until it was safe"
    if outage:
        return f"a new leader after {duration_text(_rounded(outage))}"
    return "the quorum served throughout"


def _rounded(duration: Duration) -> Duration:
    """To a tenth of a second below a minute, to seconds above."""
    step = SECOND // 10 if duration < 60 * SECOND else SECOND
    return round(duration / step) * step
