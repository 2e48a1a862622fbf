"""Watches and followed logs over HTTP: lines go out as they come, until either side has had enough."""

import asyncio
import math
from collections.abc import Callable
from typing import Any

from quorate.edge.connection import Connection
from quorate.edge.durable import Durable
from quorate.edge.durable_file import DataError

BACKLOG = 16 * 1024 * 1024
"""A client that falls this many bytes behind is cut off; it can resume by revision."""
BOOKMARK_EVERY = 60.0
BOOKMARK_BEFORE_END = 2.0
"""Seconds, as kube-apiserver has them."""


class Flusher:
    """Lets the streams that have something to say say it, all in one turn of the loop; on disk first, where there is one."""

    def __init__(self, durable: Durable | None) -> None:
        self._durable = durable
        self._loop = asyncio.get_running_loop()
        self._some: list[Stream] = []
        self._waiting: asyncio.Task[None] | None = None

    def add(self, stream: "Stream") -> None:
        if not self._some and self._waiting is None:
            self._loop.call_soon(self._flush)
        self._some.append(stream)

    def _flush(self) -> None:
        if self._durable is not None:
            self._waiting = asyncio.ensure_future(self._flush_kept(self._durable))
        else:
            self._write()

    async def _flush_kept(self, durable: Durable) -> None:
        try:
            while self._some:
                some, self._some = self._some, []
                for stream in some:
                    stream.gather()
                try:
                    await durable.reached()
                except DataError:
                    for stream in some:
                        stream.stop()  # what is not on disk is not told
                    continue
                for stream in some:
                    stream.flush()
        finally:
            self._waiting = None

    def _write(self) -> None:
        some, self._some = self._some, []
        for stream in some:
            stream.gather()
            stream.flush()


class Stream:
    """One answer without an end, on one connection; `done` is called when it is over. What it begins with may be of any size."""

    def __init__(self, connection: Connection, flusher: Flusher, done: Callable[["Stream"], None]) -> None:
        self._connection, self._flusher, self._done = connection, flusher, done
        self._opened: Any = None
        self._request: Any = None
        self._lines: list[bytes] = []
        self._ready: list[bytes] = []
        self._size = 0
        self._most: float = math.inf
        self._queued = self._over = False
        self._timer: asyncio.TimerHandle | None = None
        self._end: float = math.inf

    def take(self, line: bytes) -> None:
        """A line (or none: look whether it goes on), as the world makes it."""
        if self._over:
            return
        self._lines.append(line)
        self._size += len(line)
        if self._size > self._most:
            # It does not read: what was begun cannot be ended in order.
            self._connection.abort()
            self.close()
            return
        if not self._queued:
            self._queued = True
            self._flusher.add(self)

    def run(self, request: Any, opened: Any) -> None:
        """Begin; `opened` sends into `take`, and may have done so already."""
        self._request, self._opened = request, opened
        self._most = self._size + BACKLOG
        connection, loop = self._connection, asyncio.get_running_loop()
        connection.begin(request.content_type, request.headers)
        connection.gone, connection.writable = self.close, self.flush
        if request.timeout_seconds:
            self._end = loop.time() + request.timeout_seconds
        self._set_timer(loop.time())
        if not self._queued:
            self._queued = True
            self._flusher.add(self)

    def gather(self) -> None:
        """What is here may go out, once all that it tells of is on disk."""
        self._ready += self._lines
        self._lines = []
        self._queued = False

    def flush(self) -> None:
        """Write what was gathered, unless the client does not read."""
        if self._over or self._connection.paused:
            return
        if self._ready:
            part = b"".join(self._ready)
            self._ready = []
            self._size -= len(part)
            self._most = min(self._most, self._size + BACKLOG)
            self._connection.send(part)
        if not self._opened.following and not self._lines:
            self.stop()

    def stop(self) -> None:
        """End in order, where the client reads; tear down where it does not."""
        if self._over:
            return
        self._connection.gone = self._connection.writable = None
        if self._connection.paused:
            self._connection.abort()
        else:
            self._connection.end()
        self.close()

    def close(self) -> None:
        """The client has gone, or it is over."""
        if self._over:
            return
        self._over = True
        self._lines, self._ready = [], []
        if self._timer is not None:
            self._timer.cancel()
        if self._opened is not None:
            self._opened.close()
        self._done(self)

    def _set_timer(self, now: float) -> None:
        """The next bookmark or the end, whichever is sooner; a stream without either waits for nothing."""
        due = min(now + BOOKMARK_EVERY, self._end - BOOKMARK_BEFORE_END) if self._request.bookmarks else self._end
        if due <= now:  # that bookmark was the last
            due = self._end
        if due < math.inf:
            self._timer = asyncio.get_running_loop().call_at(due, self._ring, due)

    def _ring(self, due: float) -> None:
        if due >= self._end:
            self.stop()
            return
        self._opened.bookmark()
        self._set_timer(due)
