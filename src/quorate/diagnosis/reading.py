"""What to read, and in which order: first what every diagnosis needs, then what the first look calls for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from quorate.diagnosis.case import Case
from quorate.diagnosis.controllers import LEASES, WATCHED
from quorate.diagnosis.workload import WORKLOADS
from quorate.objects.owners import controller_of
from quorate.objects.pod import claim_names

Scope = Literal["namespace", "cluster", "kube-system", "everywhere"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list of `resource`: in the namespace asked about, cluster-scoped, in kube-system, or in all namespaces."""

    resource: str
    scope: Scope = "namespace"


FIRST = (
    Wanted("pods"), Wanted("events"), Wanted("statefulsets.apps"), Wanted("deployments.apps"), Wanted("replicasets.apps"),
    Wanted("daemonsets.apps"), Wanted("controllerrevisions.apps"), Wanted("persistentvolumeclaims"), Wanted("services"),
    Wanted("resourcequotas"), Wanted("poddisruptionbudgets.policy"), Wanted("nodes", "cluster"), Wanted(LEASES, "kube-system"),
)  # fmt: skip
"""Also without these a diagnosis goes on; with them alone it can tell healthy from ill."""


def controllers(pods: Iterable[dict[str, Any]]) -> list[Wanted]:
    """Workloads of kinds that few namespaces have, where pods say that they belong to one."""
    kinds = {str(ref.get("kind")) for pod in pods if (ref := controller_of(pod)) is not None}
    return [Wanted(WORKLOADS[kind]) for kind in ("Job", "ReplicationController") if kind in kinds]


_STORAGE = (
    Wanted("storageclasses.storage.k8s.io", "cluster"), Wanted("persistentvolumes", "cluster"),
    Wanted("volumeattachments.storage.k8s.io", "cluster"), Wanted("csidrivers.storage.k8s.io", "cluster"),
)  # fmt: skip
_ADMISSION = (
    Wanted("limitranges"), Wanted("serviceaccounts"), Wanted("namespaces", "cluster"),
    Wanted("validatingwebhookconfigurations.admissionregistration.k8s.io", "cluster"),
)  # fmt: skip


def more(cases: Iterable[Case]) -> list[Wanted]:
    """What the state of these calls for, the most telling first."""
    out: dict[Wanted, None] = {}
    for case in cases:
        stages = {p.stage for p in case.pods}
        if case.kind == "Job":
            out[Wanted("jobs.batch")] = None
        if stages & {"config", "creating", "init", "image"}:
            out |= {Wanted("configmaps"): None, Wanted("secrets"): None}
        if case.pending_claims or (stages & {"unscheduled", "creating"} and any(claim_names(p.pod) for p in case.pods)):
            out |= dict.fromkeys(_STORAGE)
        if any(_troubled(c) for c in case.claims):
            out |= dict.fromkeys(_STORAGE[1:3])
        if case.short or case.unobserved:
            out |= dict.fromkeys(_ADMISSION)
        if case.unobserved:
            out[Wanted("pods", "kube-system")] = None  # where the controller manager runs, if it is shown
        if case.unobserved and case.kind in WATCHED:
            out[Wanted(WATCHED[case.kind], "everywhere")] = None  # does the controller get to others?
        if case.short and (case.template.get("spec") or {}).get("priorityClassName"):
            out[Wanted("priorityclasses.scheduling.k8s.io", "cluster")] = None
        if "unscheduled" in stages:
            out |= {Wanted("pods", "everywhere"): None, Wanted("csinodes.storage.k8s.io", "cluster"): None}
        if stages & {"unready", "crashing"}:
            out |= {Wanted("pods", "kube-system"): None, Wanted("endpointslices.discovery.k8s.io"): None}
    return list(out)


def _troubled(claim: dict[str, object]) -> bool:
    status = claim.get("status")
    meta = claim["metadata"]
    lost = isinstance(status, dict) and status.get("phase") == "Lost"
    return lost or (isinstance(meta, dict) and bool(meta.get("deletionTimestamp")))


LOGS = 3
"""Logs read at most: of the crashing containers, one of each kind."""


def logs(cases: Iterable[Case]) -> list[tuple[str, str, str]]:
    """(namespace, pod, container) whose previous run's last words are worth a request."""
    out: dict[tuple[str, str, str], None] = {}
    for case in cases:
        seen: set[str] = set()
        for pod in case.at("crashing", "init", "failed"):
            if pod.container and pod.container not in seen and (pod.restarts or pod.exit is not None):
                seen.add(pod.container)
                out[case.namespace, pod.name, pod.container] = None
    return list(out)[:LOGS]
