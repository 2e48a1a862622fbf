"""One attempt to find a node: which nodes will do, and for each other one why not."""

from dataclasses import dataclass, field
from zlib import crc32

from quorate.scheduler import reasons as why
from quorate.scheduler.check import Check
from quorate.scheduler.cluster import Cluster
from quorate.scheduler.filters import BY_NODE, PREPARED, node_affinity, volume_binding
from quorate.scheduler.nodeinfo import KEPT_VERDICTS, NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.verdict import Rejected, Verdict
from quorate.scheduler.volumes.matching import Offer

FEW_ENOUGH = 100
"""Up to this many nodes all are looked at; beyond, a share of them is enough (minFeasibleNodesToFind)."""

NOT_NAMED = Verdict((why.OTHER_NODES,), helpless=True)
_UNKNOWN = object()


@dataclass(slots=True)
class Diagnosis:
    """Why no node would do. `rejected` speaks of all of them at once, before any was looked at."""

    nodes: int
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    rejected: str = ""


class Cycle:
    """One pod against the cluster as it is now."""

    def __init__(self, pod: PodInfo, cluster: Cluster) -> None:
        self.pod, self.cluster = pod, cluster
        self.checks: list[Check] = []

    def find(self) -> tuple[list[NodeInfo], Diagnosis]:
        """The nodes that will do, in order of name, and why the others will not."""
        nodes = self.cluster.view.nodes()
        diagnosis = Diagnosis(len(nodes))
        names = node_affinity.named_nodes(self.pod)
        rejected = names if isinstance(names, Rejected) else self.prepare()
        if isinstance(rejected, Rejected):
            diagnosis.rejected = rejected.reason
            diagnosis.verdicts = dict.fromkeys((n.name for n in nodes), Verdict((rejected.reason,), helpless=True))
            return [], diagnosis
        promised = self.cluster.view.node(_nominated(self.pod))
        if promised is not None and self.verdict(promised) is None:
            return [promised], diagnosis
        if isinstance(names, frozenset):
            diagnosis.verdicts = {n.name: NOT_NAMED for n in nodes if n.name not in names}
            nodes = [n for n in nodes if n.name in names]
        return self._look(nodes, diagnosis.verdicts), diagnosis

    def prepare(self) -> Rejected | None:
        for prepared in PREPARED:
            check = prepared.prepare(self.pod, self.cluster)
            if isinstance(check, Rejected):
                return check
            if check is not None:
                self.checks.append(check)
        return None

    def _look(self, nodes: list[NodeInfo], verdicts: dict[str, Verdict]) -> list[NodeInfo]:
        enough = enough_nodes(len(nodes))
        if enough < len(nodes):
            # Kubernetes goes on where the last pod stopped; here each pod starts at a place of its own.
            start = crc32(self.pod.uid.encode()) % len(nodes)
            nodes = nodes[start:] + nodes[:start]
        found: list[NodeInfo] = []
        for node in nodes:
            verdict = self.verdict(node)
            if verdict is None:
                found.append(node)
                if len(found) >= enough:
                    break
            else:
                verdicts[node.name] = verdict
        return found

    def verdict(self, node: NodeInfo) -> Verdict | None:
        verdict = node.static.get(self.pod.signature, _UNKNOWN)
        if verdict is _UNKNOWN:
            verdict = self._by_node(node)
        if verdict is not None:
            return verdict  # type: ignore[return-value]
        if node.nominated:
            return self._beside_nominated(node)
        return self.ask(self.checks, node)

    def _by_node(self, node: NodeInfo) -> Verdict | None:
        found: Verdict | None = None
        for by_node in BY_NODE:
            found = by_node.check(self.pod, node)
            if found is not None:
                break
        if len(node.static) >= KEPT_VERDICTS:
            node.static.clear()
        node.static[self.pod.signature] = found
        return found

    @staticmethod
    def ask(checks: list[Check], node: NodeInfo) -> Verdict | None:
        for check in checks:
            verdict = check.check(node)
            if verdict is not None:
                return verdict
        return None

    def _beside_nominated(self, node: NodeInfo) -> Verdict | None:
        """Pods that preempted others here, and are not lower in priority, must fit in as well, should they come."""
        coming = [p for k, p in node.nominated.items() if k != self.pod.key and p.priority >= self.pod.priority]
        if coming:
            trial, checks = node.copy(), [c.copy() for c in self.checks]
            for pod in coming:
                shift(checks, trial, pod, 1)
            verdict = self.ask(checks, trial)
            if verdict is not None:
                return verdict
        return self.ask(self.checks, node)

    def offer(self, node: NodeInfo) -> Offer:
        """What the volume filter found for a node that will do."""
        for check in self.checks:
            if isinstance(check, volume_binding.Binding):
                check.check(node)
                return check.offers.get(node.name, Offer())
        return Offer()


def shift(checks: list[Check], node: NodeInfo, pod: PodInfo, by: int) -> None:
    """Put a pod on a copy of a node (`by` = 1), or take it away (-1), for all checks."""
    if by > 0:
        node.add(pod)
    else:
        node.remove(pod)
    for check in checks:
        check.shift(pod, node, by)


def enough_nodes(nodes: int) -> int:
    """How many nodes that will do are enough to choose among (percentageOfNodesToScore: adaptive)."""
    if nodes < FEW_ENOUGH:
        return nodes
    return max(FEW_ENOUGH, nodes * max(5, 50 - nodes // 125) // 100)


def _nominated(pod: PodInfo) -> str:
    return (pod.pod.get("status") or {}).get("nominatedNodeName") or ""
