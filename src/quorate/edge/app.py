"""The ASGI application: bytes in, `Front.handle`, bytes out; watches stay open."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from urllib.parse import parse_qsl

import orjson

from quorate.edge.drive import Driver
from quorate.edge.durable import Durable
from quorate.objects.times import parse_duration, time_text

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

BACKLOG = 64 * 1024 * 1024
"""A watcher that falls this many bytes behind is cut off; it can resume by revision."""
BODY_MOST = 3 * 1024 * 1024
"""kube-apiserver's limit of a request body."""
BOOKMARK_EVERY = 60.0
OPEN_PATHS = ("/readyz", "/healthz", "/livez", "/version")


class Answer(Protocol):
    code: int
    body: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...]


class Api(Protocol):
    """What the application serves; `assemble` gives it the world's front door."""

    def handle(
        self, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes, user: str
    ) -> Any: ...

    def open_watch(self, request: Any, send: Callable[[bytes], None]) -> Any: ...

    def is_watch(self, made: Any) -> bool: ...


class App:
    """`token` is wanted of every request but for health and version; "" lets everyone in."""

    def __init__(self, api: Api, driver: Driver, token: str, durable: Durable | None = None) -> None:
        self.api, self.driver, self.token, self.durable = api, driver, token, durable
        self._authorization = f"Bearer {token}".encode()
        self.stopping = asyncio.Event()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        path = scope["path"]
        if self.token and not path.startswith(OPEN_PATHS):
            given = headers.get("authorization", "").encode("latin-1")
            if not hmac.compare_digest(given, self._authorization):
                await _reply(send, 401, orjson.dumps(_status(401, "Unauthorized", "Unauthorized")))
                return
        body = await self._body(receive)
        if body is None:
            message = f"Request entity too large: limit is {BODY_MOST}"
            await _reply(send, 413, orjson.dumps(_status(413, "RequestEntityTooLarge", message)))
            return
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        self.driver.catch_up()
        if path.startswith("/quorate/"):
            await self._own(path, scope["method"], body, send)
            return
        made = self.api.handle(scope["method"], path, query, headers, body, "system:admin")
        self.driver.poke()
        if self.api.is_watch(made):
            await self._watch(made, receive, send)
            return
        if self.durable is not None:
            await self.durable.reached()
        await _reply(send, made.code, made.body, made.content_type, made.headers)

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

    async def _watch(self, request: Any, receive: Receive, send: Send) -> None:
        buffer: list[bytes] = []
        size = 0
        some = asyncio.Event()

        def take(line: bytes) -> None:
            nonlocal size
            buffer.append(line)
            size += len(line)
            some.set()

        opened = self.api.open_watch(request, take)
        if not hasattr(opened, "following"):
            await _reply(send, opened.code, opened.body, opened.content_type, opened.headers)
            return
        gone = asyncio.ensure_future(_until_gone(receive))
        stop = asyncio.ensure_future(self.stopping.wait())
        loop = asyncio.get_running_loop()
        limit = request.query.timeout_seconds
        end = loop.time() + limit if limit else None
        try:
            await send({
                "type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")],
            })  # fmt: skip
            await send({"type": "http.response.body", "body": b"", "more_body": True})
            while not gone.done() and not stop.done():
                if buffer:
                    if size > BACKLOG:
                        break
                    chunk, size = b"".join(buffer), 0
                    buffer.clear()
                    some.clear()
                    if self.durable is not None:
                        await self.durable.reached()
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
                    continue
                if not opened.following:
                    break
                wait = BOOKMARK_EVERY if end is None else min(BOOKMARK_EVERY, end - loop.time())
                if wait <= 0:
                    break
                waiter = asyncio.ensure_future(some.wait())
                done, _ = await asyncio.wait({gone, stop, waiter}, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
                waiter.cancel()
                if not done and request.query.allow_bookmarks:
                    opened.bookmark()
            if not gone.done():
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            opened.close()
            gone.cancel()
            stop.cancel()

    async def _own(self, path: str, method: str, body: bytes, send: Send) -> None:
        """Quorate's own endpoints: /quorate/clock."""
        if path != "/quorate/clock":
            await _reply(send, 404, orjson.dumps(_status(404, "NotFound", f"nothing is served at {path}")))
            return
        if method == "POST":
            try:
                by = parse_duration(str(orjson.loads(body or b"{}").get("advance", "")))
            except (ValueError, AttributeError) as wrong:
                await _reply(send, 400, orjson.dumps(_status(400, "BadRequest", str(wrong))))
                return
            await self.driver.advance(by)
        now = self.driver.pump.now()
        await _reply(send, 200, orjson.dumps({"now": time_text(now), "speed": self.driver.wall.speed}))


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
