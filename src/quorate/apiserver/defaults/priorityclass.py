"""What a PriorityClass is given (Kubernetes: pkg/apis/scheduling/v1/defaults)."""

from quorate.apiserver.defaults.sharing import filled
from quorate.contract.plan import Obj

RESOURCE = "priorityclasses.scheduling.k8s.io"


def default(obj: Obj) -> Obj:
    return filled(obj, {"preemptionPolicy": "PreemptLowerPriority"})
