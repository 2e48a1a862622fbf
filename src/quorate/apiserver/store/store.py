"""The committed objects: one revision counter, optimistic writes, and the log of changes that watches resume from."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Literal

import orjson

from quorate.contract.failures import Obj, Refused
from quorate.objects.collection import Collection, key_of

ChangeType = Literal["ADDED", "MODIFIED", "DELETED"]


class Change:
    """One commit. `new` is the object as committed; for DELETED its last state, with the revision of the deletion."""

    __slots__ = ("_json", "_line", "new", "old", "resource", "revision", "type")

    def __init__(self, revision: int, resource: str, type: ChangeType, old: Obj | None, new: Obj) -> None:
        self.revision, self.resource, self.type, self.old, self.new = revision, resource, type, old, new
        self._json: bytes | None = None
        self._line: bytes | None = None

    def json(self) -> bytes:
        """The object's bytes, made once and shared by every list, get and watch."""
        if self._json is None:
            self._json = orjson.dumps(self.new)
        return self._json

    def line(self) -> bytes:
        """The change as a line of a watch; made once for all that watch as it is committed."""
        return self._line or b'{"type":"%b","object":%b}\n' % (self.type.encode(), self.json())

    def tell(self, watching: Iterable[Callable[["Change"], None]]) -> None:
        self._line = self.line()
        for hear in watching:
            hear(self)
        self._line = None  # the log keeps thousands of changes


class Store:
    """`keep` is how many changes stay in the log; a watch from before them is refused with 410."""

    def __init__(self, keep: int = 20_000) -> None:
        self.objects = Collection()
        self.revision = 0
        self.compacted = 0
        self.keep = keep
        self._log: deque[Change] = deque()
        self._latest: dict[tuple[str, str, str], Change] = {}
        self._hear: list[Callable[[Change], None]] = []
        self._watch: dict[str, dict[Callable[[Change], None], None]] = {}

    def restore(self, versions: Iterable[tuple[int, str, bool, bytes]], revision: int, compacted: int) -> None:
        """Take up a stored world: (revision, resource, deleted, bytes) in order of revision. Nobody is told."""
        for at, resource, deleted, raw in versions:
            obj: Obj = orjson.loads(raw)
            key = (resource, *key_of(obj))
            old = self.objects.get(*key)
            if deleted:
                self._latest.pop(key, None)
                change = Change(at, resource, "DELETED", old or obj, obj)
                if old is not None:
                    self.objects.apply(resource, old, None, at)
            else:
                change = self._latest[key] = Change(at, resource, "ADDED" if old is None else "MODIFIED", old, obj)
                self.objects.apply(resource, old, obj, at)
            if at > compacted:
                self._log.append(change)
        while len(self._log) > self.keep:
            compacted = self._log.popleft().revision
        self.revision = self.objects.revision = revision
        self.compacted = compacted

    def subscribe(self, hear: Callable[[Change], None]) -> None:
        """`hear(change)` is called after each commit, in order."""
        self._hear.append(hear)

    def unsubscribe(self, hear: Callable[[Change], None]) -> None:
        self._hear.remove(hear)

    def watch(self, resource: str, hear: Callable[[Change], None]) -> None:
        """The same for the commits of one resource only; called after those who hear of all."""
        self._watch.setdefault(resource, {})[hear] = None

    def unwatch(self, resource: str, hear: Callable[[Change], None]) -> None:
        watching = self._watch.get(resource, {})
        watching.pop(hear, None)
        if not watching:
            self._watch.pop(resource, None)

    @property
    def watchers(self) -> int:
        """How many watch some resource."""
        return sum(map(len, self._watch.values()))

    def get(self, resource: str, namespace: str, name: str) -> Obj | None:
        return self.objects.get(resource, namespace, name)

    def json(self, resource: str, obj: Obj) -> bytes:
        """The bytes of a committed object."""
        found = self._latest.get((resource, *key_of(obj)))
        return found.json() if found is not None and found.new is obj else orjson.dumps(obj)

    def put(self, resource: str, obj: Obj) -> Obj:
        """Commit a new object or a new state of one; answers it with its resourceVersion."""
        meta = obj["metadata"]
        key = (resource, meta.get("namespace", ""), meta["name"])
        old = self.objects.get(*key)
        revision = self.revision + 1
        # In this order, so that lists can leave out the first two, as Kubernetes' typed lists do.
        new = {"kind": "", "apiVersion": "", "metadata": {}, **obj}
        new["metadata"] = {**meta, "resourceVersion": str(revision)}
        self._commit(key, Change(revision, resource, "ADDED" if old is None else "MODIFIED", old, new))
        return new

    def remove(self, resource: str, namespace: str, name: str) -> Obj:
        """Commit a removal; answers the object's last state with the revision of its deletion."""
        old = self.objects.get(resource, namespace, name)
        if old is None:
            raise KeyError((resource, namespace, name))
        revision = self.revision + 1
        last = {**old, "metadata": {**old["metadata"], "resourceVersion": str(revision)}}
        self._commit((resource, namespace, name), Change(revision, resource, "DELETED", old, last))
        return last

    def _commit(self, key: tuple[str, str, str], change: Change) -> None:
        self.revision = change.revision
        if change.type == "DELETED":
            self._latest.pop(key, None)
            self.objects.apply(change.resource, change.old, None, change.revision)
        else:
            self._latest[key] = change
            self.objects.apply(change.resource, change.old, change.new, change.revision)
        self._log.append(change)
        if len(self._log) > self.keep:
            self.compacted = self._log.popleft().revision
        for hear in tuple(self._hear):
            hear(change)
        watching = self._watch.get(change.resource)
        if watching:
            change.tell(tuple(watching))

    def since(self, revision: int, resource: str) -> list[Change]:
        """The changes of a resource after `revision`. Raises Refused (410 Expired) when they were compacted."""
        if revision < self.compacted:
            raise Refused("Expired", f"too old resource version: {revision} ({self.compacted})")
        out = []
        for change in reversed(self._log):
            if change.revision <= revision:
                break
            if change.resource == resource:
                out.append(change)
        out.reverse()
        return out

    def as_of(self, revision: int, resource: str, namespace: str | None) -> list[Obj]:
        """The list as it was at `revision`, for the later pages of a chunked list. Raises Refused (410)."""
        if revision >= self.revision:
            return list(self.objects.list(resource, namespace))
        if revision < self.compacted:
            raise Refused(
                "Expired",
                "The provided continue parameter is too old to display a consistent list result. You can start a new "
                "list without the continue parameter, or use the continue token in this response to retrieve the "
                "remainder of the results. Continuing with the provided token results in an inconsistent list - "
                "objects that were created, modified, or deleted between the time the first chunk was returned and "
                "now may show up in the list.",
            )
        state = {key_of(o): o for o in self.objects.list(resource, namespace)}
        for change in reversed(self.since(revision, resource)):
            key = key_of(change.new)
            if namespace is not None and key[0] != namespace:
                continue
            if change.old is None:
                state.pop(key, None)
            else:
                state[key] = change.old
        return [state[k] for k in sorted(state)]
