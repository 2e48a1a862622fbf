"""A container cannot be created from its configuration, for a reason other than a missing object or key."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.finding import Finding, Weigh
from quorate.diagnosis.rollback import undo_or

ID = "config-error"
TITLE = "A container's configuration is refused"
NEEDS = ("pods",)
EXPLAINS = ("progress-deadline", "unhealthy-surge", "not-ready", "bootstrap-deadlock")


def look(case: Case) -> Finding | None:
    pods = case.at("config")
    if not pods:
        return None
    pod = pods[0]
    weighed = Weigh().says(
        0.8,
        f"{names(pods)} {verb(pods, 'waits')} with {pod.reason}: {pod.message or 'no message'}",
        f"{pod.status_path}.state.waiting",
        pod.since,
    )
    if not pod.message:
        weighed.lacks_(
            "the kubelet does not say what it refuses; a missing ConfigMap, Secret or key is the usual reason"
        )
    sentence = f"{names(pods)} cannot start: container {pod.container} cannot be created ({pod.message or pod.reason})"
    remedy = undo_or(
        case,
        f"Correct the configuration of container {pod.container}",
        f"kubectl describe pod {pod.name} -n {case.namespace}",
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in pods], remedy=remedy)
