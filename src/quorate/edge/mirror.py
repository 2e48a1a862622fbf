"""A live cluster's objects, kept as they are there: listed once, then watched. Read only.

Each resource is followed by a thread of its own. A watch that ends is taken up from where it was; what is forbidden or not
served is told once, asked for again now and then, and hinders nothing else.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from quorate.edge.listwatch import Denied, ListWatch, Watched
from quorate.edge.live import Cluster, ClusterError
from quorate.kernel.clock import Instant
from quorate.objects import kinds
from quorate.objects.collection import Collection, Obj, key_of

T = TypeVar("T")

AT_ONCE = 4
"""Lists under way at the same time."""
AGAIN_SOONEST, AGAIN_LATEST, FORBIDDEN_AGAIN = 1.0, 30.0, 300.0
"""Seconds until the next attempt: after failures, doubled each time, and where asking is forbidden."""
BETWEEN_WATCHES = 0.2
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


@dataclass(frozen=True, slots=True)
class Attempts:
    """How often lists and watches were begun, by (resource, "success" or "error")."""

    lists: Counter[tuple[str, str]] = field(default_factory=Counter)
    watches: Counter[tuple[str, str]] = field(default_factory=Counter)


class Mirror:
    """Begins with `start`. `tell` is given a line for whatever the user should know; several threads call it."""

    def __init__(
        self, cluster: Cluster, resources: Iterable[str], tell: Callable[[str], None], namespace: str = ""
    ) -> None:
        self.tell = tell
        self.attempts = Attempts()
        self.unread: dict[str, str] = {}
        """Resources that cannot be read now, and why."""
        self._source = ListWatch(cluster, namespace)
        self._kinds = [kind for resource in resources if (kind := kinds.by_resource(resource)) is not None]
        self._awaited = {kind.resource for kind in self._kinds}
        self._objects = Collection()
        self._lock = threading.Lock()
        self._settled, self._stop = threading.Event(), threading.Event()
        self._lists = threading.Semaphore(AT_ONCE)
        self._open: dict[str, Watched] = {}

    def start(self) -> None:
        """Raises ClusterError when nobody answers, or does not know who asks."""
        self._source.greet()
        for kind in self._kinds:
            threading.Thread(target=self._follow, args=(kind,), name=f"mirror {kind.resource}", daemon=True).start()

    def stop(self) -> None:
        self._stop.set()
        for watched in list(self._open.values()):
            watched.end()

    def settled(self, wait: float = 0) -> bool:
        """Whether everything has been listed, or was refused. Waits for it as long as this many seconds."""
        return self._settled.wait(wait)

    def awaited(self) -> list[str]:
        """What has been neither listed nor refused yet."""
        return sorted(self._awaited)

    def look(self, call: Callable[[Collection], T]) -> T:
        """`call(objects)` while nothing changes."""
        with self._lock:
            return call(self._objects)

    def now(self) -> Instant:
        """The cluster's time."""
        return self._source.now()

    # -- one resource

    def _follow(self, kind: kinds.Kind) -> None:
        version, pause = "", AGAIN_SOONEST
        while not self._stop.is_set():
            wait = BETWEEN_WATCHES
            try:
                if not version:
                    version = self._list(kind)
                for change, obj in self._watch(kind, version):
                    version, pause = self._take(kind, change, obj), AGAIN_SOONEST
            except Denied as denied:
                if denied.code == 410 and version:
                    version = ""  # the changes since then are forgotten: list anew
                elif denied.code in (403, 404, 405):
                    version, wait = "", FORBIDDEN_AGAIN
                    self._cannot(kind, denied.why)
                    self._replace(kind, ())
                else:
                    wait = pause
                    self._cannot(kind, denied.why)
            except ClusterError as wrong:
                wait = pause
                self._cannot(kind, str(wrong))
            if wait >= pause:
                pause = min(2 * pause, AGAIN_LATEST)
            self._stop.wait(wait)

    def _list(self, kind: kinds.Kind) -> str:
        """Take over all there is; answers the version from which to watch."""
        with self._lists:
            try:
                found, version = self._source.list(kind)
            except (Denied, ClusterError):
                self.attempts.lists[kind.resource, "error"] += 1
                raise
        self.attempts.lists[kind.resource, "success"] += 1
        self._replace(kind, found)
        self._heard(kind)
        return version

    def _watch(self, kind: kinds.Kind, version: str) -> Watched:
        try:
            watched = self._source.watch(kind, version)
        except (Denied, ClusterError):
            self.attempts.watches[kind.resource, "error"] += 1
            raise
        self.attempts.watches[kind.resource, "success"] += 1
        self._open[kind.resource] = watched
        if self._stop.is_set():
            watched.end()
        self._heard(kind)
        return watched

    def _take(self, kind: kinds.Kind, change: str, obj: Obj) -> str:
        """One event; answers the version that it brings."""
        if change != "BOOKMARK":
            new = None if change == "DELETED" else _trimmed(obj)
            with self._lock:
                old = self._objects.get(kind.resource, *key_of(obj))
                if old is not None or new is not None:
                    self._objects.apply(kind.resource, old, new, 0)
        return str(obj["metadata"]["resourceVersion"])

    def _replace(self, kind: kinds.Kind, found: Iterable[Obj]) -> None:
        with self._lock:
            held = {key_of(obj): obj for obj in self._objects.list(kind.resource)}
            for obj in found:
                self._objects.apply(kind.resource, held.pop(key_of(obj), None), _trimmed(obj), 0)
            for gone in held.values():
                self._objects.apply(kind.resource, gone, None, 0)

    def _heard(self, kind: kinds.Kind) -> None:
        if self.unread.pop(kind.resource, None) is not None:
            self.tell(f"{kind.resource}: can be read again")
        self._done(kind)

    def _cannot(self, kind: kinds.Kind, why: str) -> None:
        if self.unread.get(kind.resource) != why:
            self.unread[kind.resource] = why
            self.tell(f"{kind.resource}: {why}")
        self._done(kind)

    def _done(self, kind: kinds.Kind) -> None:
        with self._lock:
            self._awaited.discard(kind.resource)
            if not self._awaited:
                self._settled.set()


def _trimmed(obj: Obj) -> Obj:
    """Without what no metric shows: it is most of many objects."""
    meta = dict(obj["metadata"])
    meta.pop("managedFields", None)
    if LAST_APPLIED in (meta.get("annotations") or {}):
        meta["annotations"] = {k: v for k, v in meta["annotations"].items() if k != LAST_APPLIED}
    return {**obj, "metadata": meta}
