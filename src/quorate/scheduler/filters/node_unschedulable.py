"""NodeUnschedulable: a cordoned node takes only pods that tolerate node.kubernetes.io/unschedulable."""

from quorate.scheduler import reasons as why
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.taints import tolerated
from quorate.scheduler.verdict import Verdict

NAME = why.NODE_UNSCHEDULABLE
CORDONED = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


def check(pod: PodInfo, node: NodeInfo) -> Verdict | None:
    if node.unschedulable and not tolerated(CORDONED, pod.pod["spec"].get("tolerations") or ()):
        return Verdict((why.UNSCHEDULABLE,), helpless=True)
    return None
