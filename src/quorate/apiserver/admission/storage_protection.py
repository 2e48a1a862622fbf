"""Claims and volumes in use are not simply gone when they are deleted (Kubernetes: StorageObjectInUseProtection).

The finalizers are taken away by the protection controllers once nobody uses the object any more.
"""

from quorate.apiserver.asked import Asked
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.objects.claims import CLAIM_PROTECTION, VOLUME_PROTECTION

FINALIZERS = {
    "persistentvolumeclaims": CLAIM_PROTECTION, "persistentvolumes": VOLUME_PROTECTION,
    "volumeattributesclasses.storage.k8s.io": "kubernetes.io/vac-protection",
}  # fmt: skip


def admit(asked: Asked, reader: Reader) -> Obj | None:
    obj = asked.obj
    if obj is None or asked.subresource:
        return obj
    wanted, meta = FINALIZERS[asked.resource], obj["metadata"]
    has: list[str] = meta.get("finalizers") or []
    if wanted in has:
        return obj
    return {**obj, "metadata": {**meta, "finalizers": [*has, wanted]}}
