"""InterPodAffinity: the pod's required affinity and anti-affinity, and the anti-affinity of the pods already there."""

from quorate.scheduler import reasons as why
from quorate.scheduler.check import Check
from quorate.scheduler.cluster import Cluster
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.terms import LabelsOf, Term
from quorate.scheduler.verdict import Verdict

NAME = why.INTER_POD_AFFINITY

Counts = dict[tuple[str, str], int]
"""By (topology key, value)."""


def prepare(pod: PodInfo, cluster: Cluster) -> Check | None:
    view = cluster.view
    theirs: Counts = {}
    for held in view.refusals.about(pod.namespace, pod.labels, view.namespace_labels):
        _add(theirs, held.term.topology_key, cluster.by_value(held.nodes, held.term.topology_key))
    if not theirs and not pod.affinity and not pod.anti:
        return None
    near: Counts = {}
    if pod.affinity:
        together = view.tally(pod.affinity)
        for term in pod.affinity:
            _add(near, term.topology_key, cluster.by_value(together, term.topology_key))
    far: Counts = {}
    for term in pod.anti:
        _add(far, term.topology_key, cluster.by_value(view.tally((term,)), term.topology_key))
    return Affinity(pod, near, far, theirs, view.namespace_labels)


def _add(to: Counts, key: str, values: dict[str, int]) -> None:
    for value, count in values.items():
        to[key, value] = to.get((key, value), 0) + count


class Affinity(Check):
    """`near`: pods that all affinity terms pick; `far`: pods that an anti-affinity term picks; `theirs`: pods whose
    anti-affinity picks this one."""

    __slots__ = ("far", "labels_of", "near", "own", "pod", "theirs")

    def __init__(self, pod: PodInfo, near: Counts, far: Counts, theirs: Counts, labels_of: LabelsOf) -> None:
        self.pod, self.near, self.far, self.theirs, self.labels_of = pod, near, far, theirs, labels_of
        self.own = bool(pod.affinity) and _picked_by_all(pod.affinity, pod, labels_of)

    def check(self, node: NodeInfo) -> Verdict | None:
        labels = node.labels
        if self.pod.affinity and not self._near_enough(labels):
            return Verdict((why.AFFINITY,), helpless=True)
        for term in self.pod.anti:
            value = labels.get(term.topology_key)
            if value is not None and self.far.get((term.topology_key, value), 0) > 0:
                return Verdict((why.ANTI_AFFINITY,))
        if self.theirs and any(self.theirs.get(pair, 0) > 0 for pair in labels.items()):
            return Verdict((why.THEIR_ANTI_AFFINITY,))
        return None

    def _near_enough(self, labels: dict[str, str]) -> bool:
        found = True
        for term in self.pod.affinity:
            value = labels.get(term.topology_key)
            if value is None:
                return False
            found = found and self.near.get((term.topology_key, value), 0) > 0
        # The first of a group that wants to be together has nobody to be with yet.
        return found or (self.own and not any(count > 0 for count in self.near.values()))

    def shift(self, pod: PodInfo, node: NodeInfo, by: int) -> None:
        me, labels_of = self.pod, self.labels_of
        if me.affinity and _picked_by_all(me.affinity, pod, labels_of):
            for term in me.affinity:
                _shift(self.near, term, node, by)
        for term in me.anti:
            if term.picks(pod.namespace, pod.labels, labels_of):
                _shift(self.far, term, node, by)
        for term in pod.anti:
            if term.picks(me.namespace, me.labels, labels_of):
                _shift(self.theirs, term, node, by)

    def copy(self) -> Check:
        return Affinity(self.pod, dict(self.near), dict(self.far), dict(self.theirs), self.labels_of)


def _picked_by_all(terms: tuple[Term, ...], pod: PodInfo, labels_of: LabelsOf) -> bool:
    return all(t.picks(pod.namespace, pod.labels, labels_of) for t in terms)


def _shift(counts: Counts, term: Term, node: NodeInfo, by: int) -> None:
    value = node.labels.get(term.topology_key)
    if value is not None:
        key = (term.topology_key, value)
        counts[key] = counts.get(key, 0) + by
