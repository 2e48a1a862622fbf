"""A watch: what there is, then each change, as the selectors see it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import orjson

from quorate.apiserver.conversion import is_converted
from quorate.apiserver.listing import Keep, ListQuery, keeps, parse_version, select, too_large
from quorate.apiserver.store.store import Change, Store
from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.objects.decode import zero
from quorate.objects.kinds import Kind

Send = Callable[[bytes], None]
Line = Callable[[str, Obj, bytes], bytes]
"""(type, object, its bytes) -> one line of the stream, without its newline."""

INITIAL_EVENTS_END = "k8s.io/initial-events-end"


def plain_line(type: str, obj: Obj, raw: bytes) -> bytes:
    """A watch event around an object's bytes."""
    return b'{"type":"' + type.encode() + b'","object":' + raw + b"}"


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """A watch that the edge is to open with its own `send`; see `http` for what the edge needs to know of a stream."""

    kind: Kind
    namespace: str | None
    query: ListQuery
    line: Line = plain_line
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = field(default=())

    @property
    def timeout_seconds(self) -> int | None:
        """After how long the server ends the stream; None: never."""
        return self.query.timeout_seconds or None

    @property
    def bookmarks(self) -> bool:
        return self.query.allow_bookmarks

    def open(self, store: Store, send: Send) -> "Watching":
        """Raises Refused before anything is sent."""
        made = Watching(store, self.kind, self.namespace, self.query, send, self.line)
        made.start()
        return made


class Watching:
    """One watcher. `send(bytes)` gets whole lines; call `close` when the client has gone."""

    def __init__(
        self, store: Store, kind: Kind, namespace: str | None, query: ListQuery, send: Send, line: Line = plain_line
    ) -> None:
        self.store, self.kind, self.namespace = store, kind, namespace
        self.send, self.line, self.query = send, line, query
        self.resource = kind.stored_resource
        self.keep: Keep | None = keeps(kind, query)
        self._open = False
        self._seen = 0

    def start(self) -> None:
        """Send what the query asks to start with, then follow. Raises Refused before anything is sent."""
        query, store = self.query, self.store
        version = parse_version(query.resource_version, watch=True)
        if query.send_initial_events or (query.send_initial_events is None and version == 0):
            if version > store.revision:
                raise too_large(version, store.revision)
            for obj in select(store, self.kind, self.namespace, ListQuery(), self.keep).objects:
                self._emit("ADDED", obj, store.json(self.resource, obj))
            if query.send_initial_events and query.allow_bookmarks:
                self._bookmark({"annotations": {INITIAL_EVENTS_END: "true"}})
        elif version:
            self._seen = version
            try:
                missed = store.since(version, self.resource)
            except Refused as expired:
                self.send(plain_line("ERROR", {}, orjson.dumps(expired.status())) + b"\n")
                return
            for change in missed:
                self.hear(change)
        self._open = True
        store.watch(self.resource, self.hear)

    @property
    def following(self) -> bool:
        """False when the stream ended with its start (an expired version)."""
        return self._open

    def close(self) -> None:
        if self._open:
            self._open = False
            self.store.unwatch(self.resource, self.hear)

    def bookmark(self) -> None:
        """Tell the client how far it has seen, so that it can resume from there."""
        self._bookmark({})

    def _bookmark(self, more: Obj) -> None:
        empty = zero(self.kind.type) if self.kind.type else {}
        meta = {**(empty.get("metadata") or {}), "resourceVersion": str(max(self._seen, self.store.revision)), **more}
        obj = {"kind": self.kind.kind, "apiVersion": self.kind.api_version, **empty, "metadata": meta}
        self._emit("BOOKMARK", obj, orjson.dumps(obj))

    def hear(self, change: Change) -> None:
        if change.resource != self.resource or change.revision <= self._seen:
            return
        new = change.new
        if self.namespace is not None and new["metadata"].get("namespace", "") != self.namespace:
            return
        keep = self.keep
        if keep is None:
            self._tell(change.type, change)
            return
        # An object that starts to match is new to this watcher, one that stops is gone.
        was = change.old is not None and keep(change.old)
        now = change.type != "DELETED" and keep(new)
        if now:
            self._tell("MODIFIED" if was else "ADDED", change)
        elif was and change.type == "DELETED":
            self._tell("DELETED", change)
        elif was and change.old is not None:
            # It leaves as the watcher knew it, at the revision of the change.
            meta = {**change.old["metadata"], "resourceVersion": str(change.revision)}
            last = {**change.old, "metadata": meta}
            self._emit("DELETED", last, orjson.dumps(last))

    def _tell(self, type: str, change: Change) -> None:
        if self.line is plain_line and type == change.type:
            self.send(change.line())
        else:
            self._emit(type, change.new, change.json())

    def _emit(self, type: str, obj: Obj, raw: bytes) -> None:
        self.send(self.line(type, obj, raw) + b"\n")


def needs_line(kind: Kind) -> bool:
    """Whether the stored bytes are not those that a watcher of this kind is to get."""
    return is_converted(kind)
