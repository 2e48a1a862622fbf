"""What came of a drill: pass, degraded, fail or skipped, and why in one sentence."""

from dataclasses import dataclass
from typing import Literal

from quorate.kernel.clock import SECOND, Duration
from quorate.rehearsal.absence import Absence, sentence, worst
from quorate.rehearsal.drill import Drill
from quorate.rehearsal.models.raft import RaftReport
from quorate.rehearsal.play import Log
from quorate.rehearsal.span import span_text
from quorate.rehearsal.workload import Workload

Grade = Literal["pass", "degraded", "fail", "skipped"]

BLIP: Duration = 5 * SECOND
"""An outage this short is an election: clients that retry do not notice. What is done on purpose may cost no more."""
MOST_UNPLANNED: Duration = 60 * SECOND
"""An accident may cost this long before it counts as a failure of the manifest."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row of the report. Durations in microseconds.

    availability    share of the drill's time in which a quorum served, 0 to 1
    recovery        from the drill's begin until every member served again for good; None when they did not by its end
    at_risk         time in which one more lost volume would have lost acknowledged writes
    lost_writes     acknowledged writes that no surviving member has
    facts           what else was seen, e.g. refused evictions
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


def judge(
    workload: Workload, drill: Drill, log: Log, report: RaftReport, recovery: Duration | None,
    absences: list[Absence],
) -> Outcome:  # fmt: skip
    """The verdict on a drill: data first, then whether it ended by itself, then quorum."""
    grade, why = _graded(workload, drill, log, report, absences)
    facts = (*log.failed, *log.by_hand, *log.blocked, *log.noted)
    return Outcome(
        workload.title, drill.name, grade, report.availability, report.longest_outage, recovery, report.at_risk,
        report.lost_writes, why, facts,
    )  # fmt: skip


def _graded(
    workload: Workload, drill: Drill, log: Log, report: RaftReport, absences: list[Absence]
) -> tuple[Grade, str]:
    if log.skipped:
        return "skipped", log.skipped
    most = BLIP if drill.planned else MOST_UNPLANNED
    outage = report.longest_outage
    missed = _missed(workload, report, absences) if outage > BLIP else ""
    if report.lost_writes:
        gone = "with the pods" if not workload.claims else "with a majority's volumes"
        return "fail", f"{report.lost_writes} acknowledged writes went {gone}"
    if log.failed:
        return "fail", f"{missed}; then {log.failed[0]}" if outage > most else log.failed[0]
    if outage > most:
        return "fail", missed
    if log.by_hand:
        return "degraded", log.by_hand[0]
    if outage > BLIP:
        return "degraded", missed
    return "pass", "; ".join((_well(log, outage), *log.noted[:1]))


def _missed(workload: Workload, report: RaftReport, absences: list[Absence]) -> str:
    """How long there was no quorum, who was away, and how many are needed."""
    since, until = max(report.outages, key=_length)
    moment = worst(absences, since, until)
    long = span_text(report.longest_outage)
    if moment is not None and 0 < len(moment.away) <= workload.replicas - workload.quorum:
        # Enough were there: what they lacked was one to follow.
        return f"no leader for {long}: {sentence(moment.away)}"
    text = f"no quorum for {long}"
    if moment is not None and moment.away:
        text += f": {sentence(moment.away)}"
    need = "it is the only member" if workload.replicas == 1 else f"{workload.quorum} of {workload.replicas} must serve"
    return f"{text}; {need}"


def _length(outage: tuple[int, int]) -> Duration:
    return outage[1] - outage[0]


def _well(log: Log, outage: Duration) -> str:
    if log.blocked:
        return "the budget held evictions back until it was safe"
    if outage:
        return f"a new leader after {span_text(outage)}"
    return "a quorum served throughout"
