"""What a StorageClass is given (Kubernetes: pkg/apis/storage/v1/defaults)."""

from quorate.apiserver.defaults.sharing import filled
from quorate.contract.plan import Obj

RESOURCE = "storageclasses.storage.k8s.io"


def default(obj: Obj) -> Obj:
    return filled(obj, {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"})
