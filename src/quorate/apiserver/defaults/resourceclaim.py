"""What requests for devices are given (Kubernetes: pkg/apis/resource/v1/defaults)."""

from quorate.apiserver.defaults.sharing import every, filled, mapped
from quorate.contract.plan import Obj

RESOURCE = "resourceclaims.resource.k8s.io"


def default(obj: Obj) -> Obj:
    return mapped(obj, "spec", claim_spec)


def claim_spec(spec: Obj) -> Obj:
    return mapped(spec, "devices", lambda devices: every(devices, "requests", _request))


def _request(request: Obj) -> Obj:
    return every(mapped(request, "exactly", _wanted), "firstAvailable", _wanted)


def _wanted(request: Obj) -> Obj:
    request = filled(request, {"allocationMode": "ExactCount"})
    if request["allocationMode"] == "ExactCount" and not request.get("count"):
        request = {**request, "count": 1}
    return every(request, "tolerations", lambda toleration: filled(toleration, {"operator": "Equal"}))
