"""Nodes."""

from collections.abc import Iterable
from functools import partial

from quorate.contract.plan import Obj
from quorate.observe.family import Family, Kind, Sample, amounts, at, conditions, created, deleted, named, number, text

ROLE = "node-role.kubernetes.io/"


def _info(obj: Obj) -> Iterable[Sample]:
    fields = (
        ("kernel_version", "kernelVersion"), ("os_image", "osImage"), ("container_runtime_version", "containerRuntimeVersion"),
        ("kubelet_version", "kubeletVersion"), ("kubeproxy_version", "kubeProxyVersion"),
    )  # fmt: skip
    about = at(obj, "status.nodeInfo") or {}
    addresses = at(obj, "status.addresses") or ()
    internal = next((a["address"] for a in addresses if a["type"] == "InternalIP"), "")
    labels = (
        *((label, text(about, field)) for label, field in fields), ("provider_id", text(obj, "spec.providerID")),
        ("pod_cidr", text(obj, "spec.podCIDR")), ("system_uuid", text(about, "systemUUID")), ("internal_ip", internal),
    )  # fmt: skip
    return ((labels, 1),)


def _roles(obj: Obj) -> Iterable[Sample]:
    labels = obj["metadata"].get("labels") or {}
    return [((("role", name.removeprefix(ROLE)),), 1) for name in labels if name.startswith(ROLE)]


def _taints(obj: Obj) -> Iterable[Sample]:
    for taint in at(obj, "spec.taints") or ():
        yield tuple((field, text(taint, field)) for field in ("key", "value", "effect")), 1


def _addresses(obj: Obj) -> Iterable[Sample]:
    for found in at(obj, "status.addresses") or ():
        yield (("type", found["type"]), ("address", found["address"])), 1


def _count(path: str, obj: Obj) -> Iterable[Sample]:
    return (((), len(at(obj, path) or ())),)


def _amounts(path: str, obj: Obj) -> Iterable[Sample]:
    return amounts(at(obj, path))


P = "kube_node_"
KIND = Kind(
    "nodes",
    named("node", namespaced=False),
    (
        Family(P + "info", "Information about a cluster node.", _info),
        created("node"),
        deleted("node"),
        Family(P + "role", "The role of a cluster node.", _roles),
        number(P + "spec_unschedulable", "Whether a node can schedule new pods.", "spec.unschedulable"),
        Family(P + "spec_taint", "The taint of a cluster node.", _taints),
        conditions(P + "status_condition", "The condition of a cluster node."),
        Family(P + "status_capacity", "The capacity for different resources of a node.", partial(_amounts, "status.capacity")),
        Family(P + "status_allocatable", "The allocatable for different resources of a node that are available for scheduling.",
               partial(_amounts, "status.allocatable")),
        Family(P + "volumes_in_use_count", "Number of volumes in use on the node.", partial(_count, "status.volumesInUse")),
        Family(P + "volumes_attached_count", "Number of volumes attached to the node.",
               partial(_count, "status.volumesAttached")),
        Family(P + "status_addresses", "Node address information.", _addresses),
    ),
)  # fmt: skip
