"""TaintToleration's score: the fewer PreferNoSchedule taints that the pod does not tolerate, the better."""

from quorate.scheduler.cluster import Cluster
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.scores.normalize import normalized
from quorate.scheduler.taints import tolerated

WEIGHT = 3
SOFT = "PreferNoSchedule"


def score(pod: PodInfo, cluster: Cluster, nodes: list[NodeInfo]) -> list[int] | None:
    if not any(node.taints for node in nodes):
        return None
    own = [t for t in pod.pod["spec"].get("tolerations") or () if t.get("effect") in (None, "", SOFT)]
    raw = [sum(t.get("effect") == SOFT and not tolerated(t, own) for t in node.taints) for node in nodes]
    return normalized(raw, reverse=True)
