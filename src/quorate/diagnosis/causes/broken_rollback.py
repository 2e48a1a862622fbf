"""The template was put right again, but a pod of the bad revision that never got ready blocks the ordered rollout.

Kubernetes waits for that pod before it replaces any, itself included (kubernetes/kubernetes#67250).
"""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Act, Finding, Remedy, Weigh
from quorate.diagnosis.podstate import PodState
from quorate.diagnosis.told import instant
from quorate.kernel.clock import SECOND
from quorate.objects.ages import human_duration

ID = "broken-rollback"
TITLE = "A pod of a bad revision blocks the rollback"
NEEDS = ("pods", "controllerrevisions.apps")
EXPLAINS = (
    "not-ready", "crash-application", "crash-command", "crash-out-of-memory", "crash-signal", "image-not-found", "image-name-invalid",
    "registry-refused", "registry-unreachable", "config-error", "config-map-missing", "secret-missing", "config-key-missing",
    "readiness-probe-wrong", "liveness-probe-wrong", "init-stuck", "insufficient-cpu", "insufficient-memory", "node-selector-unmatched",
    "insufficient-other", "slow-start", "pull-secret-missing", "node-affinity-unmatched", "bootstrap-deadlock", "taints-untolerated",
    "image-never-pulled", "mount-failed",
)  # fmt: skip


def look(case: Case) -> Finding | None:
    if case.kind != "StatefulSet" or not case.ordered or case.strategy != "RollingUpdate" or not case.update_hash:
        return None
    pod = _blocking(case)
    if pod is None:
        return None
    revision = case.hash_of(pod)
    weighed = Weigh()
    weighed.says(
        0.85,
        f"{pod.name} is not ready, and of revision {revision}, not of the newest, {case.update_hash}",
        f"{pod.label} metadata.labels[controller-revision-hash]",
        pod.since,
    )
    weighed.says(
        0.4,
        "the pod was made from that revision; the controller waits for it to become ready before it replaces any pod",
        f"{case.label} spec.podManagementPolicy",
    )
    changed, made = case.spec_changed, instant(pod.pod["metadata"].get("creationTimestamp"))
    if changed is not None and made is not None:
        if changed >= made:
            weighed.says(
                0.5,
                f"the template was changed {human_duration(changed - made)} after the pod was made",
                f"{case.label} metadata.managedFields",
                changed,
            )
        else:
            weighed.denies(
                0.3, "the template has not been written since the pod was made", f"{case.label} metadata.managedFields"
            )
    older = [p for p in case.pods if p.stage == "ready" and case.updated(p)]
    if older:
        weighed.says(0.2, f"pods of the newest revision are well ({older[0].name})")
    sentence = (
        f"{pod.name}, of the abandoned revision {revision}, never got ready and blocks {case.label} from "
        f"going to {case.update_hash}"
    )
    remedy = Remedy(
        f"The template is right by now, so delete {pod.name}: it comes back on {case.update_hash}, and the rollout "
        "goes on",
        (f"kubectl delete pod {pod.name} -n {case.namespace}",),
        "delete it only when the template is the right one: if not, it comes back as bad",
        (Act("delete-pod", pod.label, (("uid", pod.pod["metadata"].get("uid")), ("revision", revision))),),
    )
    return weighed.finding(ID, TITLE, sentence, objects=[pod.label, case.label], remedy=remedy)


def _blocking(case: Case) -> PodState | None:
    """The lowest pod that is not ready, not terminating, not below the partition, and not of the newest revision."""
    current = str(case.status.get("currentRevision") or "")
    for pod in case.pods:
        if (
            pod.fine
            or pod.stage in ("terminating", "lost", "failed")
            or case.held_back(pod)
            or pod.ordinal < case.start
        ):
            continue
        if not case.hash_of(pod) or case.updated(pod) or not pod.for_long(case.now, 20 * SECOND):
            continue
        # A pod of the revision that the set comes from is merely ill, unless the set came back to where it was.
        if case.hash_of(pod) == current and current != case.update_hash and not _abandoned(case, pod):
            continue
        return pod
    return None


def _abandoned(case: Case, pod: PodState) -> bool:
    """Whether the pod's revision never had a ready pod: then it is not the one that used to run."""
    return not any(p.stage == "ready" and case.hash_of(p) == case.hash_of(pod) for p in case.pods)
