"""Lists and watches of a live cluster, and its clock. Read only."""

import contextlib
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

import orjson
import urllib3

from quorate.edge.live import Cluster, ClusterError, headers_of, path_of, timeout_of, why_silent
from quorate.kernel.clock import SECOND, Instant, wall_microseconds
from quorate.objects.collection import Obj
from quorate.objects.kinds import Kind
from quorate.objects.times import parse_time

PAGE = 500
"""Objects asked for at once."""
WATCH_SECONDS = 240
"""The server ends a watch after this; silence for longer means that the connection is dead."""
METADATA_ONLY = frozenset({"secrets", "configmaps"})
"""What they hold is never asked for."""
JSON = "application/json"


class Denied(Exception):
    """The server said no: with which HTTP status (or that of a watch's ERROR event), and why."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code, self.why = code, why


class Watched:
    """An open watch: iterate over its events, (type, object). It ends when the server ends it or is cut off."""

    def __init__(self, reply: Any) -> None:
        self._reply = reply

    def __iter__(self) -> Iterator[tuple[str, Obj]]:
        """Raises Denied at an ERROR event."""
        try:
            for line in _lines(self._reply):
                event = orjson.loads(line)
                kind, obj = event["type"], event["object"]
                if kind == "ERROR":
                    raise Denied(int(obj.get("code") or 500), str(obj.get("message") or "the watch failed"))
                yield kind, obj
        except (urllib3.exceptions.HTTPError, OSError, orjson.JSONDecodeError):
            return  # cut off, perhaps in the middle of a line: what was whole has been told
        finally:
            self._reply.close()

    def end(self) -> None:
        """From another thread."""
        with contextlib.suppress(ValueError, OSError):  # it has just ended by itself
            self._reply.shutdown()


class ListWatch:
    """Every method raises Denied, and ClusterError when nobody answers. `namespace` "" is all of them."""

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        self.cluster, self.namespace = cluster, namespace
        self._ahead = 0
        self._own_clock = False

    def greet(self) -> None:
        """See that somebody is there who knows who asks; learn what clock they have."""
        try:
            reply = self._ask("/version", {}, JSON)
        except Denied as denied:
            if denied.code == 401:
                raise ClusterError(f"{self.cluster.source}: {denied.why}") from None
        else:
            # Other servers tell their time in every answer; a world has a clock of its own.
            self._own_clock = "Date" not in reply.headers

    def list(self, kind: Kind) -> tuple[list[Obj], str]:
        """All of a kind, and the version from which to watch."""
        found: list[Obj] = []
        query = {"limit": str(PAGE)}
        while True:
            reply = self._ask(path_of(kind, self.namespace), query, _accepted(kind, "List"))
            try:
                answer = orjson.loads(reply.data)
                meta = answer["metadata"]
            except (ValueError, KeyError, TypeError):
                raise ClusterError(f"{self.cluster.source}: what it answers is no list") from None
            found += answer.get("items") or ()
            if not meta.get("continue"):
                return found, str(meta.get("resourceVersion") or "0")
            query = {"limit": str(PAGE), "continue": meta["continue"]}

    def watch(self, kind: Kind, version: str) -> Watched:
        """Changes of a kind since `version`."""
        query = {
            "watch": "1", "allowWatchBookmarks": "true", "resourceVersion": version, "timeoutSeconds": str(WATCH_SECONDS),
        }  # fmt: skip
        return Watched(self._ask(path_of(kind, self.namespace), query, _accepted(kind, ""), streamed=True))

    def now(self) -> Instant:
        """The cluster's time, as far as it can be told."""
        if self._own_clock:
            try:
                told = orjson.loads(self._ask("/quorate/clock", {}, JSON).data)
                self._ahead = parse_time(told["now"]) - wall_microseconds()
            except (Denied, ValueError, KeyError):
                self._own_clock = False
            except ClusterError:
                pass  # as far ahead as it was last
        return wall_microseconds() + self._ahead

    def _ask(self, path: str, query: dict[str, str], accept: str, *, streamed: bool = False) -> Any:
        api = self.cluster.api
        url = api.configuration.host.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
        timeout = urllib3.Timeout(connect=5, read=WATCH_SECONDS + 30) if streamed else timeout_of()
        try:
            headers = {**headers_of(api), "Accept": accept, "User-Agent": "quorate-metrics"}
            reply = api.rest_client.pool_manager.request(
                "GET", url, headers=headers, timeout=timeout, retries=False, preload_content=not streamed
            )
        except Exception as wrong:  # urllib3, ssl and credential plugins raise a dozen kinds; each means: no answer
            raise ClusterError(f"{self.cluster.source}: {why_silent(wrong)}") from None
        self._note_time(reply.headers.get("Date"))
        if reply.status == 200:
            return reply
        raise Denied(reply.status, _why(reply.status, reply.data))

    def _note_time(self, date: str | None) -> None:
        if date is None:
            return
        try:
            ahead = int(parsedate_to_datetime(date).timestamp() * SECOND) - wall_microseconds()
        except ValueError:
            return
        # It is in whole seconds, and was some time on the way.
        self._ahead = ahead if abs(ahead) > 2 * SECOND else 0


def _accepted(kind: Kind, suffix: str) -> str:
    if kind.resource in METADATA_ONLY:
        return f"application/json;as=PartialObjectMetadata{suffix};g=meta.k8s.io;v=v1"
    return JSON


def _lines(reply: Any) -> Iterator[bytes]:
    """As soon as each is whole."""
    rest = b""
    for chunk in reply.stream(1 << 16, decode_content=True):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line for line in whole if line.strip())


def _why(code: int, body: bytes) -> str:
    match code:
        case 401:
            return "the server does not know who asks (401): credentials are missing, wrong or expired"
        case 403:
            return "forbidden"
        case 404:
            return "not served"
    try:
        return f"{code} {orjson.loads(body).get('message') or ''}".strip()[:200]
    except (ValueError, AttributeError):
        return str(code)
