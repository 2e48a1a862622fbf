"""NodeResourcesFit: what the pod asks for must be left of what the node can give. All shortages are named."""

from quorate.scheduler import reasons as why
from quorate.scheduler.check import Check
from quorate.scheduler.cluster import Cluster
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.verdict import Verdict

NAME = why.NODE_RESOURCES_FIT


def prepare(pod: PodInfo, cluster: Cluster) -> Check:
    return Fit(pod)


class Fit(Check):
    __slots__ = ("cpu", "memory", "scalars", "storage")

    def __init__(self, pod: PodInfo) -> None:
        self.cpu, self.memory, self.storage, self.scalars = pod.cpu, pod.memory, pod.storage, pod.scalars

    def check(self, node: NodeInfo) -> Verdict | None:
        if (
            len(node.pods) < node.most_pods
            and (not self.cpu or self.cpu <= node.cpu - node.used_cpu)
            and (not self.memory or self.memory <= node.memory - node.used_memory)
            and (not self.storage or self.storage <= node.storage - node.used_storage)
            and not self.scalars
        ):
            return None
        return self._shortages(node)

    def _shortages(self, node: NodeInfo) -> Verdict | None:
        short: list[str] = []
        helpless = False
        if len(node.pods) >= node.most_pods:
            short.append(why.TOO_MANY_PODS)
        for name, asked, has, used in (
            ("cpu", self.cpu, node.cpu, node.used_cpu),
            ("memory", self.memory, node.memory, node.used_memory),
            ("ephemeral-storage", self.storage, node.storage, node.used_storage),
            *((n, a, node.scalars.get(n, 0), node.used_scalars.get(n, 0)) for n, a in self.scalars.items()),
        ):
            if asked and asked > has - used:
                short.append(f"{why.INSUFFICIENT}{name}")
                helpless = helpless or asked > has
        return Verdict(tuple(short), helpless) if short else None
