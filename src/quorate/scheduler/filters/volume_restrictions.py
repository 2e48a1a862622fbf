"""VolumeRestrictions: a ReadWriteOncePod claim is for one pod at a time, in the whole cluster.

(The old in-tree disks, which this plugin also guards in Kubernetes, are not looked at.)
"""

from quorate.scheduler import reasons as why
from quorate.scheduler.check import Check
from quorate.scheduler.cluster import Cluster
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.verdict import Rejected, Verdict

NAME = why.VOLUME_RESTRICTIONS


def prepare(pod: PodInfo, cluster: Cluster) -> Check | Rejected | None:
    if not pod.claims:
        return None
    alone: set[str] = set()
    for volume in pod.pod["spec"].get("volumes") or ():
        if "persistentVolumeClaim" not in volume:
            continue
        name = volume["persistentVolumeClaim"]["claimName"]
        claim = cluster.reader.get("persistentvolumeclaims", pod.namespace, name)
        if claim is None:
            return Rejected(why.claim_missing(name))
        if "ReadWriteOncePod" in (claim["spec"].get("accessModes") or ()):
            alone.add(f"{pod.namespace}/{name}")
    if not alone:
        return None
    return OnePodOnly(frozenset(alone), sum(cluster.view.claim_users.get(c, 0) for c in alone))


class OnePodOnly(Check):
    __slots__ = ("claims", "others")

    def __init__(self, claims: frozenset[str], others: int) -> None:
        self.claims, self.others = claims, others

    def check(self, node: NodeInfo) -> Verdict | None:
        return Verdict((why.ONE_POD_ONLY,)) if self.others > 0 else None

    def shift(self, pod: PodInfo, node: NodeInfo, by: int) -> None:
        self.others += by * len(self.claims.intersection(pod.claims))

    def copy(self) -> Check:
        return OnePodOnly(self.claims, self.others)
