"""What a FlowSchema is given (Kubernetes: pkg/apis/flowcontrol/v1/defaults)."""

from quorate.apiserver.defaults.sharing import mapped
from quorate.contract.plan import Obj

RESOURCE = "flowschemas.flowcontrol.apiserver.k8s.io"


def default(obj: Obj) -> Obj:
    return mapped({**obj, "spec": obj.get("spec") or {}}, "spec", _spec)


def _spec(spec: Obj) -> Obj:
    return spec if spec.get("matchingPrecedence") else {**spec, "matchingPrecedence": 1000}
