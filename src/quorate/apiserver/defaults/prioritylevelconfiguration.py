"""What a PriorityLevelConfiguration is given (Kubernetes: pkg/apis/flowcontrol/v1/defaults)."""

from typing import Any

from quorate.apiserver.defaults.sharing import filled, mapped
from quorate.contract.plan import Obj

RESOURCE = "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io"
_QUEUING = {"handSize": 8, "queues": 64, "queueLengthLimit": 50}


def default(obj: Obj) -> Obj:
    return mapped(obj, "spec", _spec)


def _spec(spec: Obj) -> Obj:
    if spec.get("type") == "Exempt":
        given = spec.get("exempt") or {}
        return {**spec, "exempt": filled(given, {"nominalConcurrencyShares": 0, "lendablePercent": 0})}
    return mapped(spec, "limited", _limited)


def _limited(limited: Obj) -> Obj:
    done = filled(limited, {"nominalConcurrencyShares": 30, "lendablePercent": 0})
    return mapped(done, "limitResponse", lambda response: mapped(response, "queuing", _queuing))


def _queuing(queuing: Any) -> Any:
    return {**queuing, **{field: queuing.get(field) or most for field, most in _QUEUING.items()}}
