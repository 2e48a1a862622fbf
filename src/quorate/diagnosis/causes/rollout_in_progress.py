"""Nothing is wrong: it is on its way, at this pace, and should be there by then."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.churn import churn
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.pace import moved_last, pace_of
from quorate.kernel.clock import SECOND
from quorate.objects.ages import human_duration

ID = "rollout-in-progress"
TITLE = "Nothing is wrong: it is under way"
NEEDS = ("pods", "events", "controllerrevisions.apps", "replicasets.apps")
EXPLAINS = ()


def look(case: Case) -> Finding | None:
    busy = [p for p in case.pods if not p.fine]
    due = [p for p in case.outdated if not case.held_back(p)]
    if case.strategy == "OnDelete" or case.spec.get("paused"):
        due = []
    left = len({p.name for p in (*busy, *due)}) + case.short
    if not left and not case.unobserved:
        return None
    moved = moved_last(case)
    pace = pace_of(case)
    weighed = Weigh()
    if moved is not None:
        allowed = max(2 * (pace or 0), max((case.patience(p) for p in busy), default=0), 30 * SECOND) + case.min_ready
        age = case.now - moved.at
        if age <= allowed:
            weighed.says(0.8, f"{moved.says} {human_duration(age)} ago", moved.about, moved.at)
        else:
            weighed.denies(0.7, f"nothing has moved for {human_duration(age)}", moved.about, moved.at)
            weighed.says(0.3, f"{left} pod(s) are left to do")
    if not weighed.proofs:
        return None
    late = [
        p for p in busy if p.stage in ("unready", "creating", "init") and not p.for_long(case.now, case.patience(p))
    ]
    if late:
        weighed.says(0.4, f"{late[0].name} has been on its way for less than it may take")
    soon = [p for p in case.pods if case.becomes_available(p)]
    if soon:
        weighed.says(0.3, f"{soon[0].name} is ready, and counts as available {case.min_ready // SECOND} s later")
    if any(p.stage in ("crashing", "image", "config", "failed", "lost") for p in busy):
        weighed.denies(0.6, "some of its pods fail")
    again = churn(case)
    if again is not None:
        weighed.denies(
            0.7, f"{again.pod} was made anew {again.times} times: that is no progress", case.label, again.since
        )
    done = case.wanted - min(left, case.wanted)
    until = f"; about {human_duration(pace * left)} to go" if pace else ""
    sentence = (
        f"{case.label} is under way: {done} of {case.wanted} done"
        + (f", one each {human_duration(pace)}" if pace else "")
        + until
    )
    remedy = Remedy(
        "Wait", (f"kubectl rollout status {case.resource} -n {case.namespace}",) if case.has_generation else ()
    )
    return weighed.finding(ID, TITLE, sentence, objects=[case.label], severity="progress", remedy=remedy)
