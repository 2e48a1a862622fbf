"""The ASGI application: bytes in, `Front.handle`, bytes out; watches stay open."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol
from urllib.parse import parse_qsl

import orjson

from quorate.apiserver.access.authenticate import BadToken, Certificate
from quorate.apiserver.access.user import ANONYMOUS, User
from quorate.contract.webhooks import Pending
from quorate.edge import compression
from quorate.edge.drive import Driver
from quorate.edge.durable import Durable
from quorate.edge.durable_file import DataError
from quorate.edge.own import Own
from quorate.edge.protocol import CERTIFICATE
from quorate.edge.snapshot import MEDIA, Snapshot
from quorate.edge.webhooks import Answers, Webhooks
from quorate.faults.switchboard.board import Board
from quorate.observe.metrics import CONTENT_TYPE

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

BACKLOG = 64 * 1024 * 1024
"""A watcher that falls this many bytes behind is cut off; it can resume by revision."""
BODY_MOST = 3 * 1024 * 1024
"""kube-apiserver's limit of a request body."""
BOOKMARK_EVERY = 60.0
BOOKMARK_BEFORE_END = 2.0
"""Seconds, as kube-apiserver has them."""
REQUEST_TIMEOUT = 60.0
"""Seconds in which a request must be answered, webhooks and all: kube-apiserver's --request-timeout."""
TIMED_OUT = "Timeout: request did not complete within requested timeout - context deadline exceeded"
OPEN_PATHS = ("/readyz", "/healthz", "/livez", "/version")


class Answer(Protocol):
    code: int
    body: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...]


class Api(Protocol):
    """What the application serves; `assemble` gives it the world's front door."""

    @property
    def faults(self) -> Board: ...

    @property
    def webhooks(self) -> Webhooks: ...

    def trust(self, authority: bytes) -> None:
        """Publish the certificates (PEM) by which this server is known."""
        ...

    def metrics(self) -> bytes:
        """Prometheus' text format."""
        ...

    def freeze(self) -> Snapshot:
        """The world as it is at this moment."""
        ...

    def authenticate(self, authorization: str, certificate: Certificate | None) -> User | None:
        """Who it is; None for nobody. Raises BadToken."""
        ...

    def refuses(self, method: str, path: str, headers: dict[str, str], user: User) -> Any:
        """The refusal when this user may not ask for this path."""
        ...

    def handle(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        headers: dict[str, str],
        body: bytes,
        user: User,
        answers: Answers,
    ) -> Any:
        """Raises Pending while there are webhooks to be asked, and then nothing has happened."""
        ...

    def open_stream(self, request: Any, send: Callable[[bytes], None]) -> Any: ...

    def is_stream(self, made: Any) -> bool: ...


class App:
    """Who has not shown who they are gets no further than health and version."""

    def __init__(self, api: Api, driver: Driver, durable: Durable | None = None) -> None:
        self.api, self.driver, self.durable = api, driver, durable
        self.own = Own(driver, api.faults, api.freeze)
        api.webhooks.woken = driver.poke
        self.stopping = asyncio.Event()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        if len(headers) != len(scope["headers"]):
            headers |= _repeated(scope["headers"])
        path = scope["path"]
        user = self._user(headers, path, scope.get(CERTIFICATE))
        if user is None:
            await _reply(send, 401, orjson.dumps(_status(401, "Unauthorized", "Unauthorized")))
            return
        body = await self._body(receive)
        if body is None:
            message = f"Request entity too large: limit is {BODY_MOST}"
            await _reply(send, 413, orjson.dumps(_status(413, "RequestEntityTooLarge", message)))
            return
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        self.driver.catch_up()
        if path.startswith("/quorate/") or path == "/metrics":
            await self._answer_own(scope["method"], path, headers, body, user, send)
            return
        try:
            made = await self._made(partial(self.api.handle, scope["method"], path, query, headers, body, user))
        except TimeoutError:
            await _reply(send, 504, orjson.dumps(_status(504, "Timeout", TIMED_OUT)))
            return
        self.driver.poke()
        if self.api.is_stream(made):
            await self._stream(made, receive, send)
            return
        if not await self._kept(send):
            return
        sent, more = made.body, made.headers
        if compression.is_wanted(sent, headers.get("accept-encoding", "")):
            sent, more = await compression.compressed(sent), (*more, *compression.HEADERS)
        await _reply(send, made.code, sent, made.content_type, more)

    async def _kept(self, send: Send) -> bool:
        """Whether all that an answer could tell of is on disk; who asked is told when it never will be."""
        if self.durable is None:
            return True
        try:
            await self.durable.reached()
        except DataError as wrong:
            await _reply(send, 500, orjson.dumps(_status(500, "InternalError", f"Internal error occurred: {wrong}")))
            return False
        return True

    async def _made(self, handle: Callable[[Answers], Any]) -> Any:
        """The answer, once all webhooks that it takes have said theirs. Raises TimeoutError."""
        answers = Answers()
        try:
            return handle(answers)
        except Pending as pending:
            calls = pending.calls
        async with asyncio.timeout(REQUEST_TIMEOUT):
            while True:
                self.driver.poke()
                await self.api.webhooks.find(calls, answers)
                self.driver.catch_up()
                try:
                    return handle(answers)
                except Pending as pending:
                    calls = pending.calls

    def _user(self, headers: dict[str, str], path: str, certificate: Certificate | None) -> User | None:
        """Who it is; None for nobody. What is shown must be right, even where nothing need be shown."""
        try:
            found = self.api.authenticate(headers.get("authorization", ""), certificate)
        except BadToken:
            return None
        return ANONYMOUS if found is None and path.startswith(OPEN_PATHS) else found

    async def _answer_own(
        self, method: str, path: str, headers: dict[str, str], body: bytes, user: User, send: Send
    ) -> None:
        """What Kubernetes' API has no words for."""
        refused = self.api.refuses(method, path, headers, user)
        if refused is not None:
            await _reply(send, refused.code, refused.body, refused.content_type, refused.headers)
            return
        if path == "/metrics":
            await _reply(send, 200, self.api.metrics(), CONTENT_TYPE)
            return
        code, told = await self.own.answer(method, path, body)
        if not await self._kept(send):
            return
        if isinstance(told, bytes):
            await _reply(send, code, told, MEDIA)
        else:
            await _reply(send, code, orjson.dumps(told))

    async def _body(self, receive: Receive) -> bytes | None:
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return b"".join(parts)
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > BODY_MOST:
                return None
            if not message.get("more_body"):
                return b"".join(parts)

    async def _stream(self, request: Any, receive: Receive, send: Send) -> None:
        buffer: list[bytes] = []
        size = 0
        some = asyncio.Event()

        def take(line: bytes) -> None:
            nonlocal size
            buffer.append(line)
            size += len(line)
            some.set()

        opened = self.api.open_stream(request, take)
        if not hasattr(opened, "following"):
            await _reply(send, opened.code, opened.body, opened.content_type, opened.headers)
            return
        gone = asyncio.ensure_future(_until_gone(receive))
        stop = asyncio.ensure_future(self.stopping.wait())
        loop = asyncio.get_running_loop()
        limit = request.timeout_seconds
        end = loop.time() + limit if limit else None
        mark = _next_bookmark(loop.time(), end)
        try:
            start = [(b"content-type", request.content_type.encode())]
            start += [(k.encode(), v.encode("latin-1", "replace")) for k, v in request.headers]
            await send({"type": "http.response.start", "status": 200, "headers": start})
            await send({"type": "http.response.body", "body": b"", "more_body": True})
            while not gone.done() and not stop.done():
                if buffer:
                    if size > BACKLOG:
                        break
                    chunk, size = b"".join(buffer), 0
                    buffer.clear()
                    some.clear()
                    if self.durable is not None:
                        try:
                            await self.durable.reached()
                        except DataError:
                            break  # what is not on disk is not told
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
                    continue
                if not opened.following:
                    break
                now = loop.time()
                if end is not None and now >= end:
                    break
                if mark is not None and now >= mark:
                    if request.bookmarks:
                        opened.bookmark()
                    mark = _next_bookmark(now, end)
                    continue
                waiter = asyncio.ensure_future(some.wait())
                wait = min(at for at in (mark, end) if at is not None) - now
                await asyncio.wait({gone, stop, waiter}, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
                waiter.cancel()
            if not gone.done():
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            opened.close()
            gone.cancel()
            stop.cancel()


def _next_bookmark(now: float, end: float | None) -> float | None:
    """Each minute, and shortly before the end so that the client can resume from there; None: no more."""
    due = now + BOOKMARK_EVERY
    if end is not None:
        due = min(due, end - BOOKMARK_BEFORE_END)
    return due if due > now else None


def _repeated(given: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Impersonation headers that were sent several times (kubectl --as-group): a line for each value."""
    out: dict[str, str] = {}
    for raw, value in given:
        name = raw.decode("latin-1")
        if name.startswith("impersonate-"):
            text = value.decode("latin-1")
            out[name] = f"{out[name]}\n{text}" if name in out else text
    return out


async def _until_gone(receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return


def _status(code: int, reason: str, message: str) -> dict[str, Any]:
    return {
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message, "reason": reason,
        "code": code,
    }  # fmt: skip


async def _reply(
    send: Send,
    code: int,
    body: bytes,
    content_type: str = "application/json",
    headers: tuple[tuple[str, str], ...] = (),
) -> None:
    out = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
    out += [(k.encode(), v.encode("latin-1", "replace")) for k, v in headers]
    await send({"type": "http.response.start", "status": code, "headers": out})
    await send({"type": "http.response.body", "body": body})
