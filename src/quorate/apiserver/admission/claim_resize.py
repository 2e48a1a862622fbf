"""A claim may grow only if its class says so (Kubernetes: PersistentVolumeClaimResize)."""

from quorate.apiserver.admission.refusal import refused
from quorate.apiserver.asked import Asked
from quorate.contract.ports import Reader
from quorate.objects.claims import class_name, requested
from quorate.objects.quantity import compare

CLASSES = "storageclasses.storage.k8s.io"
_WHY = (
    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
)


def check(asked: Asked, reader: Reader) -> None:
    """Raises Refused (403)."""
    new, old = asked.obj, asked.old
    if asked.subresource or new is None or old is None or new["spec"] is old["spec"]:
        return
    if compare(requested(new), requested(old)) <= 0:
        return
    if (old.get("status") or {}).get("phase") != "Bound":
        raise refused(asked, "Only bound persistent volume claims can be expanded")
    name = class_name(new)
    found = reader.get(CLASSES, "", name) if name and name == class_name(old) else None
    if found is None or not found.get("allowVolumeExpansion"):
        raise refused(asked, _WHY)
