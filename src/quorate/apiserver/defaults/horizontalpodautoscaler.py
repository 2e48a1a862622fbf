"""Defaults of a HorizontalPodAutoscaler (Kubernetes: pkg/apis/autoscaling/v2/defaults)."""

from quorate.apiserver.defaults.sharing import filled, mapped
from quorate.apiserver.defaults.workloads import with_spec
from quorate.contract.plan import Obj

RESOURCE = "horizontalpodautoscalers.autoscaling"
_CPU = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}
_FOUR_PODS = {"type": "Pods", "value": 4, "periodSeconds": 15}
_DOUBLE = {"type": "Percent", "value": 100, "periodSeconds": 15}
_UP = {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": [_FOUR_PODS, _DOUBLE]}
_DOWN = {"selectPolicy": "Max", "policies": [_DOUBLE]}


def default(obj: Obj) -> Obj:
    spec = filled(obj.get("spec") or {}, {"minReplicas": 1})
    if not spec.get("metrics"):
        spec = {**spec, "metrics": [_CPU]}
    return with_spec(obj, mapped(spec, "behavior", _behavior))


def _behavior(behavior: Obj) -> Obj:
    out = filled(behavior, {"scaleUp": {}, "scaleDown": {}})
    return mapped(mapped(out, "scaleUp", _up), "scaleDown", _down)


def _up(rules: Obj) -> Obj:
    return filled(rules, _UP)


def _down(rules: Obj) -> Obj:
    return filled(rules, _DOWN)
