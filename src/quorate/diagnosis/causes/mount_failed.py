"""The node cannot mount the pod's volumes, for a reason other than a missing object or an attachment."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.mounts import DENIED, OBJECTS, waiting

ID = "mount-failed"
TITLE = "The volume cannot be mounted"
NEEDS = ("pods", "events")
EXPLAINS = ("start-silent", "progress-deadline", "unhealthy-surge", "bootstrap-deadlock")


def look(case: Case) -> Finding | None:
    for one in waiting(case):
        told = next((t for t in reversed(one.mount) if not OBJECTS.search(t.message)), None)
        if told is None or "is not bound" in told.message:
            continue
        weighed = Weigh().says(0.82, told.message, f"event on {one.pod.label}", told.first)
        if told.count > 1:
            weighed.says(0.2, f"told {told.count} times", f"event on {one.pod.label}", told.last)
        denied = bool(DENIED.search(told.message))
        sentence = (
            f"{one.pod.name} cannot start: its node {'may not mount' if denied else 'cannot mount'} its "
            f"volume: {told.message}"
        )
        remedy = Remedy(
            "Check the permissions of the export or directory, and securityContext.fsGroup"
            if denied
            else "Correct what the mount complains of: file system, driver on the node, network to the storage",
            (
                f"kubectl describe pod {one.pod.name} -n {case.namespace}",
                f"kubectl get pods -A -o wide --field-selector spec.nodeName={one.pod.node} | grep -i csi",
            ),
        )
        return weighed.finding(ID, TITLE, sentence, objects=[one.pod.label], remedy=remedy)
    return None
