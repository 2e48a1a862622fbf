"""A claim is not bound, so its pod cannot be scheduled; nothing else says why."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.claims import list_names, pending, waits_for_node
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.scheduling import turned_down
from quorate.kernel.clock import SECOND
from quorate.objects.ages import human_duration

ID = "claim-pending"
TITLE = "A claim is not bound"
NEEDS = ("pods", "persistentvolumeclaims", "events")
EXPLAINS = ("progress-deadline", "start-silent", "bootstrap-deadlock")

WORD = "unbound immediate PersistentVolumeClaims"


def look(case: Case) -> Finding | None:
    waiting = [
        p
        for p in pending(case)
        if not waits_for_node(case, p) and (p.since is None or case.now - p.since > 30 * SECOND)
    ]
    pods = [
        p
        for p in case.at("unscheduled")
        if p.for_long(case.now, 30 * SECOND) and (said := turned_down(case, p)) is not None and WORD in said.whole
    ]
    if not waiting and not pods:
        return None
    weighed = Weigh()
    if waiting:
        one = waiting[0]
        age = f" for {human_duration(case.now - one.since)}" if one.since is not None else ""
        weighed.says(0.5, f"claim {list_names(waiting)} is Pending{age}", f"{one.label} status.phase", one.since)
    if pods:
        weighed.says(
            0.65,
            f"the scheduler says of {names(pods)}: {pods[0].message}",
            f"{pods[0].label} condition PodScheduled",
            pods[0].since,
        )
    if not case.evidence.knows("persistentvolumeclaims", case.namespace):
        weighed.lacks_("the claims were not read")
    if not case.evidence.knows("storageclasses.storage.k8s.io"):
        weighed.lacks_("the storage classes were not read")
    what = f"claim {list_names(waiting)}" if waiting else f"a claim of {names(pods)}"
    remedy = Remedy(
        "See what its storage class and its events say",
        (f"kubectl describe pvc -n {case.namespace}", "kubectl get storageclass"),
    )
    objects = [*(p.label for p in waiting), *(p.label for p in pods)]
    return weighed.finding(
        ID, TITLE, f"{what} is not bound, and without it the pod is not scheduled", objects=objects, remedy=remedy
    )
