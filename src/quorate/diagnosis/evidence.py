"""What was read: objects by key and by index, what could not be read, and what time it was.

The same from an embedded world, a dump or a live cluster. Nothing here says where an object came from.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from quorate.diagnosis.told import Told, about_of, told
from quorate.kernel.clock import Instant
from quorate.objects import kinds
from quorate.objects.collection import Collection

Obj = dict[str, Any]

LogKey = tuple[str, str, str, bool]
"""(namespace, pod, container, whether it is the previous run's)."""


class LogSource(Protocol):
    """Where the lines of a container come from; read when they are asked for."""

    def get(self, key: LogKey, default: Sequence[str] = ()) -> Sequence[str]: ...


About = tuple[str, str, str]
"""(kind, namespace, name) of what an event is about."""


class EventSource(Protocol):
    """Events that are read when they are asked for."""

    def of(self, uid: str, reasons: Container[str] = ()) -> Sequence[Obj]: ...

    def named(self, about: About, *, uidless: bool = False, reasons: Container[str] = ()) -> Sequence[Obj]: ...

    def within(self, namespace: str | None, reason: str = "") -> Sequence[Obj]: ...


Objs = list[Obj]
Tolds = list[Told]
"""Oldest first."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A resource that could not be read, and why: "forbidden", "not served", or what the server or file said."""

    resource: str
    namespace: str
    why: str

    def text(self) -> str:
        return f"{self.resource}{f' in {self.namespace}' if self.namespace else ''}: {self.why}"


class Evidence:
    """Objects as they stood at `now`.

    read      resources that were listed; None when all were (a world): absence is a fact only of these
    unread    what could not be read
    partly    resources of which only the objects of some namespaces were read
    events    where events come from that are not among the objects
    """

    def __init__(
        self,
        objects: Collection,
        now: Instant,
        *,
        source: str = "",
        read: frozenset[str] | None = None,
        unread: Sequence[Unread] = (),
        logs: LogSource | Mapping[LogKey, Sequence[str]] | None = None,
        version: str = "",
        remarks: Sequence[str] = (),
        partly: frozenset[str] = frozenset(),
        events: EventSource | None = None,
    ) -> None:
        self.objects, self.now, self.source = objects, now, source
        self.read, self.unread = read, tuple(unread)
        self.logs: LogSource | Mapping[LogKey, Sequence[str]] = logs if logs is not None else {}
        self.version, self.remarks = version, tuple(remarks)
        self.partly, self.more_events = partly, events
        self.kept: dict[str, Any] = {}
        """What follows from all of it, worked out once and not for every case."""
        self._indexed = False
        self._by_uid: dict[str, Objs] = {}
        self._by_name: dict[About, Objs] = {}

    def get(self, resource: str, namespace: str, name: str) -> Obj | None:
        return self.objects.get(resource, namespace, name)

    def list(self, resource: str, namespace: str | None = None) -> Sequence[Obj]:
        found = self.objects.list(resource, namespace)
        if resource == "events" and self.more_events is not None:
            return [*found, *self.more_events.within(namespace)]
        return found

    def owned(self, resource: str, owner: Obj) -> Sequence[Obj]:
        """The objects whose controller is `owner`."""
        return self.objects.indexed(resource, "owner", owner["metadata"]["uid"])

    def owner_object(self, ref: Obj) -> Obj | None:
        """The object that an ownerReference names, if it was read."""
        found = self.objects.indexed("*", "uid", ref.get("uid") or "")
        return found[0] if found else None

    def knows(self, resource: str, namespace: str | None = None) -> bool:
        """Whether an object of `resource` that is not here does not exist; without a namespace: in any of them."""
        if namespace is None and resource in self.partly:
            return False
        if any(u.resource == resource and u.namespace in ("", namespace or "") for u in self.unread):
            return False
        return self.read is None or resource in self.read

    def events_of(self, obj: Obj, *reasons: str) -> Tolds:
        """Events about this very object, oldest first, of these reasons or of any.

        By uid, as a pod made anew under a name is another pod.
        """
        self._index_events()
        meta = obj["metadata"]
        found = [*self._by_uid.get(meta["uid"], ())]
        # An event without a uid (some controllers leave it out) goes by the name.
        about = (obj.get("kind", ""), meta.get("namespace", ""), meta["name"])
        found += [e for e in self._by_name.get(about, ()) if not about_of(e).get("uid")]
        if self.more_events is not None:
            found += self.more_events.of(meta["uid"], reasons)
            found += self.more_events.named(about, uidless=True, reasons=reasons)
        return _in_order(e for e in found if not reasons or e.get("reason") in reasons)

    def events_named(self, kind: str, namespace: str, name: str) -> Tolds:
        """Events about whatever had this name, oldest first."""
        self._index_events()
        about = (kind, namespace, name)
        more = self.more_events.named(about) if self.more_events is not None else ()
        return _in_order([*self._by_name.get(about, ()), *more])

    def events_in(self, namespace: str, reason: str) -> Tolds:
        """Events of a namespace with this reason, oldest first."""
        found = self.kept.get(f"{namespace}/{reason}")
        if found is None:
            more = self.more_events.within(namespace, reason) if self.more_events is not None else ()
            told_ = [e for e in self.objects.list("events", namespace) if e.get("reason") == reason]
            found = self.kept[f"{namespace}/{reason}"] = _in_order([*told_, *more])
        return list(found)

    def _index_events(self) -> None:
        if self._indexed:
            return
        self._indexed = True
        for event in self.objects.list("events"):
            uid = about_of(event).get("uid")
            if uid:
                self._by_uid.setdefault(uid, []).append(event)
            self._by_name.setdefault(_named(event), []).append(event)

    def log(self, pod: Obj, container: str, previous: bool = False) -> Sequence[str]:
        """The last lines of a container's log; empty when it was not read."""
        meta = pod["metadata"]
        return self.logs.get((meta.get("namespace", ""), meta["name"], container, previous), ())


def _named(event: Obj) -> tuple[str, str, str]:
    about = about_of(event)
    namespace = about.get("namespace") or (
        "" if about.get("kind") == "Node" else event["metadata"].get("namespace", "")
    )
    return about.get("kind", ""), namespace, about.get("name", "")


def _in_order(events: Iterable[Obj]) -> list[Told]:
    found = [t for t in map(told, events) if t is not None]
    return sorted(found, key=lambda t: (t.last, t.first, t.reason))


def resource_of(obj: Obj) -> str:
    """The resource of an object's kind; for a custom kind the usual plural of it."""
    api_version, kind = obj.get("apiVersion", ""), obj.get("kind", "")
    known = kinds.by_kind(api_version, kind)
    if known is not None:
        return known.stored_resource
    group = api_version.rpartition("/")[0]
    plural = kind.lower() + ("es" if kind.lower().endswith(("s", "x", "ch")) else "s")
    plural = plural[:-2] + "ies" if plural.endswith("ys") and plural[-3:-2] not in "aeiou" else plural
    return f"{plural}.{group}" if group else plural


def collect(objects: Iterable[Obj]) -> Collection:
    """The objects, indexed. Of several with one key the last counts. What has no name is left out."""
    out = Collection()
    resources: dict[tuple[str, str], str] = {}
    for obj in objects:
        meta = obj.get("metadata")
        if not isinstance(meta, dict) or not isinstance(meta.get("name"), str):
            continue
        at = (str(obj.get("apiVersion") or ""), str(obj.get("kind") or ""))
        resource = resources.get(at)
        if resource is None:
            resource = resources[at] = resource_of(obj)
        if not meta.get("uid"):
            meta["uid"] = f"{at[1]}/{meta.get('namespace', '')}/{meta['name']}"
        if not isinstance(obj.get("spec"), dict):
            obj["spec"] = {}
        out.apply(resource, out.get(resource, meta.get("namespace", ""), meta["name"]), obj, 0)
    return out
