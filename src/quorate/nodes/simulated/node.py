"""A simulated node: how it registers, and the status its kubelet posts."""

import hashlib
import re
from typing import Any

from quorate.kernel.clock import Instant
from quorate.objects.times import time_text

Obj = dict[str, Any]

KUBELET_VERSION = "v1.36.0"

HEALTHY = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)
"""(type, status, reason, message) of the conditions that a healthy kubelet posts, in its order."""


def node(
    name: str, zone: str = "", region: str = "", cpu: str = "4", memory: str = "16Gi", pods: int = 110,
    ephemeral: str = "100Gi", now: Instant = 0,
) -> Obj:  # fmt: skip
    """A Node as its kubelet registers it, ready at `now`; `zone` and `region` "" leave the labels out."""
    labels = own_labels(name)
    if region:
        labels["topology.kubernetes.io/region"] = region
    if zone:
        labels["topology.kubernetes.io/zone"] = zone
    annotations = {"volumes.kubernetes.io/controller-managed-attach-detach": "true"}
    status = {**facts(name, cpu, memory, pods, ephemeral), "conditions": healthy_conditions((), now)}
    return {
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels, "annotations": annotations},
        "spec": {}, "status": status,
    }  # fmt: skip


def own_labels(name: str) -> dict[str, str]:
    """The labels that every kubelet gives its node."""
    return {
        "beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name, "kubernetes.io/os": "linux",
    }  # fmt: skip


def facts(name: str, cpu: str = "4", memory: str = "16Gi", pods: int = 110, ephemeral: str = "100Gi") -> Obj:
    """What a kubelet posts of its machine: all of the status but the conditions."""
    amounts = {"cpu": cpu, "ephemeral-storage": ephemeral, "memory": memory, "pods": str(pods)}
    identity = hashlib.sha256(name.encode()).hexdigest()
    return {
        "addresses": [{"type": "InternalIP", "address": internal_ip(name)}, {"type": "Hostname", "address": name}],
        "allocatable": amounts, "capacity": amounts, 
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "nodeInfo": {
            "architecture": "amd64", "bootID": _uuid(identity[16:48]), "containerRuntimeVersion": "containerd://2.2.1",
            "kernelVersion": "6.12.0-quorate", "kubeProxyVersion": "", "kubeletVersion": KUBELET_VERSION,
            "machineID": identity[:32], "operatingSystem": "linux", "osImage": "Quorate simulated node",
            "systemUUID": _uuid(identity[32:64]),
        },
    }  # fmt: skip


def healthy_conditions(before: tuple[Obj, ...] | list[Obj], now: Instant) -> list[Obj]:
    """The kubelet's conditions, posted at `now`; one whose status stays keeps its transition time.

    Conditions of other parties in `before` (NetworkUnavailable, a node problem detector's) are kept.
    """
    stamp = time_text(now)
    was = {c["type"]: c for c in before}
    out = []
    for kind, status, reason, message in HEALTHY:
        old = was.pop(kind, None)
        since = old["lastTransitionTime"] if old is not None and old["status"] == status else stamp
        out.append({
            "type": kind, "status": status, "lastHeartbeatTime": stamp, "lastTransitionTime": since,
            "reason": reason, "message": message,
        })  # fmt: skip
    return [*was.values(), *out]


def is_healthy(found: Obj) -> bool:
    """Whether the API has the conditions that this kubelet posts."""
    have = {c["type"]: (c["status"], c.get("reason")) for c in (found.get("status") or {}).get("conditions") or ()}
    return all(have.get(kind) == (status, reason) for kind, status, reason, _ in HEALTHY)


def internal_ip(name: str) -> str:
    """By the number that ends the node's name, else by its hash: 172.18.x.y."""
    ordinal = re.search(r"(\d+)$", name)
    number = int(ordinal[1]) if ordinal else int.from_bytes(hashlib.sha256(name.encode()).digest()[:2], "big")
    high, low = divmod(number % 65_000 + 2, 250)
    return f"172.18.{high % 256}.{low + 1}"


def address_of(found: Obj) -> str:
    for address in (found.get("status") or {}).get("addresses") or ():
        if address["type"] == "InternalIP":
            return str(address["address"])
    return internal_ip(found["metadata"]["name"])


def _uuid(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"
