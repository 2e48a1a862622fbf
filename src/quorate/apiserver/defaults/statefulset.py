"""Defaults of a StatefulSet (Kubernetes: pkg/apis/apps/v1/defaults)."""

from quorate.apiserver.defaults.pod_spec import default_template
from quorate.apiserver.defaults.sharing import every, filled, mapped
from quorate.apiserver.defaults.volumes import default_claim_spec
from quorate.contract.plan import Obj

RESOURCE = "statefulsets.apps"
_SPEC = {"replicas": 1, "revisionHistoryLimit": 10, "podManagementPolicy": "OrderedReady"}
_RETAIN = {"whenDeleted": "Retain", "whenScaled": "Retain"}


def default(obj: Obj) -> Obj:
    spec = obj.get("spec") or {}
    out = filled(spec, _SPEC)
    if out.get("serviceName") is None:
        out = {**out, "serviceName": ""}
    template = out.get("template") or {}
    new = default_template(template)
    if new is not out.get("template"):
        out = {**out, "template": new}
    strategy = out.get("updateStrategy") or {}
    wanted = _strategy(strategy)
    if wanted is not out.get("updateStrategy"):
        out = {**out, "updateStrategy": wanted}
    retention = out.get("persistentVolumeClaimRetentionPolicy") or {}
    kept = filled(retention, _RETAIN)
    if kept is not out.get("persistentVolumeClaimRetentionPolicy"):
        out = {**out, "persistentVolumeClaimRetentionPolicy": kept}
    out = every(out, "volumeClaimTemplates", _claim)
    return obj if out is obj.get("spec") else {**obj, "spec": out}


def _strategy(strategy: Obj) -> Obj:
    """A type written without rollingUpdate keeps that absent: such a set has no partition, not a partition of 0."""
    if not strategy.get("type"):
        strategy = {"rollingUpdate": {}, **strategy, "type": "RollingUpdate"}
    rolling = strategy.get("rollingUpdate")
    if strategy["type"] != "RollingUpdate" or rolling is None or rolling.get("partition") is not None:
        return strategy
    return {**strategy, "rollingUpdate": {**rolling, "partition": 0}}


def _claim(claim: Obj) -> Obj:
    out = filled(claim, {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {}, "spec": {}, "status": {}})
    out = mapped(out, "spec", default_claim_spec)
    return mapped(out, "status", _claim_status)


def _claim_status(status: Obj) -> Obj:
    return filled(status, {"phase": "Pending"})
