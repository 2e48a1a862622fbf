"""Removes a claim that no pod uses and no set wants. It is never offered: it has to be named, and --yes given."""

from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.steps import CannotFix, Fix, Remove, Step, ref_of
from quorate.diagnosis.reading import Wanted
from quorate.diagnosis.workload import wanted
from quorate.objects.claims import class_name, requested
from quorate.objects.pod import claim_names

Obj = dict[str, Any]

ID = "remove-claim"
TITLE = "Remove an orphan claim"
TAKES = {"claim": "its name"}
NEEDS = (
    Wanted("persistentvolumes", "cluster"), Wanted("volumeattachments.storage.k8s.io", "cluster"), Wanted("jobs.batch"),
    Wanted("cronjobs.batch"),
)  # fmt: skip


def plan(asked: Asked) -> Fix:
    case = asked.case
    claim = asked.object("PersistentVolumeClaim", "persistentvolumeclaims", "claim")
    name = claim["metadata"]["name"]
    if claim["metadata"].get("deletionTimestamp"):
        raise CannotFix(f"claim {name} is being deleted already")
    for resource in ("pods", "persistentvolumes", *MOUNTING):
        if not case.evidence.knows(resource, case.namespace):
            raise CannotFix(f"{resource} could not be read: whether anybody needs claim {name} is not known")
    owners = claim["metadata"].get("ownerReferences") or ()
    if owners:
        raise CannotFix(
            f"claim {name} is no orphan: {owners[0]['kind']}/{owners[0].get('name')} owns it, and takes it along when it goes"
        )
    user = _user(case, name)
    if user:
        raise CannotFix(f"claim {name} is no orphan: {user}")
    volume = case.evidence.get("persistentvolumes", "", claim["spec"].get("volumeName") or "")
    policy = (volume or {"spec": {}})["spec"].get("persistentVolumeReclaimPolicy")
    lost = policy != "Retain"
    says = f"remove claim {name}"
    risk = (
        f"its volume {claim['spec'].get('volumeName') or '(none)'} is deleted with it: the data is gone for good"
        if lost
        else "its volume is kept (Retain), released and bound to nobody"
    )
    return Fix(
        ID, says, (Step(says, Remove(ref_of(claim, "persistentvolumeclaims")), claim),), (risk,), _holds(claim, volume), needs_yes=True
    )  # fmt: skip


def _holds(claim: Obj, volume: Obj | None) -> tuple[str, ...]:
    meta, status = claim["metadata"], claim.get("status") or {}
    size = (status.get("capacity") or {}).get("storage") or requested(claim)
    made = f"it was made {meta.get('creationTimestamp') or 'at an unknown time'}, and is {status.get('phase') or 'of unknown phase'}"
    out = [f"claim {meta['name']} holds {size} of class {class_name(claim) or '(none)'}", made]
    if volume is not None:
        spec = volume["spec"]
        driver = (spec.get("csi") or {}).get("driver")
        source = (
            f"csi {driver}, handle {spec['csi'].get('volumeHandle')}"
            if driver
            else ", ".join(k for k in spec if k in SOURCES)
        )
        out.append(
            f"volume {volume['metadata']['name']} ({source or 'of unknown source'}), reclaim policy {spec.get('persistentVolumeReclaimPolicy')}"
        )
    else:
        out.append("its volume was not found: what becomes of it is not known")
    return tuple(out)


MOUNTING = (
    "statefulsets.apps",
    "deployments.apps",
    "daemonsets.apps",
    "replicasets.apps",
    "jobs.batch",
    "cronjobs.batch",
)
"""Workloads whose template may name a claim."""
SOURCES = (
    "hostPath",
    "local",
    "nfs",
    "iscsi",
    "fc",
    "awsElasticBlockStore",
    "gcePersistentDisk",
    "azureDisk",
    "cephfs",
    "rbd",
)


def _user(case: Case, name: str) -> str | None:
    """Who needs the claim: a pod that mounts it, a workload that would make such a pod, a set that would give it to a replica."""
    pods = case.evidence.objects.indexed("pods", "claim", f"{case.namespace}/{name}")
    if pods:
        return f"pod {pods[0]['metadata']['name']} mounts it"
    for resource in MOUNTING:
        for workload in case.evidence.list(resource, case.namespace):
            spec: Obj = workload["spec"]
            spec = (spec.get("jobTemplate") or {}).get("spec") or spec
            if name in claim_names({"spec": (spec.get("template") or {}).get("spec") or {}}):
                return f"{workload['kind']} {workload['metadata']['name']} mounts it"
    for one in case.evidence.list("statefulsets.apps", case.namespace):
        start = int((one["spec"].get("ordinals") or {}).get("start") or 0)
        for template in one["spec"].get("volumeClaimTemplates") or ():
            head = f"{template['metadata']['name']}-{one['metadata']['name']}-"
            rest = name.removeprefix(head)
            if rest != name and rest.isdecimal() and start <= int(rest) < start + wanted(one):
                return f"it belongs to replica {rest} of StatefulSet {one['metadata']['name']}"
    claim = case.evidence.get("persistentvolumeclaims", case.namespace, name)
    volume = ((claim or {}).get("spec") or {}).get("volumeName")
    for attached in case.evidence.list("volumeattachments.storage.k8s.io"):
        if volume and (attached["spec"].get("source") or {}).get("persistentVolumeName") == volume:
            return f"its volume is attached to node {attached['spec'].get('nodeName')}"
    return None
