"""Nobody schedules the pod: the scheduler is down, or the one that the pod names does not exist."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.controllers import SCHEDULER, leader
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.podstate import PodState
from quorate.diagnosis.scheduling import turned_down
from quorate.kernel.clock import SECOND
from quorate.objects.ages import human_duration
from quorate.objects.pod import condition

ID = "scheduler-silent"
TITLE = "Nobody schedules the pod"
NEEDS = ("pods", "leases.coordination.k8s.io", "events")
EXPLAINS = (
    "claim-pending",
    "provisioner-silent",
    "progress-deadline",
    "bootstrap-deadlock",
    "insufficient-cpu",
    "controller-backlogged",
)

DEFAULT = "default-scheduler"
CHOSEN = "volume.kubernetes.io/selected-node"


def _waits_for_volume(case: Case, pod: PodState) -> bool:
    """The scheduler has chosen a node, and keeps still until the pod's claims are bound there (ten minutes by default)."""
    return any(
        CHOSEN in (c["metadata"].get("annotations") or {}) for c in case.pending_claims if pod in case.users_of(c)
    )


def look(case: Case) -> Finding | None:
    pods = [p for p in case.at("unscheduled") if p.for_long(case.now, 20 * SECOND)]
    unseen = [
        p
        for p in pods
        if condition(p.pod, "PodScheduled") is None and turned_down(case, p) is None and not _waits_for_volume(case, p)
    ]
    found = leader(case, SCHEDULER)
    stale = found is not None and not found.well
    if not unseen and not (stale and pods):
        return None
    pods = unseen or pods
    pod = pods[0]
    named = str(pod.pod["spec"].get("schedulerName") or DEFAULT)
    weighed = Weigh()
    if unseen:
        age = human_duration(case.now - pod.since) if pod.since is not None else "some time"
        weighed.says(
            0.7,
            f"{names(pods)} {verb(pods, 'is')} {age} old, and no scheduler has said a word about it",
            f"{pod.label} status.conditions",
            pod.since,
        )
    if named != DEFAULT:
        weighed.says(0.7, f"it asks for the scheduler {named}", f"{pod.label} spec.schedulerName")
    elif found is None:
        weighed.lacks_("no Lease of kube-scheduler was read: some clusters hide it")
    elif stale:
        holder = (
            f"{found.holder} has not renewed it for {human_duration(found.stale)} past its duration"
            if found.holder
            else "nobody holds it"
        )
        weighed.says(0.85, f"Lease kube-scheduler: {holder}", f"{found.label} spec.renewTime", found.renewed)
    else:
        weighed.denies(0.2, f"{found.holder} renews the Lease kube-scheduler", f"{found.label} spec.renewTime")
    sentence = (
        f"{names(pods)} {verb(pods, 'is')} not scheduled: scheduler {named} "
        f"{'does not exist or does not run' if named != DEFAULT else 'does not do its work'}"
    )
    remedy = Remedy(
        f"See that a scheduler {named} runs" + (f", or use {DEFAULT}" if named != DEFAULT else ""),
        (
            "kubectl get lease -n kube-system kube-scheduler -o yaml",
            "kubectl get pods -n kube-system -l component=kube-scheduler -o wide",
        ),
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in pods], remedy=remedy)
