"""The hand that carries fixes out: requests of the Kubernetes API, over a connection or straight into a world."""

import time
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import orjson

from quorate.diagnosis.fixing.hand import Failed
from quorate.diagnosis.fixing.steps import Change, Evict, Make, Ref, Remove
from quorate.edge.live import Cluster, headers_of, path_of, timeout_of, why_silent
from quorate.kernel.clock import SECOND, Duration, Instant
from quorate.objects import kinds

Obj = dict[str, Any]
Query = dict[str, str]
Sent = tuple[int, bytes]
"""(HTTP status, body)"""

MANAGER = "quorate-fix"
"""The field manager of every write."""
PATCHES = {"merge": "application/merge-patch+json", "json": "application/json-patch+json"}


class Line(Protocol):
    """Where requests go. `ask` raises Failed when nobody answers."""

    def ask(self, method: str, path: str, query: Query, content_type: str, body: bytes) -> Sent: ...


class Clock(Protocol):
    def now(self) -> Instant: ...

    def wait(self, by: Duration) -> None: ...


class ApiHand:
    """A `diagnosis.fixing.hand.Hand`. It knows no way to delete without a grace period: it never sends one."""

    def __init__(self, line: Line, clock: Clock) -> None:
        self.line, self.clock = line, clock

    @property
    def now(self) -> Instant:
        return self.clock.now()

    def wait(self, by: Duration) -> None:
        self.clock.wait(by)

    def read(self, ref: Ref) -> Obj | None:
        code, body = self.line.ask("GET", _path(ref), {}, "", b"")
        return None if code == 404 else _answer(code, body)

    def list(self, resource: str, namespace: str) -> list[Obj]:
        kind = kinds.by_resource(resource)
        assert kind is not None, resource
        found = _answer(*self.line.ask("GET", path_of(kind, namespace), {}, "", b""))
        # Lists leave out what all their items share.
        return [{"kind": kind.kind, "apiVersion": kind.api_version, **item} for item in found.get("items") or ()]

    def send(self, do: Change | Remove | Evict | Make, uid: str, version: str, dry_run: bool) -> Obj:
        query = {"fieldManager": MANAGER, **({"dryRun": "All"} if dry_run else {})}
        path = _path(do.ref)
        match do:
            case Change():
                return self._write("PATCH", path, query, PATCHES[do.type], do.body)
            case Make():
                return self._write("POST", path.rpartition("/")[0], query, JSON, do.obj)
            case Remove():
                options = _options(uid, version, dry_run)
                options["propagationPolicy"] = "Orphan" if do.orphan else "Background"
                return self._write("DELETE", path, {}, JSON, options)
            case Evict():
                meta = {"name": do.ref.name, "namespace": do.ref.namespace}
                body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": meta}
                options = _options(uid, "", dry_run)
                return self._write("POST", f"{path}/eviction", {}, JSON, {**body, "deleteOptions": options})

    def _write(self, method: str, path: str, query: Query, content_type: str, body: Any) -> Obj:
        return _answer(*self.line.ask(method, path, query, content_type, orjson.dumps(body)))


JSON = "application/json"


def _options(uid: str, version: str, dry_run: bool) -> Obj:
    conditions = {k: v for k, v in (("uid", uid), ("resourceVersion", version)) if v}
    out: Obj = {"apiVersion": "v1", "kind": "DeleteOptions"}
    if conditions:
        out["preconditions"] = conditions
    if dry_run:
        out["dryRun"] = ["All"]
    return out


def _path(ref: Ref) -> str:
    kind = kinds.by_resource(ref.resource)
    assert kind is not None, ref.resource
    return f"{path_of(kind, ref.namespace)}/{quote(ref.name)}"


def _answer(code: int, body: bytes) -> Obj:
    """Raises Failed."""
    try:
        told = orjson.loads(body) if body else {}
    except ValueError:
        told = {}
    if not 200 <= code < 300:
        message = told.get("message") if isinstance(told, dict) else None
        raise Failed(f"the server refuses ({code}): {message or body[:200].decode('utf-8', 'replace')}", code)
    if not isinstance(told, dict):
        raise Failed("the server's answer is no object")
    return told


class LiveLine:
    """The connection of a kubeconfig."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def ask(self, method: str, path: str, query: Query, content_type: str, body: bytes) -> Sent:
        api = self.cluster.api
        url = api.configuration.host.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
        headers = {**headers_of(api), **({"Content-Type": content_type} if content_type else {})}
        try:
            reply = api.rest_client.pool_manager.request(
                method, url, headers=headers, body=body or None, timeout=timeout_of(), retries=False
            )
        except Exception as wrong:  # urllib3 and ssl raise a dozen kinds; each means that nobody answers
            raise Failed(f"{self.cluster.source}: {why_silent(wrong)}") from None
        return reply.status, reply.data


class WallClock:
    def now(self) -> Instant:
        return time.monotonic_ns() // 1000

    def wait(self, by: Duration) -> None:
        time.sleep(by / SECOND)


def live_hand(cluster: Cluster) -> ApiHand:
    return ApiHand(LiveLine(cluster), WallClock())
