"""PodTopologySpread's score: the fewer matching pods in the node's domains, the better (ScheduleAnyway constraints).

A pod without constraints of its own is spread over hosts and zones beside its siblings (the default constraints).
"""

from math import floor, log

from quorate.scheduler.cluster import Cluster, fits_selector
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.scores.normalize import MOST
from quorate.scheduler.spread import HOSTNAME, Constraint, constraints, counts, default_constraints

WEIGHT = 2


def score(pod: PodInfo, cluster: Cluster, nodes: list[NodeInfo]) -> list[int] | None:
    own = bool(pod.pod["spec"].get("topologySpreadConstraints"))
    wanted = constraints(pod, "ScheduleAnyway") if own else default_constraints(pod, cluster.reader)
    if not wanted:
        return None
    # Own constraints leave out nodes that lack a key; a default one must not punish clusters without zones.
    scored = [not own or all(c.key in node.labels for c in wanted) for node in nodes]
    totals = [0.0] * len(nodes)
    for constraint in wanted:
        _add(totals, scored, pod, cluster, nodes, constraint, wanted if own else ())
    rounded = [floor(total + 0.5) for total in totals]
    seen = [total for total, counted in zip(rounded, scored, strict=True) if counted]
    if not seen or max(seen) == 0:
        return [MOST if counted else 0 for counted in scored]
    low, top = min(seen), max(seen)
    return [MOST * (top + low - total) // top if counted else 0 for total, counted in zip(rounded, scored, strict=True)]


def _add(
    totals: list[float], scored: list[bool], pod: PodInfo, cluster: Cluster, nodes: list[NodeInfo],
    constraint: Constraint, needed: tuple[Constraint, ...],
) -> None:  # fmt: skip
    """Add what one constraint says of each node."""
    key = constraint.key
    per_node = cluster.view.tally((constraint.term,), living=True).counts
    extra = constraint.max_skew - 1
    if key == HOSTNAME:
        factor = log(sum(scored) + 2)
        for i, node in enumerate(nodes):
            if scored[i] and key in node.labels:
                totals[i] += per_node.get(node.name, 0) * factor + extra
        return
    # A node without the label shares the domain "" with its like when it is only wished for, but gains nothing by it.
    present = {node.labels.get(key, "") for node, counted in zip(nodes, scored, strict=True) if counted}
    domains = dict.fromkeys(present, 0)
    for name, count in per_node.items():
        entry = cluster.view.node(name)
        if entry is None or any(c.key not in entry.labels for c in needed):
            continue
        value = entry.labels.get(key, "")
        if value in domains and counts(constraint, pod, fits_selector(pod, entry), entry.taints):
            domains[value] += count
    factor = log(len(domains) + 2)
    for i, node in enumerate(nodes):
        if scored[i] and key in node.labels:
            totals[i] += domains[node.labels[key]] * factor + extra
