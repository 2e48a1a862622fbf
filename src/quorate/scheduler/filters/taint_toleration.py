"""TaintToleration: every NoSchedule and NoExecute taint of the node must be tolerated."""

from quorate.scheduler import reasons as why
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.taints import all_tolerated
from quorate.scheduler.verdict import Verdict

NAME = why.TAINT_TOLERATION


def check(pod: PodInfo, node: NodeInfo) -> Verdict | None:
    if node.taints and not all_tolerated(node.taints, pod.pod["spec"].get("tolerations") or ()):
        return Verdict((why.UNTOLERATED,), helpless=True)
    return None
