"""The provisioner tries to make the volume and fails."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.claims import begun_often, list_names, objects, pending, weigh
from quorate.diagnosis.finding import Finding, Remedy

ID = "provisioning-failed"
TITLE = "The volume cannot be made"
NEEDS = ("persistentvolumeclaims", "storageclasses.storage.k8s.io", "events")
EXPLAINS = ("claim-pending", "start-silent", "provisioner-silent", "progress-deadline", "bootstrap-deadlock")


STATIC = "kubernetes.io/no-provisioner"
"""Nobody provisions for such a class: its claims have to find a volume."""


def look(case: Case) -> Finding | None:
    found = []
    for one in pending(case):
        told = one.told("ProvisioningFailed", "ProvisioningCleanupFailed", "ExternalExpanding") or begun_often(one)
        if told is None or ("storageclass" in told.message and "not found" in told.message) or STATIC in told.message:
            continue
        since = one.told("ProvisioningSucceeded")
        if since is None or since.last < told.last:
            found.append((one, told))
    if not found:
        return None
    one, told = found[0]
    weighed, where = weigh(one, 0.3, f"claim {one.name} is Pending"), f"event on {one.label}"
    if told.reason == "Provisioning":
        # Of two events a try, the one that comes second is held back once the first has used up what may be told.
        weighed.says(0.75, f"it was begun {told.count} times, and never ended: every try fails", where, told.first)
        weighed.lacks_("why it fails is not told any more: repeated events are held back, and live for an hour")
    else:
        weighed.says(0.9, told.message, where, told.first)
    if told.count > 1:
        weighed.says(0.3, f"told {told.count} times", f"event on {one.label}", told.last)
    provisioner = (
        (one.storage_class or {}).get("provisioner")
        or (one.claim["metadata"].get("annotations") or {}).get("volume.kubernetes.io/storage-provisioner")
        or "the provisioner"
    )
    waiting = [f for f, _ in found]
    sentence = f"claim {list_names(waiting)} cannot be bound: {provisioner} fails to make its volume"
    if told.reason != "Provisioning":
        sentence += f": {told.message}"
    remedy = Remedy(
        f"Correct what {provisioner} complains of (quota of the storage, parameters of the class, its "
        "credentials): it tries again by itself",
        (f"kubectl describe pvc {one.name} -n {case.namespace}", f"kubectl get storageclass {one.class_name} -o yaml"),
    )
    return weighed.finding(ID, TITLE, sentence, objects=objects(case, waiting), remedy=remedy)
