"""The Deployment has made no progress for as long as it allows: something else keeps its new pods from being available."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Finding, Weigh
from quorate.diagnosis.rollback import undo_or
from quorate.diagnosis.told import instant
from quorate.objects.pod import condition

ID = "progress-deadline"
TITLE = "The rollout has exceeded its progress deadline"
NEEDS = ("deployments.apps", "replicasets.apps", "pods")
EXPLAINS = ()


def look(case: Case) -> Finding | None:
    if case.kind != "Deployment":
        return None
    found = condition(case.obj, "Progressing")
    if found is None or found.get("reason") != "ProgressDeadlineExceeded":
        return None
    at = instant(found.get("lastTransitionTime"))
    seconds = case.spec.get("progressDeadlineSeconds", 600)
    weighed = Weigh().says(
        0.8, found.get("message") or "ProgressDeadlineExceeded", f"{case.label} condition Progressing", at
    )
    well = [p for p in case.outdated if p.stage == "ready"]
    if well:
        weighed.says(0.1, f"{len(well)} pod(s) of the revision before still serve")
    sentence = f"the rollout of {case.label} has not moved for {seconds} s; Kubernetes does not roll it back by itself"
    remedy = undo_or(
        case, "See why its new pods are not available", f"kubectl rollout status {case.resource} -n {case.namespace}"
    )
    return weighed.finding(ID, TITLE, sentence, objects=[case.label], remedy=remedy)
