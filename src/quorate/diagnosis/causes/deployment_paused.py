"""The Deployment is paused: its template may change, nothing is rolled out."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Act, Finding, Remedy, Severity, Weigh
from quorate.diagnosis.told import instant
from quorate.kernel.clock import MINUTE
from quorate.objects.ages import human_duration
from quorate.objects.pod import condition

ID = "deployment-paused"
TITLE = "The Deployment is paused"
NEEDS = ("deployments.apps", "replicasets.apps")
EXPLAINS = ("progress-deadline",)


def look(case: Case) -> Finding | None:
    if case.kind != "Deployment" or not case.spec.get("paused"):
        return None
    weighed = Weigh().says(0.85, "spec.paused is true", f"{case.label} spec.paused")
    found = condition(case.obj, "Progressing") or {}
    since = None
    if found.get("reason") == "DeploymentPaused":
        since = instant(found.get("lastTransitionTime"))
        weighed.says(0.5, "Progressing is Unknown: DeploymentPaused", f"{case.label} condition Progressing", since)
    waiting = bool(case.outdated) or _unmade(case)
    severity: Severity = "problem"
    age = None if since is None else case.now - since
    if not waiting:
        # A pause without a change that waits for it holds nothing back.
        severity = "notice"
    elif age is not None and age < MINUTE:
        weighed.denies(0.2, f"it was paused {human_duration(age)} ago: somebody may be at it")
    held = "a changed template waits for it" if waiting else "nothing waits for it"
    sentence = f"{case.label} is paused" + (f" for {human_duration(age)}" if age is not None else "") + f": {held}"
    remedy = Remedy(
        "Resume it, if nobody paused it on purpose",
        (f"kubectl rollout resume {case.resource} -n {case.namespace}",),
        "all changes made while it was paused are rolled out at once",
        (Act("resume", case.label),),
    )
    return weighed.finding(ID, TITLE, sentence, objects=[case.label], since=since, severity=severity, remedy=remedy)


def _unmade(case: Case) -> bool:
    """Whether no ReplicaSet has been made of the template as it is; by the pods, where ReplicaSets were not read."""
    if case.evidence.knows("replicasets.apps", case.namespace) or case.revisions:
        return case.new_replica_set is None or (not case.revisions and case.wanted > 0)
    return bool(case.pods) and not case.update_hash
