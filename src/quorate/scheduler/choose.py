"""Which of the nodes that will do is taken: the highest sum of weighted scores."""

from zlib import crc32

from quorate.scheduler.cluster import Cluster
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.scores import SCORES


def choose(pod: PodInfo, cluster: Cluster, nodes: list[NodeInfo]) -> NodeInfo:
    """Kubernetes draws lots among equals. Here a hash of the pod's uid and the node's name does: it looks as random,
    differs from seed to seed (the uid does), and is the same whenever the same world is run again."""
    if len(nodes) == 1:
        return nodes[0]
    totals = scores(pod, cluster, nodes)
    top = max(totals)
    best = [node for node, total in zip(nodes, totals, strict=True) if total == top]
    if len(best) == 1:
        return best[0]
    return max(best, key=lambda node: crc32(f"{pod.uid}/{node.name}".encode()))


def scores(pod: PodInfo, cluster: Cluster, nodes: list[NodeInfo]) -> list[int]:
    """Comparable sums, one per node."""
    totals = [0] * len(nodes)
    for plugin in SCORES:
        found = plugin.score(pod, cluster, nodes)
        if found is not None:
            weight = plugin.WEIGHT
            totals = [total + weight * part for total, part in zip(totals, found, strict=True)]
    return totals
