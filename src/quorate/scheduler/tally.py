"""Running counts of pods per node: how many a term picks there, and how many carry a term there.

Both directions of inter-pod affinity, and topology spread, are answered from these without looking at all pods.
"""

from collections.abc import Iterator

from quorate.contract.plan import Key
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.terms import ByLabel, Labels, LabelsOf, Term, anchors

MOST_TALLIES = 4096
"""The oldest is forgotten beyond that, and counted anew when it is asked for again."""


class Tally:
    """How many placed pods each node holds that all `terms` pick; `living` leaves out those being deleted."""

    __slots__ = ("counts", "living", "terms")

    def __init__(self, terms: tuple[Term, ...], living: bool) -> None:
        self.terms, self.living = terms, living
        self.counts: dict[str, int] = {}

    def picks(self, pod: PodInfo, labels_of: LabelsOf) -> bool:
        if self.living and pod.terminating:
            return False
        return all(t.picks(pod.namespace, pod.labels, labels_of) for t in self.terms)

    def count(self, pod: PodInfo, by: int) -> None:
        left = self.counts.get(pod.place, 0) + by
        if left:
            self.counts[pod.place] = left
        else:
            self.counts.pop(pod.place, None)


class Placed:
    """The pods that are on nodes, by namespace and by label."""

    def __init__(self) -> None:
        self._spaces: dict[str, dict[Key, PodInfo]] = {}
        self._labels: dict[tuple[str, str, str], dict[Key, PodInfo]] = {}

    def add(self, pod: PodInfo) -> None:
        self._spaces.setdefault(pod.namespace, {})[pod.key] = pod
        for key, value in pod.labels.items():
            self._labels.setdefault((pod.namespace, key, value), {})[pod.key] = pod

    def remove(self, pod: PodInfo) -> None:
        self._spaces[pod.namespace].pop(pod.key, None)
        for key, value in pod.labels.items():
            found = self._labels[pod.namespace, key, value]
            del found[pod.key]
            if not found:
                del self._labels[pod.namespace, key, value]

    def near(self, term: Term) -> Iterator[PodInfo]:
        """Pods that the term may pick, each once."""
        pairs = anchors(term.selector)
        for space in self._spaces if term.everywhere is not None else sorted(term.namespaces):
            if pairs is None:
                yield from self._spaces.get(space, {}).values()
            else:
                for key, value in pairs:
                    yield from self._labels.get((space, key, value), {}).values()


class Tallies:
    """Tallies by what they count; made when first asked for."""

    def __init__(self) -> None:
        self._all: dict[tuple[tuple[Term, ...], bool], Tally] = {}
        self._near: ByLabel[Tally] = ByLabel()

    def get(self, terms: tuple[Term, ...], living: bool, placed: Placed, labels_of: LabelsOf) -> Tally:
        """`placed` is for the first count."""
        key = (terms, living)
        found = self._all.get(key)
        if found is not None:
            return found
        found = Tally(terms, living)
        narrow = terms[0]
        for pod in placed.near(narrow):
            if found.picks(pod, labels_of):
                found.count(pod, 1)
        if len(self._all) >= MOST_TALLIES:
            oldest = next(iter(self._all))
            self._near.drop(oldest, self._all.pop(oldest).terms[0].selector)
        self._all[key] = found
        self._near.put(key, narrow.selector, found)
        return found

    def count(self, pod: PodInfo, by: int, labels_of: LabelsOf) -> None:
        for tally in self._near.near(pod.labels):
            if tally.picks(pod, labels_of):
                tally.count(pod, by)

    def forget_by_namespace_labels(self) -> None:
        """A namespace's labels changed: what is picked by them is counted anew."""
        for key, tally in list(self._all.items()):
            if any(t.everywhere is not None and not t.everywhere.empty for t in tally.terms):
                del self._all[key]
                self._near.drop(key, tally.terms[0].selector)


class Held:
    """A term that placed pods carry, with a weight, and how many on which node."""

    __slots__ = ("nodes", "term", "weight")

    def __init__(self, term: Term, weight: int) -> None:
        self.term, self.weight = term, weight
        self.nodes: dict[str, int] = {}


class Book:
    """The terms of placed pods, same ones together."""

    def __init__(self) -> None:
        self._all: dict[tuple[Term, int], Held] = {}
        self._near: ByLabel[Held] = ByLabel()

    def count(self, term: Term, weight: int, node: str, by: int) -> None:
        key = (term, weight)
        held = self._all.get(key)
        if held is None:
            held = self._all[key] = Held(term, weight)
            self._near.put(key, term.selector, held)
        left = held.nodes.get(node, 0) + by
        if left:
            held.nodes[node] = left
            return
        held.nodes.pop(node, None)
        if not held.nodes:
            del self._all[key]
            self._near.drop(key, term.selector)

    def about(self, namespace: str, labels: Labels, labels_of: LabelsOf) -> list[Held]:
        """The terms that pick a pod of this namespace with these labels."""
        if not self._all:
            return []
        return [h for h in self._near.near(labels) if h.term.picks(namespace, labels, labels_of)]
