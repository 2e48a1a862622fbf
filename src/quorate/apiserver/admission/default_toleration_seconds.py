"""A pod puts up with a lost node for five minutes unless it says otherwise (Kubernetes: DefaultTolerationSeconds)."""

from quorate.apiserver.asked import Asked
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader

SECONDS = 300
LOST = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


def admit(asked: Asked, reader: Reader) -> Obj | None:
    pod = asked.obj
    if pod is None or asked.subresource:
        return pod
    spec = pod["spec"]
    tolerations: list[Obj] = spec.get("tolerations") or []
    missing = [key for key in LOST if not any(_tolerates(t, key) for t in tolerations)]
    if not missing:
        return pod
    added = [{"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": SECONDS} for key in missing]
    return {**pod, "spec": {**spec, "tolerations": [*tolerations, *added]}}


def _tolerates(toleration: Obj, key: str) -> bool:
    return (toleration.get("key") or key) == key and (toleration.get("effect") or "NoExecute") == "NoExecute"
