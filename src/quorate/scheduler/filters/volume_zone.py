"""VolumeZone: zone and region labels of a bound volume must fit those of the node, where the node has any."""

from quorate.scheduler import reasons as why
from quorate.scheduler.check import Check
from quorate.scheduler.cluster import Cluster
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.verdict import Rejected, Verdict

NAME = why.VOLUME_ZONE
ZONE, REGION = "topology.kubernetes.io/zone", "topology.kubernetes.io/region"
LABELS = {
    "failure-domain.beta.kubernetes.io/zone": ZONE, "failure-domain.beta.kubernetes.io/region": REGION,
    ZONE: ZONE, REGION: REGION,
}  # fmt: skip
"""Each with the name that replaced it."""


def prepare(pod: PodInfo, cluster: Cluster) -> Check | Rejected | None:
    if not pod.claims:
        return None
    wanted: list[tuple[str, frozenset[str]]] = []
    for volume in pod.pod["spec"].get("volumes") or ():
        source = volume.get("persistentVolumeClaim")
        if source is None:
            continue
        claim = cluster.reader.get("persistentvolumeclaims", pod.namespace, source["claimName"])
        name = claim["spec"].get("volumeName") if claim is not None else None
        if not name:
            continue
        bound = cluster.reader.get("persistentvolumes", "", name)
        if bound is None:
            return Rejected(why.volume_gone(name))
        labels = bound["metadata"].get("labels") or {}
        # "a__b": a volume that is within reach of several zones.
        wanted += [(key, frozenset(labels[key].split("__"))) for key in LABELS if key in labels]
    return Zones(tuple(wanted)) if wanted else None


class Zones(Check):
    __slots__ = ("wanted",)

    def __init__(self, wanted: tuple[tuple[str, frozenset[str]], ...]) -> None:
        self.wanted = wanted

    def check(self, node: NodeInfo) -> Verdict | None:
        if not any(key in node.labels for key in LABELS):
            return None
        for key, values in self.wanted:
            if (node.labels.get(key) or node.labels.get(LABELS[key])) not in values:
                return Verdict((why.OTHER_ZONE,), helpless=True)
        return None
