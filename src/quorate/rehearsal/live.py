"""Objects as a cluster shows them (`kubectl get -o yaml`), made into the manifests from which they came."""

from collections.abc import Sequence
from typing import Any

from quorate.contract.plan import Obj
from quorate.rehearsal.given import Given, name_of
from quorate.rehearsal.workload import namespace_of

BY_SERVER = (
    "uid", "resourceVersion", "generation", "creationTimestamp", "selfLink", "managedFields", "deletionTimestamp",
    "deletionGracePeriodSeconds",
)  # fmt: skip
BOUND = (
    "pv.kubernetes.io/bind-completed",
    "pv.kubernetes.io/bound-by-controller",
    "volume.kubernetes.io/selected-node",
)


def as_written(given: Sequence[Given]) -> tuple[tuple[Given, ...], list[str]]:
    """(the manifests without what a server or controller has added, what is said about those that are left out).

    An object that a server has never seen stays the same object.
    """
    kept, left_out = [], []
    claims = {name for one in given for name in _claims_of(one.obj)}
    for one in given:
        if not _is_live(one.obj):
            kept.append(one)
        elif _has_controller(one.obj) or _is_claim_of(one.obj, claims):
            left_out.append(one.obj["kind"])
        else:
            kept.append(Given(one.source, _bare(one.obj)))
    if not left_out:
        return tuple(kept), []
    kinds = ", ".join(f"{left_out.count(kind)} {kind}" for kind in sorted(set(left_out)))
    return tuple(kept), [f"what controllers have made is left out, as they make it anew: {kinds}"]


def _is_live(obj: Obj) -> bool:
    meta = obj.get("metadata")
    return isinstance(meta, dict) and bool(meta.get("uid") or meta.get("resourceVersion"))


def _has_controller(obj: Obj) -> bool:
    return any(ref.get("controller") for ref in obj["metadata"].get("ownerReferences") or () if isinstance(ref, dict))


def _claims_of(obj: Obj) -> list[tuple[str, str]]:
    """(namespace, begin of the name) of the claims that a set makes of its templates."""
    if obj.get("kind") != "StatefulSet" or not isinstance(obj.get("spec"), dict):
        return []
    templates = obj["spec"].get("volumeClaimTemplates") or ()
    names = [(t.get("metadata") or {}).get("name") for t in templates if isinstance(t, dict)]
    return [(namespace_of(obj), f"{name}-{name_of(obj)}-") for name in names]


def _is_claim_of(obj: Obj, claims: set[tuple[str, str]]) -> bool:
    if obj["kind"] != "PersistentVolumeClaim":
        return False
    base, dash, ordinal = name_of(obj).rpartition("-")
    return ordinal.isdecimal() and (namespace_of(obj), base + dash) in claims


def _bare(obj: Obj) -> Obj:
    meta = {k: v for k, v in obj["metadata"].items() if k not in (*BY_SERVER, "ownerReferences")}
    out = {k: v for k, v in {**obj, "metadata": meta}.items() if k != "status"}
    spec = obj.get("spec")
    if obj["kind"] == "Service" and isinstance(spec, dict) and spec.get("clusterIP") != "None":
        out["spec"] = _less(spec, "clusterIP", "clusterIPs")
    if obj["kind"] == "PersistentVolumeClaim" and isinstance(spec, dict):
        out["spec"] = _less(spec, "volumeName")
        meta["annotations"] = _less(meta.get("annotations") or {}, *BOUND)
    if obj["kind"] == "PersistentVolume" and isinstance(spec, dict):
        out["spec"] = _less(spec, "claimRef")
    return out


def _less(fields: Any, *names: str) -> Any:
    return {k: v for k, v in fields.items() if k not in names} if isinstance(fields, dict) else fields
