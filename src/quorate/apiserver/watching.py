"""A watch: what there is, then each change, as the selectors see it."""

from collections.abc import Callable

import orjson

from quorate.apiserver.listing import Keep, ListQuery, check, parse_version, select
from quorate.apiserver.store.store import Change, Store
from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind

Line = Callable[[str, Obj, bytes], bytes]
"""(type, object, its bytes) -> one line of the stream, without its newline."""


def plain_line(type: str, obj: Obj, raw: bytes) -> bytes:
    """A watch event around an object's bytes."""
    return b'{"type":"' + type.encode() + b'","object":' + raw + b"}"


class Watching:
    """One watcher. `send(bytes)` gets whole lines; call `close` when the client has gone."""

    def __init__(
        self, store: Store, kind: Kind, namespace: str | None, query: ListQuery, send: Callable[[bytes], None],
        line: Line = plain_line,
    ) -> None:  # fmt: skip
        self.store, self.kind, self.namespace = store, kind, namespace
        self.send, self.line, self.query = send, line, query
        self.keep = (
            Keep(kind, query.label_selector, query.field_selector)
            if query.label_selector or query.field_selector
            else None
        )
        self._open = False

    def start(self) -> None:
        """Send what the query asks to start with, then follow. Raises Refused before anything is sent."""
        query = self.query
        check(query)
        version = parse_version(query.resource_version, watch=True)
        if query.send_initial_events or (query.send_initial_events is None and version == 0):
            now = ListQuery(query.label_selector, query.field_selector)
            for obj in select(self.store, self.kind, self.namespace, now).objects:
                self._emit("ADDED", obj, self.store.json(self.kind.resource, obj))
            if query.send_initial_events:
                self._bookmark({"annotations": {"k8s.io/initial-events-end": "true"}})
        elif version:
            try:
                missed = self.store.since(version, self.kind.resource)
            except Refused as expired:
                self.send(plain_line("ERROR", {}, orjson.dumps(expired.status())) + b"\n")
                return
            for change in missed:
                self.hear(change)
        self._open = True
        self.store.subscribe(self.hear)

    @property
    def following(self) -> bool:
        """False when the stream ended with its start (an expired version)."""
        return self._open

    def close(self) -> None:
        if self._open:
            self._open = False
            self.store.unsubscribe(self.hear)

    def bookmark(self) -> None:
        """Tell the client how far it has seen, so that it can resume from there."""
        self._bookmark({})

    def _bookmark(self, more: Obj) -> None:
        obj = {
            "kind": self.kind.kind, "apiVersion": self.kind.api_version,
            "metadata": {"resourceVersion": str(self.store.revision), "creationTimestamp": None, **more},
        }  # fmt: skip
        self._emit("BOOKMARK", obj, orjson.dumps(obj))

    def hear(self, change: Change) -> None:
        if change.resource != self.kind.resource:
            return
        if self.namespace is not None and change.new["metadata"].get("namespace", "") != self.namespace:
            return
        type: str = change.type
        if self.keep is not None:
            # An object that starts to match is new to this watcher, one that stops is gone.
            was = change.old is not None and self.keep(change.old)
            now = change.type != "DELETED" and self.keep(change.new)
            if not was and not now:
                return
            type = "DELETED" if not now else "MODIFIED" if was else "ADDED"
        self._emit(type, change.new, change.json())

    def _emit(self, type: str, obj: Obj, raw: bytes) -> None:
        self.send(self.line(type, obj, raw) + b"\n")
