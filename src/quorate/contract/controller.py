"""What a controller is to the runtime: how it hears, what it sees, what it decides. All of it is functions and data."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from quorate.contract.plan import Key, Obj, Plan
from quorate.contract.ports import Reader
from quorate.kernel.clock import MILLISECOND, SECOND, Duration, Instant


@dataclass(frozen=True, slots=True)
class Watch:
    """Which keys to look at when an object of `resource` changes: `keys(reader, old, new)`.

    `old` is None for a new object, `new` is None for a removed one. The reader already holds the change.
    """

    resource: str
    keys: Callable[[Reader, Obj | None, Obj | None], Iterable[Key]]


@dataclass(frozen=True, slots=True)
class Index:
    """An index over a resource: `values(obj)` are the strings under which it is found."""

    resource: str
    name: str
    values: Callable[[Obj], Iterable[str]]


class View(Protocol):
    """Something derived from the cache and kept up to date with it: sums per node, pods per label, ...

    A class with this shape, constructed without arguments and picklable, is named in `Controller.views`; the instance is
    had from `reader.view(ThatClass)`. `apply` is called for every change of its `resources` (old is None for a new object,
    new is None for a removed one), in cache order, before the change wakes any key. Several controllers may share a view.
    """

    resources: tuple[str, ...]

    def apply(self, resource: str, old: Obj | None, new: Obj | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long a key waits after its n-th failure in a row: `first` doubling up to `most`."""

    first: Duration = 5 * MILLISECOND
    most: Duration = 1000 * SECOND


@dataclass(frozen=True, slots=True)
class Controller:
    """One controller. Its functions are module-level (a world is pickled) and pure.

    name      event source and workqueue name, e.g. "statefulset-controller"
    watches   what wakes it
    snapshot  (reader, key, memory) -> what `decide` sees; None when there is nothing to do (memory is dropped then).
              `memory` is what the last plan for this key asked to remember.
    decide    (seen, now) -> Plan
    indexes   indexes it needs beside those that always exist
    views     classes (shape: `View`) that the runtime keeps up to date for it
    gate      "key": a key is not decided before the cache has seen what was written for that key;
              "controller": no key is decided before the cache has seen what was written for any key
    rank      (reader, key) -> which of the keys that wait is decided first, the smallest; None: those that came first.
              Equals go in the order in which they came.
    user      who it is to the API server (managedFields manager is `manager`)
    """

    name: str
    watches: tuple[Watch, ...]
    snapshot: Callable[[Reader, Key, Any], Any]
    decide: Callable[[Any, Instant], Plan]
    indexes: tuple[Index, ...] = ()
    views: tuple[type[View], ...] = ()
    gate: Literal["key", "controller"] = "key"
    backoff: Backoff = field(default=Backoff())
    rank: Callable[[Reader, Key], Any] | None = None
    user: str = ""
    manager: str = "kube-controller-manager"


def own_key(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The key of the object itself: the usual watch on a controller's own kind."""
    meta = (new or old or {})["metadata"]
    return ((meta.get("namespace", ""), meta["name"]),)


def owner_keys(old: Obj | None, new: Obj | None, kind: str) -> Iterable[Key]:
    """The keys of the controllers, of this kind, that the object has or had."""
    found: list[Key] = []
    for obj in (old, new):
        if obj is None:
            continue
        for ref in obj["metadata"].get("ownerReferences") or ():
            if ref.get("controller") and ref["kind"] == kind:
                key = (obj["metadata"].get("namespace", ""), ref["name"])
                if key not in found:
                    found.append(key)
    return found
