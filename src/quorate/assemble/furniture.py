"""What every cluster has before anyone uses it: namespaces, nodes, storage classes, the API's own Service."""

from string import ascii_lowercase

from quorate.apiserver.access.bootstrap import bootstrap
from quorate.assemble.shape import Shape
from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.contract.ports import Writer
from quorate.kernel.clock import Instant
from quorate.nodes.csi import snapshotter
from quorate.nodes.csi.classes import csi_driver, storage_classes
from quorate.nodes.simulated.node import node

NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")
REGION = "region-1"
CONTROL_PLANE = "172.18.0.2"
"""Where the API server's Service leads to within the world; the nodes have the addresses after it."""
PRIORITY_CLASSES = (("system-cluster-critical", 2000000000), ("system-node-critical", 2000001000))


def zone_name(index: int) -> str:
    """zone-a to zone-z, then zone-aa and so on."""
    name = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        name = ascii_lowercase[letter] + name
    return f"zone-{name}"


def furniture(shape: Shape, now: Instant) -> list[tuple[str, Obj]]:
    """(resource, object) in the order in which they are to be created."""
    out: list[tuple[str, Obj]] = []
    out += [("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": n}}) for n in NAMESPACES]
    out += [
        ("priorityclasses.scheduling.k8s.io", {
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}, "value": value,
            "description": "Used for system critical pods that must run.",
        })
        for name, value in PRIORITY_CLASSES
    ]  # fmt: skip
    out += [("storageclasses.storage.k8s.io", c) for c in storage_classes()]
    out.append(("csidrivers.storage.k8s.io", csi_driver()))
    out += [("nodes", _node(i, shape, now)) for i in range(shape.nodes)]
    out.append(("services", {
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": "kubernetes", "namespace": "default", "labels": {"component": "apiserver", "provider": "kubernetes"}},
        "spec": {"type": "ClusterIP", "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}]},
    }))  # fmt: skip
    if shape.roles or shape.authorization == "rbac":
        out += [*_behind_api_service(), *bootstrap()]
    return out


def _behind_api_service() -> list[tuple[str, Obj]]:
    """What the API server itself keeps behind its Service, which has no selector."""
    port = {"name": "https", "port": 6443, "protocol": "TCP"}
    meta: Obj = {"name": "kubernetes", "namespace": "default"}
    return [
        ("endpoints", {
            "apiVersion": "v1", "kind": "Endpoints",
            "metadata": {**meta, "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}},
            "subsets": [{"addresses": [{"ip": CONTROL_PLANE}], "ports": [port]}],
        }),
        ("endpointslices.discovery.k8s.io", {
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
            "metadata": {**meta, "labels": {"kubernetes.io/service-name": "kubernetes"}},
            "endpoints": [{"addresses": [CONTROL_PLANE], "conditions": {"ready": True}}], "ports": [port],
        }),
    ]  # fmt: skip


def _node(index: int, shape: Shape, now: Instant) -> Obj:
    at = index % shape.zones
    zone = shape.zone_names[at] if at < len(shape.zone_names) else zone_name(at)
    made = node(f"node-{index}", zone, REGION, cpu=shape.cpu, memory=shape.memory, now=now)
    if not shape.labels:
        return made
    meta = made["metadata"]
    return {**made, "metadata": {**meta, "labels": {**dict(shape.labels), **meta["labels"]}}}


def furnish(writer: Writer, shape: Shape, now: Instant) -> None:
    """Create what is not there yet."""
    for resource, obj in furniture(shape, now):
        _create(writer, resource, obj)


def define_snapshots(writer: Writer) -> None:
    """Create the definitions of VolumeSnapshots that are not there; what is of them can be created a moment later."""
    for made in snapshotter.definitions():
        _create(writer, "customresourcedefinitions.apiextensions.k8s.io", made)


def furnish_snapshots(writer: Writer) -> None:
    _create(writer, snapshotter.CLASSES, snapshotter.snapshot_class())


def _create(writer: Writer, resource: str, obj: Obj) -> None:
    try:
        writer.create(resource, obj)
    except Refused as refused:
        if refused.reason != "AlreadyExists":
            raise
