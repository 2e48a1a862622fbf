"""GET pods/NAME/log: the lines of a container, once or as they come.

(Kubernetes: pkg/registry/core/pod, LogLocation; pkg/apis/core/validation, ValidatePodLogOptions.)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from quorate.apiserver.handle import ApiServer
from quorate.apiserver.http import HttpAnswer, HttpRequest
from quorate.apiserver.options import flag, number
from quorate.apiserver.store.store import Change, Store
from quorate.apiserver.validation.errors import FieldError, invalid, refusal
from quorate.contract.failures import Refused, bad_request, not_found
from quorate.contract.plan import Obj
from quorate.kernel.clock import SECOND, Instant
from quorate.kernel.pump import Entry, Pump
from quorate.objects.kinds import Kind

Logs = Callable[[Obj, str, dict[str, str], int], Iterable[str]]
"""(pod, container, query, now) -> lines, oldest first. Raises Refused (400)."""
Send = Callable[[bytes], None]

OPTIONS = Kind("", "v1", "PodLogOptions", "", "", False, "")
LOOK_EVERY = 2 * SECOND
"""How often a follower looks for new lines, in the world's own time."""
_CONTAINERS = (("initContainers", "init container"), ("containers", "container"), ("ephemeralContainers", ""))


def read_log(
    server: ApiServer, logs: Logs | None, request: HttpRequest, namespace: str, name: str
) -> "HttpAnswer | LogRequest":
    """Raises Refused: 400, 404, 422, 501."""
    query = request.query
    asked = _checked(query, name)
    pod = server.store.get("pods", namespace, name)
    if pod is None:
        raise not_found("pods", "", name)
    container = _container(pod, query.get("container", ""))
    if logs is None:
        raise Refused("NotImplemented", "this world's nodes keep no logs")
    if not pod["spec"].get("nodeName"):
        return HttpAnswer(200, b"", "text/plain")
    limit = number(query.get("limitBytes"))
    if flag(query.get("follow")) and not flag(query.get("previous")):
        logs(pod, container, asked, server.pump.now())  # what cannot be read at all is said before the stream begins
        return LogRequest(server.pump, logs, namespace, name, container, asked, limit)
    raw = "".join(f"{line}\n" for line in logs(pod, container, asked, server.pump.now())).encode()
    return HttpAnswer(200, raw if limit is None else raw[:limit], "text/plain")


def _checked(query: dict[str, str], name: str) -> dict[str, str]:
    """The parameters as the nodes read them."""
    out = {
        key: "true"
        for key in ("previous", "timestamps")
        if flag(query.get(key))
    }  # fmt: skip
    errors: list[FieldError] = []
    tail, since, limit = (number(query.get(key)) for key in ("tailLines", "sinceSeconds", "limitBytes"))
    if tail is not None and tail < 0:
        errors.append(invalid("tailLines", tail, "must be greater than or equal to 0"))
    if limit is not None and limit < 1:
        errors.append(invalid("limitBytes", limit, "must be greater than 0"))
    if since is not None and query.get("sinceTime"):
        errors.append(
            FieldError(
                "FieldValueForbidden", "", "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified"
            )
        )
    elif since is not None and since < 1:
        errors.append(invalid("sinceSeconds", since, "must be greater than 0"))
    if errors:
        raise refusal(OPTIONS, name, errors)
    if tail is not None:
        out["tailLines"] = str(tail)
    if since is not None:
        out["sinceSeconds"] = str(since)
    if query.get("sinceTime"):
        out["sinceTime"] = query["sinceTime"]
    return out


def _container(pod: Obj, asked: str) -> str:
    name, spec = pod["metadata"]["name"], pod["spec"]
    known = [c["name"] for part, _ in _CONTAINERS for c in spec.get(part) or ()]
    if asked:
        if asked not in known:
            raise bad_request(f"container {asked} is not valid for pod {name}")
        return asked
    own: list[str] = [c["name"] for c in spec["containers"]]
    if len(own) > 1:
        raise bad_request(f"a container name must be specified for pod {name}, choose one of: [{' '.join(known)}]")
    return own[0]


@dataclass(frozen=True, slots=True)
class LogRequest:
    """A log that the edge is to follow with its own `send`; see `WatchRequest` for what the edge needs to know."""

    pump: Pump
    logs: Logs
    namespace: str
    name: str
    container: str
    query: dict[str, str]
    limit: int | None = None
    content_type: str = "text/plain"
    headers: tuple[tuple[str, str], ...] = field(default=())
    timeout_seconds: int | None = None
    bookmarks: bool = False

    def open(self, store: Store, send: Send) -> "Following":
        """Raises Refused before anything is sent."""
        made = Following(self, store, send)
        made.start()
        return made


class Following:
    """One follower: what there is, then each line as its time comes, until the run of the container ends."""

    def __init__(self, asked: LogRequest, store: Store, send: Send) -> None:
        self.asked, self.store, self.send = asked, store, send
        self._left = asked.limit
        self._since: Instant = 0
        self._seen = 0
        self._run = ""
        self._open = False
        self._look: Entry | None = None

    def start(self) -> None:
        pod = self.store.get("pods", self.asked.namespace, self.asked.name)
        if pod is None:
            raise not_found("pods", "", self.asked.name)
        self._run = _run_of(pod, self.asked.container)
        first = list(self.asked.logs(pod, self.asked.container, self.asked.query, self.asked.pump.now()))
        self._seen = self._count(pod)
        self._open = True
        self._emit(first)
        if self._over(pod):
            self._open = False
        if self._open:
            self.store.watch("pods", self.hear)
            self._look = self.asked.pump.after(LOOK_EVERY, self._again)

    @property
    def following(self) -> bool:
        return self._open

    def close(self) -> None:
        if self._look is not None:
            self._look.cancel()
            self._look = None
            self.store.unwatch("pods", self.hear)
        self._open = False

    def bookmark(self) -> None:
        """A log has none."""

    def hear(self, change: Change) -> None:
        """The pod changed: its container may have ended."""
        meta = change.new["metadata"]
        if meta["name"] != self.asked.name or meta.get("namespace") != self.asked.namespace:
            return
        self._catch_up(change.new)
        if change.type == "DELETED" or self._over(change.new):
            self._end()

    def _again(self) -> None:
        pod = self.store.get("pods", self.asked.namespace, self.asked.name)
        if pod is None or not self._open:
            return
        self._catch_up(pod)
        if self._open:
            self._look = self.asked.pump.after(LOOK_EVERY, self._again)

    def _catch_up(self, pod: Obj) -> None:
        """Send what is new in this run."""
        if not self._open or _run_of(pod, self.asked.container) not in (self._run, ""):
            return
        try:
            lines = list(self.asked.logs(pod, self.asked.container, self._plain_query(), self.asked.pump.now()))
        except Refused:
            return
        self._emit(lines[self._seen :])
        self._seen = max(self._seen, len(lines))

    def _plain_query(self) -> dict[str, str]:
        return {"timestamps": "true"} if "timestamps" in self.asked.query else {}

    def _count(self, pod: Obj) -> int:
        """Lines of the run so far, whether or not they were asked for."""
        return len(list(self.asked.logs(pod, self.asked.container, {}, self.asked.pump.now())))

    def _over(self, pod: Obj) -> bool:
        """Whether the run that is followed has ended: the kubelet then closes the stream."""
        return _run_of(pod, self.asked.container) != self._run or "running" not in _state(pod, self.asked.container)

    def _emit(self, lines: Iterable[str]) -> None:
        raw = "".join(f"{line}\n" for line in lines).encode()
        if self._left is not None:
            raw = raw[: self._left]
            self._left -= len(raw)
        if raw:
            self.send(raw)
        if self._left == 0:
            self._end()

    def _end(self) -> None:
        self._open = False
        # The edge is asleep until something comes; nothing wakes it too.
        self.send(b"")


def _status(pod: Obj, container: str) -> Obj:
    status = pod.get("status") or {}
    fields = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
    return next((c for f in fields for c in status.get(f) or () if c["name"] == container), {})


def _state(pod: Obj, container: str) -> Obj:
    return _status(pod, container).get("state") or {}


def _run_of(pod: Obj, container: str) -> str:
    """What tells runs of a container apart."""
    state = _state(pod, container)
    started = (state.get("running") or state.get("terminated") or {}).get("startedAt", "")
    return f"{started}"
