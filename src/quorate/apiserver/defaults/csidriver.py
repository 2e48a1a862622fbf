"""What a CSIDriver is given (Kubernetes: pkg/apis/storage/v1/defaults)."""

from quorate.apiserver.defaults.sharing import filled
from quorate.contract.plan import Obj

RESOURCE = "csidrivers.storage.k8s.io"
_GIVEN = {
    "attachRequired": True, "podInfoOnMount": False, "storageCapacity": False, "requiresRepublish": False,
    "seLinuxMount": False, "fsGroupPolicy": "ReadWriteOnceWithFSType",
}  # fmt: skip


def default(obj: Obj) -> Obj:
    spec = filled(obj.get("spec") or {}, _GIVEN)
    if not spec.get("volumeLifecycleModes"):
        spec = {**spec, "volumeLifecycleModes": ["Persistent"]}
    return {**obj, "spec": spec}
