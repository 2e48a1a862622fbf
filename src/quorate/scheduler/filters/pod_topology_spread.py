"""PodTopologySpread: no domain may get ahead of the emptiest one by more than maxSkew (DoNotSchedule constraints)."""

from quorate.scheduler import reasons as why
from quorate.scheduler.check import Check
from quorate.scheduler.cluster import Cluster, fits_selector
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.spread import Constraint, constraints, counts
from quorate.scheduler.verdict import Verdict

NAME = why.POD_TOPOLOGY_SPREAD


def prepare(pod: PodInfo, cluster: Cluster) -> Check | None:
    wanted = constraints(pod, "DoNotSchedule")
    if not wanted:
        return None
    found = []
    for number, constraint in enumerate(wanted):
        domains = _domains(pod, wanted, number, cluster)
        per_domain = dict.fromkeys(domains.values(), 0)
        for name, count in cluster.view.tally((constraint.term,), living=True).counts.items():
            value = domains.get(name)
            if value is not None:
                per_domain[value] += count
        found.append(per_domain)
    return Spread(pod, wanted, found)


def _domains(pod: PodInfo, wanted: tuple[Constraint, ...], number: int, cluster: Cluster) -> dict[str, str]:
    """Node -> its value, of the nodes whose pods count for this constraint: those that have all topology keys."""
    constraint = wanted[number]
    keys = tuple(c.key for c in wanted)
    memo = cluster.view.memo
    key = ("spread", keys, number, constraint.honor_affinity, constraint.honor_taints, pod.signature)
    known: dict[str, str] | None = memo.get(key)
    if known is None:
        known = memo[key] = {
            node.name: node.labels[constraint.key]
            for node in cluster.view.nodes()
            if all(k in node.labels for k in keys) and counts(constraint, pod, fits_selector(pod, node), node.taints)
        }
    return known


class Spread(Check):
    __slots__ = ("least", "mine", "per_domain", "pod", "wanted")

    def __init__(self, pod: PodInfo, wanted: tuple[Constraint, ...], per_domain: list[dict[str, int]]) -> None:
        self.pod, self.wanted, self.per_domain = pod, wanted, per_domain
        self.mine = [int(c.term.selector.matches(pod.labels)) for c in wanted]
        self.least = [_least(c, d) for c, d in zip(wanted, per_domain, strict=True)]

    def check(self, node: NodeInfo) -> Verdict | None:
        for number, constraint in enumerate(self.wanted):
            value = node.labels.get(constraint.key)
            if value is None:
                return Verdict((why.SPREAD_LABEL,), helpless=True)
            skew = self.per_domain[number].get(value, 0) + self.mine[number] - self.least[number]
            if skew > constraint.max_skew:
                return Verdict((why.SPREAD,))
        return None

    def shift(self, pod: PodInfo, node: NodeInfo, by: int) -> None:
        if pod.namespace != self.pod.namespace or not all(c.key in node.labels for c in self.wanted):
            return
        for number, constraint in enumerate(self.wanted):
            fits = fits_selector(self.pod, node)
            if not constraint.term.selector.matches(pod.labels) or not counts(constraint, self.pod, fits, node.taints):
                continue
            domains, value = self.per_domain[number], node.labels[constraint.key]
            domains[value] = domains.get(value, 0) + by
            self.least[number] = _least(constraint, domains)

    def copy(self) -> Check:
        return Spread(self.pod, self.wanted, [dict(d) for d in self.per_domain])


def _least(constraint: Constraint, domains: dict[str, int]) -> int:
    """The emptiest domain; 0 as long as there are fewer domains than minDomains."""
    return min(domains.values()) if len(domains) >= max(constraint.min_domains, 1) else 0
