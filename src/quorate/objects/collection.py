"""Objects of all resources, found by key and by index: what the store keeps and what an informer's cache is.

An index is a function from an object to the strings under which it is found. "*" as resource means every resource.
"""

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from typing import Any, Protocol

Obj = dict[str, Any]
Values = Callable[[Obj], Iterable[str]]


class View(Protocol):
    """A running summary of some resources, kept up to date change by change (see contract.controller.View)."""

    resources: tuple[str, ...]

    def apply(self, resource: str, old: Obj | None, new: Obj | None) -> None: ...


def key_of(obj: Obj) -> tuple[str, str]:
    meta = obj["metadata"]
    return meta.get("namespace", ""), meta["name"]


def controller_uids(obj: Obj) -> Iterable[str]:
    for ref in obj["metadata"].get("ownerReferences") or ():
        if ref.get("controller"):
            yield ref["uid"]


def owner_uids(obj: Obj) -> Iterable[str]:
    return [ref["uid"] for ref in obj["metadata"].get("ownerReferences") or ()]


def own_uid(obj: Obj) -> Iterable[str]:
    return (obj["metadata"]["uid"],)


def pod_node(pod: Obj) -> Iterable[str]:
    node = pod["spec"].get("nodeName")
    return (node,) if node else ()


def pod_claims(pod: Obj) -> Iterable[str]:
    namespace = pod["metadata"]["namespace"]
    for volume in pod["spec"].get("volumes") or ():
        if "persistentVolumeClaim" in volume:
            yield f"{namespace}/{volume['persistentVolumeClaim']['claimName']}"
        elif "ephemeral" in volume:
            yield f"{namespace}/{pod['metadata']['name']}-{volume['name']}"


STANDARD: tuple[tuple[str, str, Values], ...] = (
    ("*", "owner", controller_uids),
    ("*", "owners", owner_uids),
    ("*", "uid", own_uid),
    ("pods", "node", pod_node),
    ("pods", "claim", pod_claims),
)
"""The indexes that always exist."""

GLOBAL = frozenset({"uid", "owners"})
"""Indexes that can also be asked over all resources at once: `indexed("*", "uid", uid)`."""

Found = dict[tuple[str, str, str], Obj]
Named = list[tuple[str, Values]]


class Collection:
    def __init__(self) -> None:
        self.revision = 0
        self._objects: dict[str, dict[str, dict[str, Obj]]] = {}
        self._sorted: dict[tuple[str, str | None], list[Obj]] = {}
        self._values: dict[str, Named] = {}
        self._everywhere: Named = []
        self._index: dict[tuple[str, str], dict[str, Found]] = {}
        self._views: dict[type, Any] = {}
        self._views_of: dict[str, list[View]] = {}
        for resource, name, values in STANDARD:
            self.add_index(resource, name, values)

    def add_index(self, resource: str, name: str, values: Values) -> None:
        """Declare an index; what is there already is indexed too."""
        if resource == "*":
            self._everywhere.append((name, values))
            for known in self._values.values():
                known.append((name, values))
            present = [(r, o) for r in self._objects for o in self.list(r)]
        else:
            known = self._of(resource)
            if any(n == name for n, _ in known):
                return
            known.append((name, values))
            present = [(resource, o) for o in self.list(resource)]
        for found, obj in present:
            self._put(found, name, values(obj), obj)

    def add_view(self, view: type) -> None:
        """Keep a summary of this type; what is there already is told to it."""
        if view in self._views:
            return
        made = self._views[view] = view()
        for resource in made.resources:
            self._views_of.setdefault(resource, []).append(made)
            for obj in self.list(resource):
                made.apply(resource, None, obj)

    def copy(self) -> "Collection":
        """Another collection of the same objects, with indexes and views of its own."""
        made = Collection()
        made.revision = self.revision
        made._objects = {r: {s: dict(n) for s, n in spaces.items()} for r, spaces in self._objects.items()}
        made._values = {resource: [*named] for resource, named in self._values.items()}
        made._everywhere = [*self._everywhere]
        made._index = {at: {v: dict(f) for v, f in found.items()} for at, found in self._index.items()}
        made._views, made._views_of = deepcopy((self._views, self._views_of))
        return made

    def view(self, view: type) -> Any:
        return self._views[view]

    def get(self, resource: str, namespace: str, name: str) -> Obj | None:
        spaces = self._objects.get(resource)
        if spaces is None:
            return None
        names = spaces.get(namespace)
        return names.get(name) if names is not None else None

    def list(self, resource: str, namespace: str | None = None) -> Sequence[Obj]:
        """In order of (namespace, name). The list is kept until something of it changes: do not change it."""
        kept = self._sorted.get((resource, namespace))
        if kept is not None:
            return kept
        spaces = self._objects.get(resource) or {}
        if namespace is None:
            out = [names[n] for _, names in sorted(spaces.items()) for n in sorted(names)]
        else:
            names = spaces.get(namespace) or {}
            out = [names[n] for n in sorted(names)]
        self._sorted[resource, namespace] = out
        return out

    def resources(self) -> Iterable[str]:
        return self._objects.keys()

    def count(self, resource: str) -> int:
        return sum(map(len, (self._objects.get(resource) or {}).values()))

    def indexed(self, resource: str, index: str, value: str) -> Sequence[Obj]:
        found = self._index.get((resource, index), {}).get(value)
        if not found:
            return ()
        if len(found) == 1:
            return tuple(found.values())
        return [found[k] for k in sorted(found)]

    def apply(self, resource: str, old: Obj | None, new: Obj | None, revision: int) -> None:
        """Take in one change. `old` is what is held now (None: nothing), `new` what comes in its place (None: nothing)."""
        self.revision = revision
        some = new if new is not None else old
        assert some is not None
        meta = some["metadata"]
        namespace, name = meta.get("namespace", ""), meta["name"]
        spaces = self._objects.setdefault(resource, {})
        names = spaces.get(namespace)
        if new is None:
            if names is not None:
                names.pop(name, None)
                if not names:
                    del spaces[namespace]
        else:
            if names is None:
                names = spaces[namespace] = {}
            names[name] = new
        if self._sorted:
            self._sorted.pop((resource, None), None)
            self._sorted.pop((resource, namespace), None)
        for index, values in self._of(resource):
            if old is not None:
                self._drop(resource, index, values(old), some)
            if new is not None:
                self._put(resource, index, values(new), new)
        for view in self._views_of.get(resource, ()):
            view.apply(resource, old, new)

    def _of(self, resource: str) -> Named:
        known = self._values.get(resource)
        if known is None:
            known = self._values[resource] = [*self._everywhere]
        return known

    def _put(self, resource: str, index: str, values: Iterable[str], obj: Obj) -> None:
        key = (resource, *key_of(obj))
        for value in values:
            self._index.setdefault((resource, index), {}).setdefault(value, {})[key] = obj
            if index in GLOBAL:
                self._index.setdefault(("*", index), {}).setdefault(value, {})[key] = obj

    def _drop(self, resource: str, index: str, values: Iterable[str], obj: Obj) -> None:
        key = (resource, *key_of(obj))
        for value in values:
            for under in ((resource, index), ("*", index)) if index in GLOBAL else ((resource, index),):
                found = self._index.get(under, {}).get(value)
                if found is not None:
                    found.pop(key, None)
                    if not found:
                        del self._index[under][value]
