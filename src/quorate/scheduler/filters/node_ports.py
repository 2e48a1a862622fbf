"""NodePorts: a host port can be taken once per node, protocol and address (0.0.0.0 means all addresses)."""

from quorate.scheduler import reasons as why
from quorate.scheduler.check import Check
from quorate.scheduler.cluster import Cluster
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.verdict import Verdict

NAME = why.NODE_PORTS
ALL = "0.0.0.0"

Port = tuple[str, str, int]


def prepare(pod: PodInfo, cluster: Cluster) -> Check | None:
    return Ports(pod.ports) if pod.ports else None


class Ports(Check):
    __slots__ = ("wanted",)

    def __init__(self, wanted: tuple[Port, ...]) -> None:
        self.wanted = wanted

    def check(self, node: NodeInfo) -> Verdict | None:
        if any(clash(want, taken) for want in self.wanted for taken in node.ports):
            return Verdict((why.PORTS_TAKEN,))
        return None


def clash(a: Port, b: Port) -> bool:
    return a[1:] == b[1:] and (a[0] == b[0] or ALL in (a[0], b[0]))
