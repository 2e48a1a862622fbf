"""The claim names a storage class that does not exist."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.claims import CLASSES, list_names, names_class, objects, pending, weigh
from quorate.diagnosis.finding import Finding, Remedy
from quorate.diagnosis.near import nearest

ID = "storage-class-missing"
TITLE = "The storage class does not exist"
NEEDS = ("persistentvolumeclaims", "storageclasses.storage.k8s.io", "events")
EXPLAINS = (
    "claim-pending",
    "start-silent",
    "provisioner-silent",
    "provisioning-failed",
    "no-matching-volume",
    "claim-missing",
    "progress-deadline",
    "bootstrap-deadlock",
)


def look(case: Case) -> Finding | None:
    known = case.evidence.knows(CLASSES)
    found = []
    for one in pending(case):
        told = one.told("ProvisioningFailed")
        says = told is not None and "storageclass" in told.message and "not found" in told.message
        if names_class(one.claim) and not one.volume_name and one.storage_class is None and (says or known):
            found.append((one, told if says else None))
    if not found:
        return None
    one, told = found[0]
    weighed = weigh(one, 0.3, f"claim {one.name} is Pending")
    if known:
        weighed.says(0.9, f"there is no storage class {one.class_name}", f"{one.label} spec.storageClassName")
    else:
        weighed.lacks_("the storage classes were not read: whether it exists by now is not known")
    if told is not None:
        weighed.says(0.8, told.message, f"event on {one.label}", told.first)
    classes = [c["metadata"]["name"] for c in case.evidence.list(CLASSES)]
    meant = nearest(one.class_name, classes, 1)
    there = f"; there {'is' if len(classes) == 1 else 'are'} {', '.join(classes)}" if classes else ""
    waiting = [f for f, _ in found]
    remedy = Remedy(
        f"Create the class {one.class_name}"
        + (f" (or was {meant[0]} meant?)" if meant else "")
        + ". A claim's class cannot be changed: "
        "to use another one, delete the claim while it is empty, and correct the template by re-creating the set "
        "without its pods",
        (
            "kubectl get storageclass",
            f"kubectl delete {case.resource} -n {case.namespace} --cascade=orphan   # then apply it with the right "
            "storageClassName",
            f"kubectl delete pvc {one.name} -n {case.namespace}   # Pending: it holds no data",
        ),
        "volumeClaimTemplates are immutable",
    )
    sentence = f"claim {list_names(waiting)} cannot be bound: storage class {one.class_name} does not exist{there}"
    return weighed.finding(ID, TITLE, sentence, objects=objects(case, waiting), remedy=remedy)
