"""What a filter or a score may look at: the running sums, and the cache for the rest (claims, volumes, services)."""

from dataclasses import dataclass

from quorate.contract.ports import Reader
from quorate.objects.selectors import node_selector_matches
from quorate.scheduler.nodeinfo import KEPT_VERDICTS, NodeInfo
from quorate.scheduler.podinfo import PodInfo, required_node_selector
from quorate.scheduler.tally import Tally
from quorate.scheduler.view import ClusterView


@dataclass(frozen=True, slots=True)
class Cluster:
    view: ClusterView
    reader: Reader

    def by_value(self, tally: Tally | dict[str, int], key: str) -> dict[str, int]:
        """Counts per node summed up per value of the node label `key`."""
        counts = tally.counts if isinstance(tally, Tally) else tally
        entries = self.view.entries
        out: dict[str, int] = {}
        for name, count in counts.items():
            entry = entries.get(name)
            value = entry.labels.get(key) if entry is not None else None
            if value is not None:
                out[value] = out.get(value, 0) + count
        return out


def fits_selector(pod: PodInfo, node: NodeInfo) -> bool:
    """Whether the node has what spec.nodeSelector and the required node affinity ask for; remembered per node."""
    known = node.matched.get(pod.signature)
    if known is None:
        known = _fits_selector(pod, node)
        if len(node.matched) >= KEPT_VERDICTS:
            node.matched.clear()
        node.matched[pod.signature] = known
    return known


def _fits_selector(pod: PodInfo, node: NodeInfo) -> bool:
    spec = pod.pod["spec"]
    wanted = spec.get("nodeSelector")
    if wanted and any(node.labels.get(k) != v for k, v in wanted.items()):
        return False
    return node_selector_matches(required_node_selector(spec), node.existing)
