"""HTTP/1.1 on one connection: requests in, answers and streams out, one at a time and in order.

The parser is httptools'. A request is handed on whole; what it asks for is for `App` to say.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import unquote

import httptools

from quorate.apiserver.access.authenticate import Certificate

BODY_MOST = 3 * 1024 * 1024
"""kube-apiserver's limit of a request body."""
HEAD_MOST = 1 << 20
"""Bytes of a request's line and headers (Go: http.DefaultMaxHeaderBytes)."""
PIPELINED_MOST = 16
"""Requests that may wait behind one that is being answered; then nothing is read until it is."""
Headers = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Request:
    """`path` is decoded, `query` is not. Header names are lower-case; of headers sent twice the first counts (as in Go), but
    those of impersonation have a line for each value. `too_large`: its body was, and is not here."""

    method: str
    path: str
    query: bytes
    headers: dict[str, str]
    certificate: Certificate | None
    keep_alive: bool
    body: bytes = b""
    too_large: bool = False


class Application(Protocol):
    """What answers: at once, or later by the connection's `reply` or `begin`."""

    def asked(self, request: Request, connection: "Connection") -> None: ...


class Listener:
    """What is listened to: `connections` are the open ones."""

    def __init__(self, app: Application) -> None:
        self.app = app
        self.connections: set[Connection] = set()

    def __call__(self) -> "Connection":
        return Connection(self)

    def close_idle(self, since: float) -> None:
        """Hang up on who has asked nothing since (in the loop's time)."""
        for connection in tuple(self.connections):
            if not connection.busy and connection.active < since:
                connection.close()


@dataclass(slots=True)
class _Parsing:
    """What there is of the request that is being read."""

    target: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    request: Request | None = None
    told: bool = False


class Connection(asyncio.Protocol):
    """`gone` is called when the client hangs up while it is being answered, `writable` when it reads again."""

    __slots__ = (
        "_certificate", "_closing", "_head", "_head_only", "_listener", "_loop", "_parser", "_parsing", "_reading", "_request",
        "_transport", "_waiting", "active", "busy", "gone", "paused", "writable",
    )  # fmt: skip

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._parser = _parser(self)
        self._parsing = _Parsing()
        self._head, self._head_only, self._reading, self._closing = 0, False, True, False
        self._request: Request | None = None
        self._certificate: Certificate | None = None
        self._waiting: deque[Request] = deque()
        self.busy = self.paused = False
        self.active = self._loop.time()
        self.gone: Callable[[], None] | None = None
        self.writable: Callable[[], None] | None = None

    # -- what the transport tells

    def connection_made(self, transport: Any) -> None:
        self._transport: asyncio.Transport = transport
        self._listener.connections.add(self)
        tls: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
        found: Any = tls.getpeercert() if tls is not None else None
        if tls is not None and found:
            self._certificate = _certificate(found, tls.getpeercert(binary_form=True) or b"")

    def connection_lost(self, wrong: Exception | None) -> None:
        self._listener.connections.discard(self)
        self._closing = True
        self._waiting.clear()
        gone, self.gone, self.writable = self.gone, None, None
        if gone is not None:
            gone()

    def pause_writing(self) -> None:
        self.paused = True

    def resume_writing(self) -> None:
        self.paused = False
        if self.writable is not None:
            self.writable()

    def data_received(self, data: bytes) -> None:
        self.active = self._loop.time()
        self._head += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            # Nothing is upgraded to: it is answered as if it had not been asked for.
            rest = data[upgrade.args[0] :] if upgrade.args else b""
            self._parser = _parser(self)
            if rest:
                self.data_received(rest)
        except httptools.HttpParserError:
            self._next()
            if self.busy:
                self.finish()  # what came before the nonsense is answered
            else:
                self._refuse(b"400 Bad Request")
            return
        if self._parsing.request is None and self._head > HEAD_MOST:
            self._refuse(b"431 Request Header Fields Too Large")
        self._next()

    # -- what the parser tells

    def on_message_begin(self) -> None:
        self._parsing = _Parsing()
        self._head = 0

    def on_url(self, url: bytes) -> None:
        self._parsing.target += url

    def on_header(self, raw: bytes, value: bytes) -> None:
        headers, name, text = self._parsing.headers, raw.decode("latin-1").lower(), value.decode("latin-1")
        if name not in headers:
            headers[name] = text
        elif name.startswith("impersonate-"):
            headers[name] = f"{headers[name]}\n{text}"

    def on_headers_complete(self) -> None:
        parsing, parser = self._parsing, self._parser
        url = httptools.parse_url(parsing.target)
        path = (url.path or b"").decode("ascii")
        if "%" in path:
            path = unquote(path)
        version = parser.get_http_version()
        keep = version != "1.0" and parser.should_keep_alive()
        method = parser.get_method().decode("ascii")
        parsing.request = Request(method, path, url.query or b"", parsing.headers, self._certificate, keep)
        if parsing.headers.get("expect", "").lower() == "100-continue" and version != "1.0" and not self.busy:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, part: bytes) -> None:
        parsing = self._parsing
        if parsing.told or parsing.request is None:
            return
        parsing.body += part
        if len(parsing.body) > BODY_MOST:
            # It is answered at once; what still comes of it is read and forgotten.
            parsing.told = parsing.request.too_large = True
            parsing.body.clear()
            self._waiting.append(parsing.request)

    def on_message_complete(self) -> None:
        parsing = self._parsing
        self._parsing = _Parsing()
        self._head = 0
        if parsing.told or parsing.request is None:
            return
        parsing.request.body = bytes(parsing.body)
        self._waiting.append(parsing.request)

    # -- what the application does

    def reply(self, code: int, body: bytes, content_type: str = "application/json", headers: Headers = ()) -> None:
        """The whole answer."""
        if self._closing:
            return
        more = "".join([f"{name}: {value}\r\n" for name, value in headers]) if headers else ""
        hang_up = self._request is None or not self._request.keep_alive
        if hang_up:
            more += "Connection: close\r\n"
        # Of what the client has already, nothing is said but that it is the same.
        length = f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n" if code != 304 else ""
        head = f"{_LINES[code]}{length}{more}\r\n"
        raw = head.encode("latin-1", "replace")
        self._transport.write(raw if self._head_only else raw + body)
        self._answered()

    def begin(self, content_type: str, headers: Headers) -> None:
        """An answer without an end: `send` goes on with it, `end` ends it."""
        if self._closing:
            return
        more = "".join([f"{name}: {value}\r\n" for name, value in headers])
        if self._request is None or not self._request.keep_alive:
            more += "Connection: close\r\n"
        head = f"{_LINES[200]}Content-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n{more}\r\n"
        self._transport.write(head.encode("latin-1", "replace"))

    def send(self, part: bytes) -> None:
        if part and not self._closing:
            self._transport.write(b"%x\r\n%b\r\n" % (len(part), part))

    def end(self) -> None:
        if not self._closing:
            self._transport.write(b"0\r\n\r\n")
            self._answered()

    def abort(self) -> None:
        """Tear it down, whatever is still to be sent."""
        self._closing = True
        self._transport.abort()

    def close(self) -> None:
        """Hang up once all is sent that was written."""
        self._closing = True
        self._transport.close()

    def finish(self) -> None:
        """No more requests: hang up as soon as the one in hand is answered."""
        if not self.busy:
            self.close()
        elif self._request is not None:
            self._request.keep_alive = False

    # -- one request after the other

    def _next(self) -> None:
        waiting = self._waiting
        while waiting and not self.busy and not self._closing:
            request = self._request = waiting.popleft()
            self.busy, self._head_only = True, request.method == "HEAD"
            self._listener.app.asked(request, self)
        full = len(waiting) >= PIPELINED_MOST
        if full == self._reading and not self._closing:
            self._reading = not full
            (self._transport.pause_reading if full else self._transport.resume_reading)()

    def _answered(self) -> None:
        self.busy = False
        self.gone = self.writable = None
        self.active = self._loop.time()
        if self._request is None or not self._request.keep_alive:
            self.close()
        elif self._waiting:
            self._loop.call_soon(self._next)

    def _refuse(self, status: bytes) -> None:
        if not self._closing:
            self._transport.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            self.close()


def _parser(connection: Connection) -> Any:
    made = httptools.HttpRequestParser(connection)
    if hasattr(made, "set_dangerous_leniencies"):
        # What stands behind a request that says "Connection: close" must not spoil its answer.
        made.set_dangerous_leniencies(lenient_data_after_close=True)
    return made


def _line(code: int) -> str:
    """How every answer begins; none is to be kept by caches, as kube-apiserver says of all of its own."""
    try:
        phrase = HTTPStatus(code).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/1.1 {code} {phrase}\r\nCache-Control: no-cache, private\r\n"


_LINES = {code: _line(code) for code in range(100, 600)}


def _certificate(found: dict[str, Any], raw: bytes) -> Certificate:
    """The TLS layer has verified it."""
    parts = [pair for group in found.get("subject", ()) for pair in group]
    name = next((value for key, value in parts if key == "commonName"), "")
    return Certificate(name, tuple(v for k, v in parts if k == "organizationName"), sha256(raw).hexdigest())
