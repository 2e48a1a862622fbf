"""NodeResourcesFit's score, LeastAllocated: the larger the free share of cpu and memory, the better.

Containers that ask for nothing count with an assumed minimum, so that they are spread as well.
"""

from quorate.scheduler.cluster import Cluster
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo

WEIGHT = 1


def score(pod: PodInfo, cluster: Cluster, nodes: list[NodeInfo]) -> list[int]:
    cpu, memory = pod.score_cpu, pod.score_memory
    out = []
    for node in nodes:
        total = parts = 0
        has = node.cpu
        if has:
            parts = 1
            free = has - node.score_cpu - cpu
            if free > 0:
                total = free * 100 // has
        has = node.memory
        if has:
            parts += 1
            free = has - node.score_memory - memory
            if free > 0:
                total += free * 100 // has
        out.append(total // parts if parts else 0)
    return out
