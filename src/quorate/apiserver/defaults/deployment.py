"""Defaults of a Deployment (Kubernetes: pkg/apis/apps/v1/defaults)."""

from quorate.apiserver.defaults.sharing import filled
from quorate.apiserver.defaults.workloads import with_spec, with_template
from quorate.contract.plan import Obj

RESOURCE = "deployments.apps"
_SPEC = {"replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600}
_ROLLING = {"maxUnavailable": "25%", "maxSurge": "25%"}


def default(obj: Obj) -> Obj:
    spec = with_template(obj.get("spec") or {}, _SPEC)
    strategy = filled(spec.get("strategy") or {}, {"type": "RollingUpdate"})
    if strategy["type"] == "RollingUpdate":
        rolling = filled(strategy.get("rollingUpdate") or {}, _ROLLING)
        if rolling is not strategy.get("rollingUpdate"):
            strategy = {**strategy, "rollingUpdate": rolling}
    if strategy is not spec.get("strategy"):
        spec = {**spec, "strategy": strategy}
    return with_spec(obj, spec)
