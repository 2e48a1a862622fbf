"""The volume cannot be attached to the node."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.mounts import MULTI, waiting

ID = "volume-attach-failed"
TITLE = "The volume cannot be attached"
NEEDS = ("pods", "volumeattachments.storage.k8s.io", "events")
EXPLAINS = ("start-silent", "mount-failed", "progress-deadline", "unhealthy-surge", "bootstrap-deadlock")


def look(case: Case) -> Finding | None:
    for one in waiting(case):
        told = next((t for t in reversed(one.attach) if not MULTI.search(t.message)), None)
        errors = _errors(case, one.pod.node)
        if told is None:
            continue
        weighed = Weigh().says(0.88, told.message, f"event on {one.pod.label}", told.first)
        if errors:
            weighed.says(0.5, errors[0], "VolumeAttachment status.attachError")
        sentence = f"{one.pod.name} cannot start: its volume cannot be attached to {one.pod.node}: {told.message}"
        remedy = Remedy(
            f"See what the CSI driver says of {one.pod.node}: its controller attaches, its node plugin mounts",
            ("kubectl get volumeattachments -o yaml", "kubectl get pods -A -o wide | grep -i csi"),
        )
        return weighed.finding(ID, TITLE, sentence, objects=[one.pod.label], remedy=remedy)
    return None


def _errors(case: Case, node: str) -> list[str]:
    out = []
    for found in case.evidence.list("volumeattachments.storage.k8s.io"):
        wrong = (found.get("status") or {}).get("attachError") or {}
        if found["spec"].get("nodeName") == node and wrong.get("message"):
            out.append(str(wrong["message"]))
    return out
