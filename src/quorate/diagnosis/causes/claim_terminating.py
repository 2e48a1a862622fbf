"""A claim is being deleted, and goes as soon as no pod uses it: pods made anew cannot start with it."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.told import instant
from quorate.objects.ages import human_duration

ID = "claim-terminating"
TITLE = "A claim is being deleted"
NEEDS = ("persistentvolumeclaims", "persistentvolumes", "pods")
EXPLAINS = ("claim-pending", "start-silent", "mount-failed", "provisioner-silent", "not-ready", "bootstrap-deadlock")


def look(case: Case) -> Finding | None:
    going = [c for c in case.claims if c["metadata"].get("deletionTimestamp")]
    if not going:
        return None
    claim = going[0]
    name, at = claim["metadata"]["name"], instant(claim["metadata"]["deletionTimestamp"])
    age = f" for {human_duration(case.now - at)}" if at is not None else ""
    weighed = Weigh().says(
        0.85, f"claim {name} has a deletionTimestamp{age}", f"PersistentVolumeClaim/{name} metadata", at
    )
    finalizers = claim["metadata"].get("finalizers") or []
    users = case.users_of(claim)
    if "kubernetes.io/pvc-protection" in finalizers and users:
        weighed.says(
            0.4,
            f"it is kept only because {users[0].name} uses it (kubernetes.io/pvc-protection)",
            f"PersistentVolumeClaim/{name} metadata.finalizers",
        )
    elif finalizers:
        weighed.says(
            0.3, f"its finalizers {', '.join(finalizers)} keep it", f"PersistentVolumeClaim/{name} metadata.finalizers"
        )
    waiting = [p for p in users if not p.fine]
    if waiting:
        weighed.says(0.4, f"{waiting[0].name} cannot start with it", waiting[0].label)
    volume = case.evidence.get("persistentvolumes", "", claim["spec"].get("volumeName") or "")
    policy = (volume or {"spec": {}})["spec"].get("persistentVolumeReclaimPolicy")
    fate = (
        "is kept"
        if policy == "Retain"
        else "is deleted with it"
        if policy == "Delete"
        else "follows its reclaim policy"
    )
    sentence = (
        f"claim {', '.join(c['metadata']['name'] for c in going)} is being deleted{age}: when its pod ends "
        f"it goes, and its volume {fate}"
    )
    save = f'kubectl patch pv {claim["spec"].get("volumeName")} -p \'{{"spec":{{"persistentVolumeReclaimPolicy":"Retain"}}}}\''
    remedy = Remedy(
        "A deletion cannot be taken back. To keep the data, set its volume to Retain now, before the pod ends; "
        "then let the claim go, and "
        "bind the volume to the new claim",
        (save, f"kubectl get pvc {name} -n {case.namespace} -o yaml"),
        "emptying metadata.finalizers by hand deletes the claim (and with Delete its data) under a pod that still "
        "writes to it",
    )
    return weighed.finding(
        ID, TITLE, sentence, objects=[f"PersistentVolumeClaim/{name}", *(p.label for p in waiting)], remedy=remedy
    )
