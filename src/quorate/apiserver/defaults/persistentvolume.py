"""What a PersistentVolume is given (Kubernetes: pkg/apis/core/v1/defaults; the strategy's PrepareForCreate)."""

from quorate.apiserver.defaults.sharing import filled, mapped
from quorate.contract.plan import Obj

RESOURCE = "persistentvolumes"


def default(obj: Obj) -> Obj:
    spec = filled(obj.get("spec") or {}, {"persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem"})
    out = {**obj, "spec": mapped(mapped(spec, "hostPath", _host_path), "iscsi", _iscsi)}
    status = obj.get("status") or {}
    created = obj["metadata"].get("creationTimestamp")
    if status.get("phase") == "Pending" and "lastPhaseTransitionTime" not in status and created:
        # A volume enters its first phase when it is made.
        out["status"] = {**status, "lastPhaseTransitionTime": created}
    return out


def _host_path(source: Obj) -> Obj:
    return source if source.get("type") is not None else {**source, "type": ""}


def _iscsi(source: Obj) -> Obj:
    return filled(source, {"iscsiInterface": "default"})
