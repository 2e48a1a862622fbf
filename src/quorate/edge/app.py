"""The ASGI application: bytes in, `Front.handle`, bytes out; watches stay open."""

import asyncio
import sys
import traceback
from collections.abc import Callable
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
from quorate.edge.protocol import ABORT, CERTIFICATE
from quorate.edge.snapshot import MEDIA, Snapshot
from quorate.edge.streams import Backlog, Receive, Send, Stream
from quorate.edge.webhooks import Answers, Webhooks
from quorate.faults.switchboard.board import Board
from quorate.observe.metrics import CONTENT_TYPE

BODY_MOST = 3 * 1024 * 1024
"""kube-apiserver's limit of a request body."""
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


class Gone(Exception):
    """The client has hung up before it had said all."""


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
        begun = False

        async def sending(message: dict[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._answer(scope, receive, sending)
        except Exception as wrong:
            # A fault of ours: who asked gets a Status, who runs the server the whole story.
            traceback.print_exception(wrong, file=sys.stderr)
            if begun:
                raise
            message = f"Internal error occurred: {type(wrong).__name__}: {wrong}"
            await _reply(send, 500, orjson.dumps(_status(500, "InternalError", message)))

    async def _answer(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        if len(headers) != len(scope["headers"]):
            headers |= _repeated(scope["headers"])
        path = scope["path"]
        user = self._user(headers, path, scope.get(CERTIFICATE))
        if user is None:
            await _reply(send, 401, orjson.dumps(_status(401, "Unauthorized", "Unauthorized")))
            return
        try:
            body = await self._body(receive)
        except Gone:
            return
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
            await self._stream(made, receive, send, scope.get(ABORT, _nothing))
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
        """None when there is too much of it. Raises Gone: half a body must not be taken for a whole one."""
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > BODY_MOST:
                return None
            if not message.get("more_body"):
                return b"".join(parts)

    async def _stream(self, request: Any, receive: Receive, send: Send, abort: Callable[[], None]) -> None:
        backlog = Backlog()
        opened = self.api.open_stream(request, backlog.take)
        if not hasattr(opened, "following"):
            await _reply(send, opened.code, opened.body, opened.content_type, opened.headers)
            return
        await Stream(request, opened, backlog, send, self.durable, abort).run(receive, self.stopping)


def _repeated(given: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Impersonation headers that were sent several times (kubectl --as-group): a line for each value."""
    out: dict[str, str] = {}
    for raw, value in given:
        name = raw.decode("latin-1")
        if name.startswith("impersonate-"):
            text = value.decode("latin-1")
            out[name] = f"{out[name]}\n{text}" if name in out else text
    return out


def _nothing() -> None:
    """Nobody to hang up on."""


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
