"""A new node takes no pods before it is ready (Kubernetes: TaintNodesByCondition)."""

from quorate.apiserver.asked import Asked
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader

NOT_READY = "node.kubernetes.io/not-ready"


def admit(asked: Asked, reader: Reader) -> Obj | None:
    node = asked.obj
    if node is None or asked.subresource:
        return node
    spec = node.get("spec") or {}
    taints: list[Obj] = spec.get("taints") or []
    if any(t.get("key") == NOT_READY and t.get("effect") == "NoSchedule" for t in taints):
        return node
    return {**node, "spec": {**spec, "taints": [*taints, {"key": NOT_READY, "effect": "NoSchedule"}]}}
