"""A claim was asked to grow and has not: the driver cannot, or the file system waits for a restart of the pod."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Finding, Remedy, Severity, Weigh
from quorate.diagnosis.told import instant
from quorate.kernel.clock import MINUTE
from quorate.objects.claims import class_name, requested
from quorate.objects.quantity import compare

ID = "volume-resize-pending"
TITLE = "A claim has not grown as asked"
NEEDS = ("persistentvolumeclaims", "storageclasses.storage.k8s.io", "events")
EXPLAINS = ()


def look(case: Case) -> Finding | None:
    for claim in case.claims:
        status = claim.get("status") or {}
        has = (status.get("capacity") or {}).get("storage")
        if has is None or compare(requested(claim), has) <= 0:
            continue
        name, weighed = claim["metadata"]["name"], Weigh()
        conditions = {c.get("type"): c for c in status.get("conditions") or ()}
        failed = [t for t in case.events_of(claim) if t.reason in ("VolumeResizeFailed", "FileSystemResizeFailed")]
        since = next((instant(c.get("lastTransitionTime")) for c in conditions.values()), None)
        weighed.says(
            0.5,
            f"claim {name} asks for {requested(claim)} and has {has}",
            f"PersistentVolumeClaim/{name} status.capacity",
            since,
        )
        severity: Severity = "problem"
        if failed:
            weighed.says(0.85, failed[-1].message, f"event on PersistentVolumeClaim/{name}", failed[-1].first)
            what = f"the driver fails: {failed[-1].message}"
        elif "FileSystemResizePending" in conditions:
            weighed.says(
                0.6,
                "FileSystemResizePending: the volume has grown, its file system waits for the node",
                f"PersistentVolumeClaim/{name} status.conditions",
            )
            what = "its file system grows when the node mounts it next"
        else:
            if since is not None and case.now - since < 5 * MINUTE:
                severity = "notice"
            weighed.says(0.2, "no failure is told")
            what = "the driver has not done it yet"
        remedy = Remedy(
            "Restart the pod if only the file system waits; otherwise see whether the storage class and its "
            "driver allow expansion",
            (
                f"kubectl describe pvc {name} -n {case.namespace}",
                f"kubectl get storageclass {class_name(claim)} -o jsonpath='{{.allowVolumeExpansion}}'",
            ),
        )
        return weighed.finding(
            ID,
            TITLE,
            f"claim {name} has not grown to {requested(claim)}: {what}",
            objects=[f"PersistentVolumeClaim/{name}"],
            severity=severity,
            remedy=remedy,
        )
    return None
