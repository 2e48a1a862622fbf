"""Workloads that a dump leaves out, put together from their pods: `kubectl cluster-info dump` has no StatefulSets."""

from collections.abc import Iterable
from typing import Any

from quorate.diagnosis.workload import WORKLOADS, hash_label
from quorate.objects.collection import Collection
from quorate.objects.owners import controller_of

Obj = dict[str, Any]

OWN_LABELS = (
    "controller-revision-hash", "pod-template-hash", "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index",
    "topology.kubernetes.io/zone", "topology.kubernetes.io/region", "pod-template-generation",
)  # fmt: skip
"""Labels that a pod has for itself, not from its template."""


def stand_ins(objects: Collection, read: Iterable[str]) -> list[Obj]:
    """A stand-in for each workload that pods name as their controller and whose kind was not read at all."""
    known = set(read)
    pods_of: dict[tuple[str, str], list[Obj]] = {}
    refs: dict[tuple[str, str], Obj] = {}
    for pod in objects.list("pods"):
        ref = controller_of(pod)
        if ref is None or ref.get("kind") not in ("StatefulSet", "DaemonSet") or WORKLOADS[ref["kind"]] in known:
            continue
        at = (pod["metadata"].get("namespace", ""), ref.get("uid") or ref["name"])
        refs[at] = ref
        pods_of.setdefault(at, []).append(pod)
    return [_stand_in(refs[at], at[0], pods) for at, pods in pods_of.items()]


def _stand_in(ref: Obj, namespace: str, pods: list[Obj]) -> Obj:
    newest = max(pods, key=lambda p: str(p["metadata"].get("creationTimestamp") or ""))
    labels = {k: v for k, v in (newest["metadata"].get("labels") or {}).items() if k not in OWN_LABELS}
    hashes = {(p["metadata"].get("labels") or {}).get(hash_label(ref["kind"])) for p in pods}
    spec: Obj = {
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": newest["spec"]},
    }
    status: Obj = {}
    if ref["kind"] == "StatefulSet":
        ordinals = [int(n) for p in pods if (n := p["metadata"]["name"].rpartition("-")[2]).isdecimal()]
        spec["replicas"] = max(ordinals, default=-1) + 1
        if newest["spec"].get("subdomain"):
            spec["serviceName"] = newest["spec"]["subdomain"]
        if len(hashes) > 1:
            status["updateRevision"] = (newest["metadata"].get("labels") or {}).get(hash_label(ref["kind"])) or ""
    else:
        status["desiredNumberScheduled"] = len(pods)
    return {
        "apiVersion": ref.get("apiVersion") or "apps/v1", "kind": ref["kind"],
        "metadata": {"name": ref["name"], "namespace": namespace, "uid": ref.get("uid") or f"{ref['kind']}/{namespace}/{ref['name']}"},
        "spec": spec, "status": status,
    }  # fmt: skip
