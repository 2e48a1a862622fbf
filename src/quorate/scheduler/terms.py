"""Affinity terms: which pods a term picks, by namespace and label (Kubernetes: scheduler/framework, AffinityTerm)."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Generic, TypeVar

import orjson

from quorate.objects.selectors import NOTHING, Requirement, Selector, selector

Obj = dict[str, Any]
Labels = Mapping[str, str]
LabelsOf = Callable[[str], Labels]
"""The labels of a namespace."""
T = TypeVar("T")


class Term:
    """Pods of some namespaces that a selector picks, counted per value of a node label.

    `everywhere` is the selector over namespaces (None: only `namespaces`). Two terms that say the same are equal.
    """

    __slots__ = ("everywhere", "namespaces", "selector", "text", "topology_key")

    def __init__(
        self, namespaces: frozenset[str], everywhere: Selector | None, selector: Selector, topology_key: str
    ) -> None:
        self.namespaces, self.everywhere, self.selector, self.topology_key = (
            namespaces, everywhere, selector, topology_key,
        )  # fmt: skip
        over = "-" if everywhere is None else repr(everywhere)
        self.text = f"{','.join(sorted(namespaces))}|{over}|{selector!r}|{topology_key}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Term) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def picks(self, namespace: str, labels: Labels, labels_of: LabelsOf) -> bool:
        if namespace not in self.namespaces and (
            self.everywhere is None or not self.everywhere.matches(labels_of(namespace))
        ):
            return False
        return self.selector.matches(labels)


def affinity_term(raw: Obj, namespace: str, labels: Labels) -> Term:
    """A PodAffinityTerm of a pod of this namespace with these labels."""
    keys = raw.get("matchLabelKeys"), raw.get("mismatchLabelKeys")
    own = tuple((k, labels[k]) for ks in keys for k in ks or () if k in labels)
    return _term(orjson.dumps(raw, option=orjson.OPT_SORT_KEYS), namespace, own)


@lru_cache(maxsize=4096)
def _term(raw_text: bytes, namespace: str, own: tuple[tuple[str, str], ...]) -> Term:
    raw = orjson.loads(raw_text)
    picked = selector(raw.get("labelSelector"))
    mine = dict(own)
    extra = [Requirement(k, "in", (mine[k],)) for k in raw.get("matchLabelKeys") or () if k in mine]
    extra += [Requirement(k, "notin", (mine[k],)) for k in raw.get("mismatchLabelKeys") or () if k in mine]
    names, over = raw.get("namespaces"), raw.get("namespaceSelector")
    if not names and over is None:
        names = [namespace]
    return Term(
        frozenset(names or ()), None if over is None else selector(over), narrowed(picked, extra), raw["topologyKey"]
    )


def narrowed(picked: Selector, extra: list[Requirement]) -> Selector:
    """The selector with more requirements; what picks nothing stays so."""
    if picked.nothing or not extra:
        return picked
    return Selector(tuple(sorted({*picked.requirements, *extra}, key=lambda r: (r.key, r.operator, r.values))))


class ByLabel(Generic[T]):
    """Things that carry a selector, found by the labels that they could pick: no pass looks at all of them."""

    __slots__ = ("_pairs", "_rest")

    def __init__(self) -> None:
        self._pairs: dict[tuple[str, str], dict[Any, T]] = {}
        self._rest: dict[Any, T] = {}

    def put(self, key: Any, picked: Selector, thing: T) -> None:
        pairs = anchors(picked)
        if pairs is None:
            self._rest[key] = thing
        else:
            for pair in pairs:
                self._pairs.setdefault(pair, {})[key] = thing

    def drop(self, key: Any, picked: Selector) -> None:
        pairs = anchors(picked)
        if pairs is None:
            self._rest.pop(key, None)
            return
        for pair in pairs:
            found = self._pairs.get(pair)
            if found is not None:
                found.pop(key, None)
                if not found:
                    del self._pairs[pair]

    def near(self, labels: Labels) -> Iterator[T]:
        """Those that may pick these labels, each once."""
        if self._pairs:
            for pair in labels.items():
                found = self._pairs.get(pair)
                if found:
                    yield from found.values()
        if self._rest:
            yield from self._rest.values()


@lru_cache(maxsize=4096)
def anchors(picked: Selector) -> tuple[tuple[str, str], ...] | None:
    """The label pairs of which a picked object must have one; None when any labels might do."""
    if picked is NOTHING or picked.nothing:
        return ()
    for requirement in picked.requirements:
        if requirement.operator in ("=", "in"):
            return tuple((requirement.key, value) for value in requirement.values)
    return None
