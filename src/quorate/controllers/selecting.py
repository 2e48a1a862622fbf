"""Selectors and labels, both ways, without looking through everything: views that several controllers share."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.objects.selectors import Requirement, Selector

Pair = tuple[str, str, str]
"""(namespace, label, value)"""


class PodsByLabel:
    """The names of the pods that carry a label."""

    resources: tuple[str, ...] = ("pods",)

    def __init__(self) -> None:
        self._names: dict[Pair, set[str]] = {}

    def apply(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        before = (old["metadata"].get("labels") or {}) if old is not None else {}
        after = (new["metadata"].get("labels") or {}) if new is not None else {}
        if before == after:
            return
        some = new if new is not None else old
        assert some is not None
        namespace, name = some["metadata"]["namespace"], some["metadata"]["name"]
        for pair in before.items():
            if after.get(pair[0]) != pair[1]:
                _drop(self._names, (namespace, *pair), name)
        for pair in after.items():
            if before.get(pair[0]) != pair[1]:
                self._names.setdefault((namespace, *pair), set()).add(name)

    def names(self, namespace: str, requirement: Requirement) -> set[str] | None:
        """The pods for which an equality or "in" holds; None for other operators."""
        if requirement.operator == "=" or (requirement.operator == "in" and len(requirement.values) == 1):
            return self._names.get((namespace, requirement.key, requirement.values[0]), set())
        if requirement.operator == "in":
            found = [self._names.get((namespace, requirement.key, value), set()) for value in requirement.values]
            return set().union(*found)
        return None


def _drop(names: dict[Pair, set[str]], pair: Pair, name: str) -> None:
    held = names.get(pair)
    if held is not None:
        held.discard(name)
        if not held:
            del names[pair]


def selected_pods(reader: Reader, namespace: str, wanted: Selector) -> list[Obj]:
    """The pods of a namespace that a selector picks, by name. Needs the view `PodsByLabel`."""
    if wanted.nothing:
        return []
    view = reader.view(PodsByLabel)
    fewest: set[str] | None = None
    for requirement in wanted.requirements:
        names = view.names(namespace, requirement)
        if names is not None and (fewest is None or len(names) < len(fewest)):
            fewest = names
    if fewest is None:
        return [pod for pod in reader.list("pods", namespace) if wanted.matches(pod["metadata"].get("labels"))]
    pods = (reader.get("pods", namespace, name) for name in sorted(fewest))
    return [pod for pod in pods if pod is not None and wanted.matches(pod["metadata"].get("labels"))]


class Selectors:
    """Which objects select some labels. A subclass says of which resources, and what an object's selector is."""

    resources: tuple[str, ...] = ()

    def __init__(self) -> None:
        self._wanted: dict[tuple[str, str], Selector] = {}
        self._under: dict[Pair, set[str]] = {}
        self._others: dict[str, set[str]] = {}

    def selector_of(self, obj: Obj) -> Selector:
        raise NotImplementedError

    def apply(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        some = new if new is not None else old
        assert some is not None
        namespace, name = some["metadata"]["namespace"], some["metadata"]["name"]
        before = self._wanted.get((namespace, name))
        after = self.selector_of(new) if new is not None else None
        if before == after:
            return
        if before is not None:
            del self._wanted[namespace, name]
            for pair in _pairs(namespace, before):
                _drop(self._under, pair, name)
            self._others.get(namespace, set()).discard(name)
        if after is not None:
            self._wanted[namespace, name] = after
            pairs = _pairs(namespace, after)
            for pair in pairs:
                self._under.setdefault(pair, set()).add(name)
            if not pairs and not after.nothing:
                self._others.setdefault(namespace, set()).add(name)

    def picking(self, namespace: str, labels: dict[str, str] | None) -> list[str]:
        """The names of the objects of this namespace whose selector picks these labels, sorted."""
        found = set(self._others.get(namespace, ()))
        for key, value in (labels or {}).items():
            found |= self._under.get((namespace, key, value), set())
        return [name for name in sorted(found) if self._wanted[namespace, name].matches(labels)]


def _pairs(namespace: str, wanted: Selector) -> Iterable[Pair]:
    """The labels one of which a picked object must carry; none when the selector cannot say."""
    if wanted.nothing:
        return ()
    for requirement in wanted.requirements:
        if requirement.operator in ("=", "in"):
            return [(namespace, requirement.key, value) for value in requirement.values]
    return ()
