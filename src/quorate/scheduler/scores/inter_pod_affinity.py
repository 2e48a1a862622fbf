"""InterPodAffinity's score: preferred terms of the pod, and the terms of those already there that pick it.

Required affinity of an existing pod draws its like with weight 1 (hardPodAffinityWeight).
"""

from quorate.scheduler.cluster import Cluster
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.scores.normalize import MOST

WEIGHT = 2


def score(pod: PodInfo, cluster: Cluster, nodes: list[NodeInfo]) -> list[int] | None:
    view = cluster.view
    by_key: dict[str, dict[str, int]] = {}
    for term, weight in pod.wishes:
        _add(by_key, term.topology_key, cluster.by_value(view.tally((term,)), term.topology_key), weight)
    for held in view.wishes.about(pod.namespace, pod.labels, view.namespace_labels):
        key = held.term.topology_key
        _add(by_key, key, cluster.by_value(held.nodes, key), held.weight)
    if not by_key:
        return None
    raw = [sum(values.get(node.labels.get(key, ""), 0) for key, values in by_key.items()) for node in nodes]
    low, top = min(0, *raw), max(0, *raw)
    if top == low:
        return None
    return [int(MOST * ((value - low) / (top - low))) for value in raw]


def _add(to: dict[str, dict[str, int]], key: str, values: dict[str, int], weight: int) -> None:
    of_key = to.setdefault(key, {})
    for value, count in values.items():
        of_key[value] = of_key.get(value, 0) + weight * count
