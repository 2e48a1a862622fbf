"""When the trouble began: time windows are anchored there, as an alert comes as late as its `for` says."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.symptoms import Symptom
from quorate.diagnosis.told import instant
from quorate.kernel.clock import Instant
from quorate.objects.pod import condition


def onset_of(case: Case, symptoms: list[Symptom]) -> Instant | None:
    """The earliest moment of what is wrong now; None when nothing is, or nothing says when."""
    if not symptoms:
        return None
    found: list[Instant] = [s.since for s in symptoms if s.since is not None]
    found += [p.since for p in case.stuck if p.since is not None]
    found += [r.first for r in case.refusals if r.first is not None]
    for claim in case.pending_claims:
        created = instant(claim["metadata"].get("creationTimestamp"))
        if created is not None:
            found.append(created)
    progressing = condition(case.obj, "Progressing")
    if progressing is not None and progressing.get("status") == "False":
        # It has been failing since its last sign of progress, not since the deadline ran out.
        at = instant(progressing.get("lastTransitionTime"))
        if at is not None:
            found.append(at)
    return min(found, default=None)
