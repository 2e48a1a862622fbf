"""The volume is still attached to another node, and can be attached to one only."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.mounts import MULTI, waiting
from quorate.objects.pod import claim_names

ID = "volume-multi-attach"
TITLE = "The volume is still attached elsewhere"
NEEDS = ("pods", "persistentvolumeclaims", "persistentvolumes", "volumeattachments.storage.k8s.io", "events", "nodes")
EXPLAINS = (
    "start-silent",
    "volume-attach-failed",
    "mount-failed",
    "progress-deadline",
    "unhealthy-surge",
    "bootstrap-deadlock",
)

ATTACHMENTS = "volumeattachments.storage.k8s.io"


def look(case: Case) -> Finding | None:
    for one in waiting(case):
        told = next((t for t in reversed(one.attach) if MULTI.search(t.message)), None)
        held = _held_elsewhere(case, one.pod.node, claim_names(one.pod.pod))
        if told is None and not (held and one.attach):
            continue
        pod, weighed = one.pod, Weigh()
        if told is not None:
            weighed.says(0.9, told.message, f"event on {pod.label}", told.first)
        if held:
            weighed.says(0.6, f"volume {held[0]} is attached to {held[1]}", f"VolumeAttachment of {held[0]}")
        elif not case.evidence.knows(ATTACHMENTS):
            weighed.lacks_("the VolumeAttachments were not read: where it is attached is not known")
        node = case.evidence.get("nodes", "", held[1]) if held else None
        lost = node is not None and held is not None and held[1] in case.silent_nodes
        what = f"is still attached to {held[1]}" if held else "is still attached to another node"
        remedy = Remedy(
            "Wait for the old pod to end and the volume to be detached: after 6 minutes it is forced, for a pod "
            "that is gone on a node that "
            "is not ready" + (". The node does not answer: see to it first" if lost else ""),
            ("kubectl get volumeattachments", f"kubectl get pods -n {case.namespace} -o wide"),
            "a Deployment with a ReadWriteOnce volume needs strategy Recreate: two pods of a rolling update never "
            "share it",
        )
        return weighed.finding(
            ID, TITLE, f"{pod.name} cannot start on {pod.node}: its volume {what}", objects=[pod.label], remedy=remedy
        )
    return None


def _held_elsewhere(case: Case, node: str, claims: list[str]) -> tuple[str, str] | None:
    """(volume, node) of an attachment of the pod's volumes to another node."""
    volumes = set()
    for name in claims:
        claim = case.evidence.get("persistentvolumeclaims", case.namespace, name)
        if claim is not None:
            volumes.add(claim["spec"].get("volumeName"))
    for found in case.evidence.list(ATTACHMENTS):
        volume = (found["spec"].get("source") or {}).get("persistentVolumeName")
        if volume in volumes and found["spec"].get("nodeName") != node:
            return str(volume), str(found["spec"].get("nodeName"))
    return None
