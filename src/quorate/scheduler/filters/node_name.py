"""NodeName: a pod that names its node goes nowhere else."""

from quorate.scheduler import reasons as why
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.verdict import Verdict

NAME = why.NODE_NAME


def check(pod: PodInfo, node: NodeInfo) -> Verdict | None:
    if pod.pod["spec"].get("nodeName") not in (None, "", node.name):
        return Verdict((why.OTHER_NAME,), helpless=True)
    return None
