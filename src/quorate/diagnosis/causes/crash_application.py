"""The application ends by itself, with an error of its own."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.churn import churn
from quorate.diagnosis.crashes import Crash, crash_like, crashes, log_command, meaning, weigh
from quorate.diagnosis.finding import Finding, Weigh
from quorate.diagnosis.rollback import brought_by_update, undo_or

ID = "crash-application"
TITLE = "The application ends with an error"
NEEDS = ("pods", "events")
EXPLAINS = ("progress-deadline", "unhealthy-surge", "not-ready", "bootstrap-deadlock")

ELSEWHERE = (126, 127, 137)
"""Codes that have causes of their own."""


def _own(crash: Crash) -> bool:
    if crash.killed_by or crash.first.reason in ("RunContainerError", "StartError", "ContainerCannotRun"):
        return False
    if crash.exit is None:
        return True
    return (
        crash.exit.code not in ELSEWHERE
        and crash.exit.reason not in ("OOMKilled", "StartError")
        and not 128 < crash.exit.code < 160
    )


def look(case: Case) -> Finding | None:
    found = crash_like(case, _own)
    if found is None:
        return _ends_at_once(case)
    pod = found.first
    weighed = weigh(case, found, 0.88)
    if found.exit is None:
        weighed.lacks_("no end of a run is recorded: its exit code is not known")
    if not found.words:
        weighed.lacks_("its log was not read")
    if brought_by_update(case, [p.name for p in found.pods]):
        weighed.says(
            0.3,
            "only pods of the newest revision crash; those of the one before are well",
            f"{case.label} status.updateRevision",
        )
    last = f": {found.words[-1]}" if found.words else ""
    ended = (
        "completes at once though it should run on"
        if found.exit is not None and found.exit.code == 0
        else f"ends with {meaning(found.exit)}"
        if found.exit is not None
        else f"waits with {pod.reason or 'a restart'}, and how its runs end is not recorded"
    )
    sentence = f"{names(found.pods)} {verb(found.pods, 'crashes')}: container {pod.container} {ended}{last}"
    remedy = undo_or(case, "Read its last words, and correct what they complain of", log_command(case, pod))
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=remedy)


def _ends_at_once(case: Case) -> Finding | None:
    """Its pods end so soon, and are made anew so often, that none is caught when it has ended."""
    again = churn(case)
    if again is None or crashes(case):
        return None
    weighed = Weigh().says(0.75, f"{again.pod} was ended and made anew {again.times} times", again.where, again.since)
    if not case.ready:
        weighed.says(0.3, "none of its pods is ready meanwhile")
    weighed.lacks_("no pod was seen that had ended: its exit code is not known")
    sentence = f"{again.pod} of {case.label} ends soon after each start, and is made anew: {again.times} times so far"
    remedy = undo_or(
        case,
        "Read what it writes before it ends",
        f"kubectl get pods -n {case.namespace} --watch",
        f"kubectl logs {case.resource} -n {case.namespace} --all-containers --tail=50",
    )
    objects = [case.label, *(p.label for p in case.pods if p.name == again.pod)]
    return weighed.finding(ID, TITLE, sentence, objects=objects, remedy=remedy)
