"""A Job has given up: it ran for longer than it may, or no pod is left that says what they died of."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.crashes import crashes
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.told import instant

ID = "job-failed"
TITLE = "The Job has given up"
NEEDS = ("jobs.batch", "pods", "events")
EXPLAINS = ()

ADVICE = {
    "DeadlineExceeded": "Give it more time (activeDeadlineSeconds), or see what it waited for: a deadline also runs while its "
    "pods are not scheduled",
    "BackoffLimitExceeded": "See what its pods died of, and run it anew; a larger backoffLimit only lets it try more often",
    "PodFailurePolicy": "Its podFailurePolicy says that this failure is final: see which rule, and which exit code",
}


def look(case: Case) -> Finding | None:
    failed = case.condition_failed
    if failed is None:
        return None
    reason = str(failed.get("reason") or "")
    if reason != "DeadlineExceeded" and crashes(case):
        return None  # what its pods died of says more
    at = instant(failed.get("lastTransitionTime"))
    said = f"{reason}: {failed.get('message') or ''}".strip(": ")
    weighed = Weigh().says(0.9, said, f"{case.label} condition Failed", at)
    limit = case.spec.get("activeDeadlineSeconds" if reason == "DeadlineExceeded" else "backoffLimit")
    if limit is not None:
        weighed.says(0.2, f"it may {'run for' if reason == 'DeadlineExceeded' else 'fail'} {limit}"
                     f"{' s' if reason == 'DeadlineExceeded' else ' times'}", f"{case.label} spec")  # fmt: skip
    if not case.pods:
        weighed.lacks_("none of its pods is left to say what became of them")
    remedy = Remedy(
        ADVICE.get(reason, "See what its pods say, correct it, and run it anew"),
        (
            f"kubectl describe {case.resource} -n {case.namespace}",
            f"kubectl logs {case.resource} -n {case.namespace} --all-containers --tail=50",
        ),
        "a Job does not begin again by itself: delete it and create it anew",
    )
    return weighed.finding(ID, TITLE, f"{case.label} has given up: {said}", objects=[case.label], remedy=remedy)
