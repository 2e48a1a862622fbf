"""The rollout waits at its surge: the pods it made beyond the old ones do not become available, and the old ones stay."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.finding import Finding, Weigh
from quorate.diagnosis.rollback import undo_or

ID = "unhealthy-surge"
TITLE = "The new pods do not become available, so the old ones stay"
NEEDS = ("deployments.apps", "replicasets.apps", "pods")
EXPLAINS = ("progress-deadline",)


def look(case: Case) -> Finding | None:
    if case.kind != "Deployment" or case.strategy != "RollingUpdate" or not case.update_hash or not case.outdated:
        return None
    ill = [
        p for p in case.stuck if case.updated(p) and p.stage != "terminating" and p.for_long(case.now, case.patience(p))
    ]
    well = [p for p in case.outdated if p.stage == "ready"]
    if not ill or not well:
        return None
    weighed = Weigh().says(
        0.55,
        f"{names(ill)}, of the newest revision, {'is' if len(ill) == 1 else 'are'} not available",
        f"{ill[0].label} condition Ready",
        ill[0].since,
    )
    weighed.says(0.2, f"{len(well)} pod(s) of the revision before serve on", f"{case.label} status.availableReplicas")
    sentence = (
        f"the rollout of {case.label} waits: {names(ill)} {verb(ill, 'does')} not become available, and {len(well)} old "
        "pod(s) go on serving"
    )
    remedy = undo_or(
        case, "See why the new pods are not available", f"kubectl describe pod {ill[0].name} -n {case.namespace}"
    )
    return weighed.finding(ID, TITLE, sentence, objects=[case.label, *(p.label for p in ill)], remedy=remedy)
