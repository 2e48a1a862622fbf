"""Defaults of a DaemonSet (Kubernetes: pkg/apis/apps/v1/defaults)."""

from quorate.apiserver.defaults.sharing import filled
from quorate.apiserver.defaults.workloads import with_spec, with_template
from quorate.contract.plan import Obj

RESOURCE = "daemonsets.apps"
_ROLLING = {"maxUnavailable": 1, "maxSurge": 0}


def default(obj: Obj) -> Obj:
    spec = with_template(obj.get("spec") or {}, {"revisionHistoryLimit": 10})
    strategy = filled(spec.get("updateStrategy") or {}, {"type": "RollingUpdate"})
    if strategy["type"] == "RollingUpdate":
        rolling = filled(strategy.get("rollingUpdate") or {}, _ROLLING)
        if rolling is not strategy.get("rollingUpdate"):
            strategy = {**strategy, "rollingUpdate": rolling}
    if strategy is not spec.get("updateStrategy"):
        spec = {**spec, "updateStrategy": strategy}
    return with_spec(obj, spec)
