"""What a Node is given: what can be allocated is all it has (Kubernetes: pkg/apis/core/v1, SetDefaults_NodeStatus)."""

from quorate.contract.plan import Obj

RESOURCE = "nodes"


def default(obj: Obj) -> Obj:
    status = obj.get("status") or {}
    if not status.get("capacity") or status.get("allocatable"):
        return obj
    return {**obj, "status": {**status, "allocatable": status["capacity"]}}
