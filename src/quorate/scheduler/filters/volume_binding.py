"""VolumeBinding: bound volumes must be within reach of the node, the others must be to be had there."""

from quorate.scheduler import reasons as why
from quorate.scheduler.check import Check
from quorate.scheduler.cluster import Cluster
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.verdict import Rejected, Verdict
from quorate.scheduler.volumes.claims import Claims, claims_of
from quorate.scheduler.volumes.matching import Offer, offer, reachable

NAME = why.VOLUME_BINDING


def prepare(pod: PodInfo, cluster: Cluster) -> Check | Rejected | None:
    if not pod.claims:
        return None
    claims = claims_of(pod, cluster.reader)
    if isinstance(claims, Rejected):
        return claims
    if claims.immediate:
        return Rejected(why.UNBOUND)
    if not claims.delayed and all(v is not None and not v["spec"].get("nodeAffinity") for _, v in claims.bound):
        return None
    return Binding(claims, cluster)


class Binding(Check):
    """`offers` keeps, per node that will do, what has to be bound or made there."""

    __slots__ = ("claims", "cluster", "offers")

    def __init__(self, claims: Claims, cluster: Cluster) -> None:
        self.claims, self.cluster = claims, cluster
        self.offers: dict[str, Offer] = {}

    def check(self, node: NodeInfo) -> Verdict | None:
        reasons: list[str] = []
        volumes = [volume for _, volume in self.claims.bound]
        if not all(volume is None or reachable(volume, node) for volume in volumes):
            reasons.append(why.VOLUME_ELSEWHERE)
        if self.claims.delayed:
            found = offer(self.claims.delayed, node, self.cluster.reader)
            if found is None:
                reasons.append(why.NO_VOLUME)
            else:
                self.offers[node.name] = found
        if any(volume is None for volume in volumes):
            reasons.append(why.VOLUME_MISSING)
        return Verdict(tuple(reasons), helpless=True) if reasons else None
