"""A pod needs a claim that does not exist."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.near import nearest
from quorate.objects.pod import claim_names

ID = "claim-missing"
TITLE = "A claim does not exist"
NEEDS = ("pods", "persistentvolumeclaims", "events")
EXPLAINS = (
    "claim-pending",
    "start-silent",
    "mount-failed",
    "progress-deadline",
    "unhealthy-surge",
    "controller-backlogged",
)


def look(case: Case) -> Finding | None:
    known = case.evidence.knows("persistentvolumeclaims", case.namespace)
    for pod in case.at("unscheduled", "creating"):
        mounted = claim_names(pod.pod)
        gone = [n for n in mounted if case.evidence.get("persistentvolumeclaims", case.namespace, n) is None]
        gone = [n for n in gone if known or f'"{n}" not found' in pod.message]
        if not gone:
            continue
        name = gone[0]
        pods = [p for p in case.at("unscheduled", "creating") if name in claim_names(p.pod)]
        weighed = Weigh()
        if known:
            weighed.says(0.85, f"there is no claim {name} in {case.namespace}", f"{pod.label} spec.volumes", pod.since)
        else:
            weighed.lacks_("the claims were not read: whether it exists by now is not known")
        if f'"{name}" not found' in pod.message:
            weighed.says(0.7, f"the scheduler says so too: {pod.message}", f"{pod.label} condition PodScheduled")
        claims = [c["metadata"]["name"] for c in case.evidence.list("persistentvolumeclaims", case.namespace)]
        meant = nearest(name, claims, 1)
        templated = any(
            name == f"{t['metadata']['name']}-{pod.name}" for t in case.spec.get("volumeClaimTemplates") or ()
        )
        if templated:
            how = (
                f"it was deleted: the set makes it anew, empty, when {pod.name} is made anew. If its volume was "
                "kept (Retain), bind that first"
            )
        else:
            how = f"create it{f', or name {meant[0]}' if meant else ''}"
        sentence = f"{names(pods)} cannot start: claim {name} does not exist"
        remedy = Remedy(
            f"Claim {name}: {how}",
            (f"kubectl get pvc -n {case.namespace}", "kubectl get pv | grep Released"),
            "a claim made anew has a new, empty volume",
        )
        return weighed.finding(
            ID, TITLE, sentence, objects=[*(p.label for p in pods), f"PersistentVolumeClaim/{name}"], remedy=remedy
        )
    return None
