"""NodeVolumeLimits: a CSI driver may say in the node's CSINode how many of its volumes the node can hold."""

from collections.abc import Iterable

from quorate.contract.ports import Reader
from quorate.scheduler import reasons as why
from quorate.scheduler.check import Check
from quorate.scheduler.cluster import Cluster
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.verdict import Verdict
from quorate.scheduler.volumes.claims import storage_class_of

NAME = why.NODE_VOLUME_LIMITS
CSI_NODES = "csinodes.storage.k8s.io"


def prepare(pod: PodInfo, cluster: Cluster) -> Check | None:
    if not pod.claims or not any(_limits(n) for n in cluster.reader.list(CSI_NODES)):
        return None
    wanted = set(_volumes(pod.claims, cluster.reader))
    return Limits(wanted, cluster.reader) if wanted else None


def _limits(csi_node: dict[str, object] | None) -> dict[str, int]:
    """driver -> how many."""
    spec = (csi_node or {}).get("spec") or {}
    out = {}
    for driver in spec.get("drivers") or ():  # type: ignore[attr-defined]
        most = (driver.get("allocatable") or {}).get("count")
        if most is not None:
            out[driver["name"]] = most
    return out


def _volumes(claims: Iterable[str], reader: Reader) -> Iterable[tuple[str, str]]:
    """(driver, what tells volumes apart) of each claim; a claim not bound yet counts for its class's provisioner."""
    for key in claims:
        namespace, _, name = key.partition("/")
        claim = reader.get("persistentvolumeclaims", namespace, name)
        if claim is None:
            continue
        volume = reader.get("persistentvolumes", "", claim["spec"].get("volumeName") or "")
        if volume is not None:
            csi = volume["spec"].get("csi")
            if csi:
                yield csi["driver"], csi["volumeHandle"]
            continue
        found = reader.get("storageclasses.storage.k8s.io", "", storage_class_of(claim))
        if found is not None:
            yield found["provisioner"], key


class Limits(Check):
    __slots__ = ("reader", "wanted")

    def __init__(self, wanted: set[tuple[str, str]], reader: Reader) -> None:
        self.wanted, self.reader = wanted, reader

    def check(self, node: NodeInfo) -> Verdict | None:
        limits = _limits(self.reader.get(CSI_NODES, "", node.name))
        if not limits:
            return None
        there = {v for pod in node.pods.values() for v in _volumes(pod.claims, self.reader)}
        more = self.wanted - there
        for driver, most in limits.items():
            coming = sum(d == driver for d, _ in more)
            if coming and sum(d == driver for d, _ in there) + coming > most:
                return Verdict((why.TOO_MANY_VOLUMES,))
        return None
