"""The application behind the connections: a request in, `Front.handle`, an answer out; watches stay open."""

import asyncio
import sys
import traceback
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Protocol
from urllib.parse import parse_qsl

import orjson

from quorate.apiserver.access.authenticate import BadToken, Certificate
from quorate.apiserver.access.user import ANONYMOUS, User
from quorate.contract.webhooks import Pending
from quorate.edge import compression
from quorate.edge.connection import BODY_MOST, Connection, Request
from quorate.edge.drive import Driver
from quorate.edge.durable import Durable
from quorate.edge.durable_file import DataError
from quorate.edge.own import Own
from quorate.edge.snapshot import MEDIA, Snapshot
from quorate.edge.streams import Flusher, Stream
from quorate.edge.webhooks import Answers, Webhooks
from quorate.faults.switchboard.board import Board
from quorate.observe.metrics import CONTENT_TYPE

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
        self._flusher = Flusher(durable)
        self._streams: set[Stream] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def asked(self, request: Request, connection: Connection) -> None:
        """Answer at once where that is possible; a task does the rest."""
        try:
            later = self._answer(request, connection)
        except Exception as wrong:
            _fault(wrong, connection)
            return
        if later is not None:
            task = asyncio.ensure_future(self._finish(later, connection))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def end_streams(self) -> None:
        for stream in tuple(self._streams):
            stream.stop()

    async def _finish(self, later: Coroutine[Any, Any, None], connection: Connection) -> None:
        try:
            await later
        except Exception as wrong:
            _fault(wrong, connection)

    def _answer(self, request: Request, connection: Connection) -> Coroutine[Any, Any, None] | None:
        headers, path = request.headers, request.path
        user = self._user(headers, path, request.certificate)
        if user is None:
            _refuse(connection, 401, "Unauthorized", "Unauthorized")
            return None
        if request.too_large:
            _refuse(connection, 413, "RequestEntityTooLarge", f"Request entity too large: limit is {BODY_MOST}")
            return None
        self.driver.catch_up()
        if path.startswith("/quorate/") or path == "/metrics":
            return self._answer_own(request, user, connection)
        handle = partial(self.api.handle, request.method, path, _query(request.query), headers, request.body, user)
        answers = Answers()
        try:
            made = handle(answers)
        except Pending as pending:
            return self._ask(handle, answers, pending.calls, headers, connection)
        self.driver.poke()
        return self._out(made, headers, connection)

    def _out(self, made: Any, headers: dict[str, str], connection: Connection) -> Coroutine[Any, Any, None] | None:
        """Send an answer or begin a stream, as soon as it may be."""
        if self.api.is_stream(made):
            self._stream(made, connection)
            return None
        wanted = headers.get("accept-encoding", "")
        squeeze = bool(wanted) and compression.is_wanted(made.body, wanted)
        if squeeze or (self.durable is not None and self.durable.behind):
            return self._slowly(made, squeeze, connection)
        connection.reply(made.code, made.body, made.content_type, made.headers)
        return None

    async def _slowly(self, made: Any, squeeze: bool, connection: Connection) -> None:
        if not await self._kept(connection):
            return
        if squeeze:
            raw = await compression.compressed(made.body)
            connection.reply(made.code, raw, made.content_type, (*made.headers, *compression.HEADERS))
        else:
            connection.reply(made.code, made.body, made.content_type, made.headers)

    async def _kept(self, connection: Connection) -> bool:
        """Whether all that an answer could tell of is on disk; who asked is told when it never will be."""
        if self.durable is None:
            return True
        try:
            await self.durable.reached()
        except DataError as wrong:
            _refuse(connection, 500, "InternalError", f"Internal error occurred: {wrong}")
            return False
        return True

    async def _ask(
        self, handle: Callable[[Answers], Any], answers: Answers, calls: Any, headers: dict[str, str],
        connection: Connection,
    ) -> None:  # fmt: skip
        """Answer once all webhooks that it takes have said theirs."""
        try:
            made = await self._made(handle, answers, calls)
        except TimeoutError:
            _refuse(connection, 504, "Timeout", TIMED_OUT)
            return
        self.driver.poke()
        later = self._out(made, headers, connection)
        if later is not None:
            await later

    async def _made(self, handle: Callable[[Answers], Any], answers: Answers, calls: Any) -> Any:
        """Raises TimeoutError."""
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

    async def _answer_own(self, request: Request, user: User, connection: Connection) -> None:
        """What Kubernetes' API has no words for."""
        refused = self.api.refuses(request.method, request.path, request.headers, user)
        if refused is not None:
            connection.reply(refused.code, refused.body, refused.content_type, refused.headers)
            return
        if request.path == "/metrics":
            connection.reply(200, self.api.metrics(), CONTENT_TYPE)
            return
        code, told = await self.own.answer(request.method, request.path, request.body)
        if not await self._kept(connection):
            return
        if isinstance(told, bytes):
            connection.reply(code, told, MEDIA)
        else:
            connection.reply(code, orjson.dumps(told))

    def _stream(self, request: Any, connection: Connection) -> None:
        stream = Stream(connection, self._flusher, self._streams.discard)
        opened = self.api.open_stream(request, stream.take)
        if not hasattr(opened, "following"):
            connection.reply(opened.code, opened.body, opened.content_type, opened.headers)
            return
        self._streams.add(stream)
        stream.run(request, opened)


def _query(raw: bytes) -> dict[str, str]:
    """Of a parameter that is given twice the first counts, as in Go."""
    if not raw:
        return {}
    found = parse_qsl(raw.decode("latin-1"), keep_blank_values=True)
    found.reverse()
    return dict(found)


def _refuse(connection: Connection, code: int, reason: str, message: str) -> None:
    status = {
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message, "reason": reason,
        "code": code,
    }  # fmt: skip
    connection.reply(code, orjson.dumps(status))


def _fault(wrong: Exception, connection: Connection) -> None:
    """A fault of ours: who asked gets a Status, who runs the server the whole story."""
    traceback.print_exception(wrong, file=sys.stderr)
    _refuse(connection, 500, "InternalError", f"Internal error occurred: {type(wrong).__name__}: {wrong}")
