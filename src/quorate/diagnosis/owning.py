"""Who owns a workload beside the people who type: operators, and tools that keep it as a repository says."""

from dataclasses import dataclass
from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.managed import CONTROLLERS, Written, spec_writes
from quorate.diagnosis.workload import WORKLOADS
from quorate.objects.owners import controller_of

Obj = dict[str, Any]

GITOPS = {
    "argocd-controller": "Argo CD", "argocd-application-controller": "Argo CD", "kustomize-controller": "Flux", "helm-controller": "Flux",
    "flux": "Flux", "fleetagent": "Fleet", "fleet-agent": "Fleet", "configsync": "Config Sync", "kapp-controller": "kapp",
}  # fmt: skip
"""Field managers of tools that put back what a repository says."""
MARKS = {
    "argocd.argoproj.io/tracking-id": "Argo CD", "argocd.argoproj.io/instance": "Argo CD", "kustomize.toolkit.fluxcd.io/name": "Flux",
    "helm.toolkit.fluxcd.io/name": "Flux", "configmanagement.gke.io/managed": "Config Sync",
}  # fmt: skip
PEOPLE = ("kubectl", "k9s", "lens", "Mozilla", "headlamp", "rancher", "oc", "dashboard", "quorate-fix")


@dataclass(frozen=True, slots=True)
class Owner:
    """`name` for people ("Argo CD", "Kafka/prod (an operator)"); `manager` its field manager, "" when not known."""

    name: str
    manager: str
    where: str
    gitops: bool


def owner_of(case: Case) -> Owner | None:
    """The operator by ownerReference, else the tool by its field manager, label or annotation."""
    return owner_of_object(case.obj)


def owner_of_object(obj: Obj) -> Owner | None:
    """As `owner_of`, of any object."""
    ref, writes = controller_of(obj), spec_writes(obj)
    label = f"{obj['kind']}/{obj['metadata']['name']}"
    if ref is not None and ref.get("kind") not in WORKLOADS:
        manager = next((w.manager for w in writes if not is_person(w) and w.manager not in CONTROLLERS), "")
        return Owner(
            f"{ref['kind']}/{ref.get('name')} (an operator)", manager, f"{label} metadata.ownerReferences", False
        )
    for write in writes:
        for manager, tool in GITOPS.items():
            if write.manager == manager:
                return Owner(tool, manager, f"{label} metadata.managedFields", True)
    meta = obj["metadata"]
    marks = {**(meta.get("labels") or {}), **(meta.get("annotations") or {})}
    for mark, tool in MARKS.items():
        if mark in marks:
            return Owner(tool, "", f"{label} metadata ({mark})", True)
    return None


def is_person(write: Written) -> bool:
    return write.manager.startswith(PEOPLE) and write.manager not in GITOPS
