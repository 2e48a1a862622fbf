"""A claim that names no storage class gets the default one, if there is one (Kubernetes: DefaultStorageClass)."""

from quorate.apiserver.asked import Asked
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.objects.claims import default_class, has_class

CLASSES = "storageclasses.storage.k8s.io"


def admit(asked: Asked, reader: Reader) -> Obj | None:
    claim = asked.obj
    if claim is None or asked.subresource or not claim.get("spec") or has_class(claim):
        return claim
    found = default_class(reader.list(CLASSES))
    if found is None:
        return claim
    return {**claim, "spec": {**claim["spec"], "storageClassName": found["metadata"]["name"]}}
