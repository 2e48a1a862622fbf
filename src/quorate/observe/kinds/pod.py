"""Pods: where they stand. Their containers are in containers.py, beside this folder."""

from collections.abc import Iterable
from functools import partial

from quorate.contract.plan import Obj
from quorate.objects.quantity import value
from quorate.observe.containers import CONTAINERS, INIT_CONTAINERS
from quorate.observe.family import (
    Family,
    Kind,
    Sample,
    at,
    condition,
    created,
    decimal,
    deleted,
    info,
    moment,
    named,
    owners,
    phases,
    seconds,
    text,
)

REASONS = (
    "Evicted", "NodeAffinity", "NodeLost", "PreemptionByScheduler", "SchedulingGated", "Shutdown", "TerminationByKubelet",
    "UnexpectedAdmissionError",
)  # fmt: skip


def _info(obj: Obj) -> Iterable[Sample]:
    refs = obj["metadata"].get("ownerReferences") or ()
    by: Obj = next((ref for ref in refs if ref.get("controller")), {})
    labels = (
        ("host_ip", text(obj, "status.hostIP")),
        ("pod_ip", text(obj, "status.podIP")),
        ("node", text(obj, "spec.nodeName")),
        ("created_by_kind", by.get("kind", "")),
        ("created_by_name", by.get("name", "")),
        ("priority_class", text(obj, "spec.priorityClassName")),
        ("host_network", str(bool(at(obj, "spec.hostNetwork"))).lower()),
    )
    return ((labels, 1),)


def _reasons(obj: Obj) -> Iterable[Sample]:
    """The pod's own, those of its conditions, and why its containers ended."""
    found = {text(obj, "status.reason")}
    found.update(c.get("reason") for c in at(obj, "status.conditions") or ())
    found.update(at(s, "state.terminated.reason") for s in at(obj, "status.containerStatuses") or ())
    return [((("reason", one),), int(one in found)) for one in REASONS]


def _qos(obj: Obj) -> Iterable[Sample]:
    found = text(obj, "status.qosClass")
    classes = ("BestEffort", "Burstable", "Guaranteed")
    return [((("qos_class", one),), int(one == found)) for one in classes] if found else ()


def _since(type: str, status: str, obj: Obj) -> Iterable[Sample]:
    """When the condition came to this status."""
    for found in at(obj, "status.conditions") or ():
        if found["type"] == type and found["status"] == status and found.get("lastTransitionTime"):
            yield (), seconds(found["lastTransitionTime"])


def _unschedulable(obj: Obj) -> Iterable[Sample]:
    for found in at(obj, "status.conditions") or ():
        if found["type"] == "PodScheduled" and found["status"] == "False":
            yield (), 1


def _completed(obj: Obj) -> Iterable[Sample]:
    ends = [at(s, "state.terminated.finishedAt") for s in at(obj, "status.containerStatuses") or ()]
    found = [seconds(end) for end in ends if end]
    return (((), max(found)),) if found else ()


def _claims(read_only: bool, obj: Obj) -> Iterable[Sample]:
    for volume in at(obj, "spec.volumes") or ():
        claim = volume.get("persistentVolumeClaim")
        if not claim and "ephemeral" in volume:
            claim = {"claimName": f"{obj['metadata']['name']}-{volume['name']}"}
        if claim:
            labels = (("volume", volume["name"]), ("persistentvolumeclaim", claim["claimName"]))
            yield labels, int(bool(claim.get("readOnly"))) if read_only else 1


def _ips(obj: Obj) -> Iterable[Sample]:
    for found in at(obj, "status.podIPs") or ():
        yield (("ip", found["ip"]), ("ip_family", "6" if ":" in found["ip"] else "4")), 1


def _tolerations(obj: Obj) -> Iterable[Sample]:
    fields = (
        ("key", "key"),
        ("operator", "operator"),
        ("value", "value"),
        ("effect", "effect"),
        ("toleration_seconds", "tolerationSeconds"),
    )
    for found in at(obj, "spec.tolerations") or ():
        yield tuple((label, text(found, field)) for label, field in fields if field in found), 1


def _overhead(resource: str, obj: Obj) -> Iterable[Sample]:
    found = at(obj, "spec.overhead") or {}
    if resource in found:
        yield (), decimal(found[resource]) if resource == "cpu" else value(found[resource])


def _runtime_class(obj: Obj) -> Iterable[Sample]:
    found = text(obj, "spec.runtimeClassName")
    return (((("runtimeclass_name", found),), 1),) if found else ()


def _ordinal(obj: Obj) -> Iterable[Sample]:
    """Of a StatefulSet's pod: its ordinal, and the revision that it was made from."""
    meta = obj["metadata"]
    labels = meta.get("labels") or {}
    for ref in meta.get("ownerReferences") or ():
        if ref.get("controller") and ref.get("kind") == "StatefulSet":
            index = labels.get("apps.kubernetes.io/pod-index") or meta["name"].rpartition("-")[2]
            if index.isdecimal():
                made_from = labels.get("controller-revision-hash", "")
                yield (("statefulset", ref["name"]), ("revision", made_from)), int(index)


P = "kube_pod_"
KIND = Kind(
    "pods",
    named("pod", uid=True),
    (
        Family(P + "info", "Information about pod.", _info),
        Family(P + "ips", "Pod IP addresses", _ips),
        created("pod"),
        deleted("pod"),
        moment(P + "start_time", "Start time in unix timestamp for a pod.", "status.startTime"),
        Family(P + "completion_time", "Completion time in unix timestamp for a pod.", _completed),
        owners(P + "owner", "Information about the Pod's owner."),
        info(P + "restart_policy", "Describes the restart policy in use by this pod.", type="spec.restartPolicy"),
        info(P + "scheduler", "The scheduler for a pod.", name="spec.schedulerName"),
        info(P + "service_account", "The service account for a pod.", service_account="spec.serviceAccountName"),
        phases(P + "status_phase", "The pods current phase.", "Pending", "Succeeded", "Failed", "Unknown", "Running"),
        Family(P + "status_reason", "The pod status reasons", _reasons),
        Family(P + "status_qos_class", "The pods current qosClass.", _qos),
        condition(P + "status_ready", "Describes whether the pod is ready to serve requests.", "Ready"),
        condition(
            P + "status_scheduled", "Describes the status of the scheduling process for the pod.", "PodScheduled"
        ),
        Family(
            P + "status_scheduled_time",
            "Unix timestamp when pod moved into scheduled status",
            partial(_since, "PodScheduled", "True"),
        ),
        Family(
            P + "status_unscheduled_time",
            "Unix timestamp when pod moved into unscheduled status",
            partial(_since, "PodScheduled", "False"),
        ),
        Family(
            P + "status_initialized_time",
            "Initialized time in unix timestamp for a pod.",
            partial(_since, "Initialized", "True"),
        ),
        Family(
            P + "status_ready_time",
            "Readiness achieved time in unix timestamp for a pod.",
            partial(_since, "Ready", "True"),
        ),
        Family(
            P + "status_container_ready_time",
            "When the containers of a pod became ready.",
            partial(_since, "ContainersReady", "True"),
        ),
        Family(P + "status_unschedulable", "Describes the unschedulable status for the pod.", _unschedulable),
        Family(
            P + "spec_volumes_persistentvolumeclaims_info",
            "Information about persistentvolumeclaim volumes in a pod.",
            partial(_claims, False),
        ),
        Family(
            P + "spec_volumes_persistentvolumeclaims_readonly",
            "Describes whether a persistentvolumeclaim is mounted read only.",
            partial(_claims, True),
        ),
        Family(P + "tolerations", "Information about the pod tolerations", _tolerations),
        Family(P + "overhead_cpu_cores", "The pod overhead in cpu cores.", partial(_overhead, "cpu")),
        Family(P + "overhead_memory_bytes", "The pod overhead in bytes of memory.", partial(_overhead, "memory")),
        Family(P + "runtimeclass_name_info", "The runtimeclass associated with the pod.", _runtime_class),
        Family("quorate_statefulset_pod_ordinal", "The ordinal of a StatefulSet's pod.", _ordinal),
        *CONTAINERS,
        *INIT_CONTAINERS,
    ),
)
