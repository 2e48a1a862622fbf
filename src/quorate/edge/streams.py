"""Watches and followed logs over HTTP: lines go out as they come, until either side has had enough."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Any

from quorate.edge.durable import Durable
from quorate.edge.durable_file import DataError

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

BACKLOG = 16 * 1024 * 1024
"""A client that falls this many bytes behind is cut off; it can resume by revision."""
BOOKMARK_EVERY = 60.0
BOOKMARK_BEFORE_END = 2.0
"""Seconds, as kube-apiserver has them."""


class Backlog:
    """Lines that the client has not been sent yet. What it begins with may be of any size."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._size = 0
        self._most: float = math.inf
        self.some = asyncio.Event()
        self.overrun = asyncio.Event()

    def take(self, line: bytes) -> None:
        if self.overrun.is_set():
            return
        self._lines.append(line)
        self._size += len(line)
        if self._size > self._most:
            self._lines.clear()
            self.overrun.set()
        self.some.set()

    def begun(self) -> None:
        """From here on no more than BACKLOG may pile up beside what it began with."""
        self._most = self._size + BACKLOG

    def drained(self) -> bytes:
        chunk = b"".join(self._lines)
        self._lines.clear()
        self._size = 0
        self._most = min(self._most, BACKLOG)
        self.some.clear()
        return chunk


class Stream:
    """One answer without an end. `abort` tears the connection down."""

    def __init__(
        self, request: Any, opened: Any, backlog: Backlog, send: Send, durable: Durable | None, abort: Callable[[], None]
    ) -> None:  # fmt: skip
        self._request, self._opened, self._backlog = request, opened, backlog
        self._send, self._durable, self._abort = send, durable, abort
        self._sending = False
        backlog.begun()

    async def run(self, receive: Receive, stopping: asyncio.Event) -> None:
        """Until the stream ends by itself, the client has gone or lags too far behind, or the server stops."""
        feeding = asyncio.ensure_future(self._feed())
        ends = [
            asyncio.ensure_future(ended)
            for ended in (_until_gone(receive), stopping.wait(), self._backlog.overrun.wait())
        ]
        gone = ends[0]
        try:
            await asyncio.wait({feeding, *ends}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                return
            if feeding.done():
                feeding.result()
            elif self._sending or self._backlog.overrun.is_set():
                # It does not read: what was begun cannot be ended in order.
                self._abort()
                return
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._opened.close()
            for task in (feeding, *ends):
                task.cancel()

    async def _feed(self) -> None:
        request, backlog = self._request, self._backlog
        loop = asyncio.get_running_loop()
        end = loop.time() + request.timeout_seconds if request.timeout_seconds else math.inf
        mark = _next_bookmark(loop.time(), end)
        headers = [(b"content-type", request.content_type.encode())]
        headers += [(k.encode(), v.encode("latin-1", "replace")) for k, v in request.headers]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        await self._out(b"")
        while True:
            if backlog.some.is_set():
                chunk = backlog.drained()
                try:
                    if self._durable is not None:
                        await self._durable.reached()
                except DataError:
                    return  # what is not on disk is not told
                await self._out(chunk)
                continue
            now = loop.time()
            if not self._opened.following or now >= end:
                return
            if now >= mark:
                if request.bookmarks:
                    self._opened.bookmark()
                mark = _next_bookmark(now, end)
                continue
            try:
                async with asyncio.timeout_at(min(mark, end)):
                    await backlog.some.wait()
            except TimeoutError:
                pass

    async def _out(self, chunk: bytes) -> None:
        self._sending = True
        await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
        self._sending = False


def _next_bookmark(now: float, end: float) -> float:
    """Each minute, and shortly before the end so that the client can resume from there; inf: no more."""
    due = min(now + BOOKMARK_EVERY, end - BOOKMARK_BEFORE_END)
    return due if due > now else math.inf


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
