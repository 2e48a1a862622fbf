"""What is asked about: a workload with its pods and revisions, or a pod or claim that stands alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from quorate.diagnosis.evidence import Evidence
from quorate.objects.owners import controller_of
from quorate.objects.pod import is_finished, is_terminating
from quorate.objects.selectors import selector

Obj = dict[str, Any]

WORKLOADS = {
    "StatefulSet": "statefulsets.apps", "Deployment": "deployments.apps", "DaemonSet": "daemonsets.apps",
    "ReplicaSet": "replicasets.apps", "Job": "jobs.batch", "ReplicationController": "replicationcontrollers",
}  # fmt: skip
ALONE = {"Pod": "pods", "PersistentVolumeClaim": "persistentvolumeclaims"}
KINDS = WORKLOADS | ALONE
"""Kinds that can be diagnosed, and their resources."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One template that pods were or are made from: a ControllerRevision or a ReplicaSet.

    `hash` is what the pods of it carry in their label, `number` its place in the history.
    """

    obj: Obj
    hash: str
    number: int

    @property
    def name(self) -> str:
        return str(self.obj["metadata"]["name"])


def hash_label(kind: str) -> str:
    return "pod-template-hash" if kind in ("Deployment", "ReplicaSet") else "controller-revision-hash"


def revisions_of(evidence: Evidence, obj: Obj) -> list[Revision]:
    """Oldest first."""
    kind = obj["kind"]
    if kind == "Deployment":
        return sorted(
            (
                Revision(rs, _label(rs, "pod-template-hash"), _annotated(rs))
                for rs in evidence.owned("replicasets.apps", obj)
            ),
            key=lambda r: r.number,
        )
    if kind in ("StatefulSet", "DaemonSet"):
        found = evidence.owned("controllerrevisions.apps", obj)
        out = [Revision(cr, _hash(cr, kind), int(cr.get("revision") or 0)) for cr in found]
        return sorted(out, key=lambda r: r.number)
    return []


def _hash(revision: Obj, kind: str) -> str:
    # Pods of a StatefulSet carry the revision's name, those of a DaemonSet its hash.
    return str(revision["metadata"]["name"]) if kind == "StatefulSet" else _label(revision, "controller-revision-hash")


def _label(obj: Obj, name: str) -> str:
    return str((obj["metadata"].get("labels") or {}).get(name) or "")


def _annotated(replica_set: Obj) -> int:
    text = str((replica_set["metadata"].get("annotations") or {}).get("deployment.kubernetes.io/revision") or "0")
    return int(text) if text.isdecimal() else 0


def pods_of(evidence: Evidence, obj: Obj) -> list[Obj]:
    """The pods that the workload controls, by name."""
    if obj["kind"] == "Pod":
        return [obj]
    if obj["kind"] == "PersistentVolumeClaim":
        meta = obj["metadata"]
        return list(evidence.objects.indexed("pods", "claim", f"{meta.get('namespace', '')}/{meta['name']}"))
    owners: Sequence[Obj] = [obj]
    if obj["kind"] == "Deployment":
        owners = evidence.owned("replicasets.apps", obj)
        if not owners and not evidence.knows("replicasets.apps", obj["metadata"].get("namespace", "")):
            return sorted(_by_name(evidence, obj), key=lambda p: str(p["metadata"]["name"]))
    found = [pod for owner in owners for pod in evidence.owned("pods", owner)]
    return sorted(found, key=lambda p: str(p["metadata"]["name"]))


def _by_name(evidence: Evidence, deployment: Obj) -> list[Obj]:
    """A Deployment's pods where its ReplicaSets were not read: these are named after it and the hash that pods carry."""
    meta, out = deployment["metadata"], []
    picks = selector(deployment["spec"].get("selector"))
    for pod in evidence.list("pods", meta.get("namespace", "")):
        ref, labels = controller_of(pod), pod["metadata"].get("labels") or {}
        named = f"{meta['name']}-{labels.get('pod-template-hash')}"
        if ref is not None and ref.get("kind") == "ReplicaSet" and ref.get("name") == named and picks.matches(labels):
            out.append(pod)
    return out


def made_from(pod: Obj, template: Obj) -> bool:
    """Whether a pod looks as if it was made from this template, by what admission does not usually change."""
    meta, wanted_meta = pod["metadata"], template.get("metadata") or {}
    for field in ("labels", "annotations"):
        there = meta.get(field) or {}
        if any(there.get(k) != v for k, v in (wanted_meta.get(field) or {}).items()):
            return False
    running = {c.get("name"): c for c in pod["spec"].get("containers") or ()}
    for container in (template.get("spec") or {}).get("containers") or ():
        mine = running.get(container.get("name")) or {}
        if any(mine.get(field) != container.get(field) for field in ("image", "command", "args")):
            return False
    return True


def wanted(obj: Obj) -> int:
    """How many pods there should be."""
    spec, status = obj["spec"], obj.get("status") or {}
    match obj["kind"]:
        case "DaemonSet":
            return int(status.get("desiredNumberScheduled") or 0)
        case "Job":
            return 0 if spec.get("suspend") or _over(status) else int(spec.get("parallelism", 1))
        case "Pod":
            return 0 if is_finished(obj) or is_terminating(obj) else 1
        case "PersistentVolumeClaim":
            return 0
        case _:
            replicas = spec.get("replicas")
            return 1 if replicas is None else int(replicas)


def _over(status: Obj) -> bool:
    """Whether a Job has completed or given up."""
    ends = ("Complete", "Failed")
    return any(c.get("type") in ends and c.get("status") == "True" for c in status.get("conditions") or ())


def workload_of(evidence: Evidence, obj: Obj) -> Obj:
    """The workload that an object belongs to, by its controllers; the object itself when nobody known controls it."""
    for _ in range(4):
        ref = controller_of(obj)
        if ref is None or ref.get("kind") not in WORKLOADS:
            return obj
        owner = evidence.get(WORKLOADS[ref["kind"]], obj["metadata"].get("namespace", ""), ref.get("name") or "")
        if owner is None and ref["kind"] == "ReplicaSet":
            return _deployment_by_name(evidence, obj, str(ref.get("name") or "")) or obj
        if owner is None or (ref.get("uid") and owner["metadata"]["uid"] != ref["uid"]):
            return obj
        obj = owner
    return obj


def _deployment_by_name(evidence: Evidence, pod: Obj, replica_set: str) -> Obj | None:
    """The Deployment whose ReplicaSet, that was not read, would have this name."""
    hashed = (pod["metadata"].get("labels") or {}).get("pod-template-hash")
    if not hashed or not replica_set.endswith(f"-{hashed}"):
        return None
    space = pod["metadata"].get("namespace", "")
    if evidence.knows("replicasets.apps", space):
        return None
    return evidence.get("deployments.apps", space, replica_set.removesuffix(f"-{hashed}"))


def claim_owner(evidence: Evidence, claim: Obj) -> Obj:
    """The StatefulSet whose template made the claim, or the workload of a pod that mounts it; else the claim."""
    meta = claim["metadata"]
    for pod in evidence.objects.indexed("pods", "claim", f"{meta.get('namespace', '')}/{meta['name']}"):
        return workload_of(evidence, pod)
    for one in evidence.list("statefulsets.apps", meta.get("namespace", "")):
        for template in one["spec"].get("volumeClaimTemplates") or ():
            head = f"{template['metadata']['name']}-{one['metadata']['name']}-"
            if meta["name"].startswith(head) and meta["name"][len(head) :].isdecimal():
                return one
    return claim
