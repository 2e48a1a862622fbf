"""NodeAffinity's score: the sum of the weights of the preferred terms that the node fulfils."""

from quorate.objects.selectors import node_term_matches
from quorate.scheduler.cluster import Cluster
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PREFERRED, PodInfo
from quorate.scheduler.scores.normalize import normalized

WEIGHT = 2


def score(pod: PodInfo, cluster: Cluster, nodes: list[NodeInfo]) -> list[int] | None:
    affinity = pod.pod["spec"].get("affinity")
    terms = ((affinity or {}).get("nodeAffinity") or {}).get(PREFERRED)
    if not terms:
        return None
    return normalized(
        [sum(t["weight"] for t in terms if node_term_matches(t["preference"], node.existing)) for node in nodes]
    )
