"""NodeResourcesBalancedAllocation: better where the pod brings the used shares of cpu and memory closer together.

Pods that ask for neither are not scored.
"""

from quorate.scheduler.cluster import Cluster
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo

WEIGHT = 1


def score(pod: PodInfo, cluster: Cluster, nodes: list[NodeInfo]) -> list[int] | None:
    cpu, memory = pod.cpu, pod.memory
    if not cpu and not memory:
        return None
    out = []
    for node in nodes:
        after = balance(node.used_cpu + cpu, node.cpu, node.used_memory + memory, node.memory)
        before = node.balance
        if before is None:
            before = node.balance = balance(node.used_cpu, node.cpu, node.used_memory, node.memory)
        out.append(50 + (50 + after - before) // 2)
    return out


def balance(cpu: int, has_cpu: int, memory: int, has_memory: int) -> int:
    """100 less the standard deviation of the used shares; a resource that the node does not have is left out."""
    if not has_cpu or not has_memory:
        return 100
    one = cpu / has_cpu if cpu < has_cpu else 1.0
    other = memory / has_memory if memory < has_memory else 1.0
    return int((1 - abs((one - other) / 2)) * 100)
