"""One question to a webhook's server: POST over HTTPS, within its time, with Go's words for what goes wrong.

(Kubernetes: client-go/rest, and net/http beneath it.)
"""

import asyncio
import contextlib
import errno
import socket
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httptools
import orjson

from quorate.contract.plan import Obj
from quorate.contract.webhooks import Call, CannotCall
from quorate.edge.webhook_trust import check_name, trust, untrusted

MOST = 3 * 1024 * 1024
"""Bytes of an answer."""
CODES = {
    400: "the server rejected our request for an unknown reason",
    401: "the server has asked for the client to provide credentials",
    404: "the server could not find the requested resource",
    405: "the server does not allow this method on the requested resource",
    409: "the server reported a conflict",
    422: "the server rejected our request due to an error in our request",
    429: "the server has received too many requests and has asked us to try again later",
    503: "the server is currently unable to handle the request",
    504: "the server was unable to return a response in the time allotted, but may still be processing the request",
}
SAID_BY_SERVER = (403, 406, 415)
ERRNO = {
    errno.ECONNREFUSED: "connect: connection refused", errno.EHOSTUNREACH: "connect: no route to host",
    errno.ENETUNREACH: "connect: network is unreachable", errno.ETIMEDOUT: "connect: connection timed out",
}  # fmt: skip


@dataclass(slots=True)
class _Heard:
    """What the parser has told so far."""

    body: bytearray = field(default_factory=bytearray)
    whole: bool = False
    content_type: str = ""

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self.content_type = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.whole = True


async def post(call: Call, at: str) -> Obj | CannotCall:
    """The AdmissionReview that is answered. `at` is where the Service is served in truth, "" for the call's own address."""
    try:
        async with asyncio.timeout(call.timeout):
            return await _answered(call, at)
    except TimeoutError:
        return CannotCall(f'Post "{call.url}": context deadline exceeded')
    except CannotCall as wrong:
        return wrong


async def _answered(call: Call, at: str) -> Obj:
    body = orjson.dumps(call.review)
    try:
        code, heard = await _exchange(call, at, body)
    except CannotCall as wrong:
        raise CannotCall(f'Post "{call.url}": {wrong}') from None
    text = bytes(heard.body)
    found: object = None
    with contextlib.suppress(orjson.JSONDecodeError):
        found = orjson.loads(text)
    if code >= 300:
        raise CannotCall(_said(code, found, text.decode("utf-8", "replace").strip()))
    if not text:
        kind = heard.content_type or "application/json"
        raise CannotCall(f"0-length response with status code: {code} and content type: {kind}")
    if not isinstance(found, dict):
        raise CannotCall("couldn't get version/kind; json parse error: the answer is no JSON object")
    if found.get("kind") == "Status" and found.get("status") != "Success":
        raise CannotCall(str(found.get("message") or "unknown"))
    return found


def _said(code: int, found: object, text: str) -> str:
    if isinstance(found, dict) and found.get("kind") == "Status" and found.get("message"):
        return str(found["message"])
    if code in CODES:
        return CODES[code]
    if code in SAID_BY_SERVER:
        return text or "unknown"
    if code >= 500:
        return f"an error on the server ({orjson.dumps(text or 'unknown').decode()}) has prevented the request from succeeding"
    return f"the server responded with the status code {code} but did not return more information"


async def _exchange(call: Call, at: str, body: bytes) -> tuple[int, _Heard]:
    url, stands = urlsplit(call.url), urlsplit(at)
    meant = url.hostname or ""
    if at:
        host, port, tls = (
            stands.hostname or "",
            stands.port or (443 if stands.scheme == "https" else 80),
            stands.scheme != "http",
        )
    elif call.address:
        host, _, given = call.address.rpartition(":")
        port, tls = int(given), True
    else:
        host, port, tls = meant, url.port or 443, True
    context = trust(call.ca_bundle) if tls else None
    reader, writer = await _connected(host, port, context, meant)
    try:
        if context is not None:
            check_name(writer.get_extra_info("peercert") or {}, (meant, host) if at else (meant,))
        path = f"{url.path or '/'}?{url.query}"
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {url.netloc}\r\nUser-Agent: kube-apiserver-admission\r\n"
            f"Accept: application/json, */*\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n"
        )
        writer.write(head.encode("latin-1") + body)
        return await _heard(reader)
    except (ConnectionError, ssl.SSLError):
        raise CannotCall("EOF") from None
    finally:
        writer.close()


async def _connected(
    host: str, port: int, context: ssl.SSLContext | None, meant: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Raises CannotCall."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise CannotCall(f"dial tcp: lookup {host}: no such host") from None
    first = ""
    for *_, address in found:
        ip = address[0]
        shown = f"[{ip}]:{port}" if ":" in str(ip) else f"{ip}:{port}"
        try:
            return await asyncio.open_connection(
                str(ip), port, ssl=context, server_hostname=meant if context is not None else None
            )
        except ssl.SSLCertVerificationError as wrong:
            raise CannotCall(untrusted(wrong)) from None
        except ssl.SSLError as wrong:
            plain = "http: server gave HTTP response to HTTPS client"
            named = (wrong.reason or "handshake failure").lower().replace("_", " ")
            raise CannotCall(
                plain if wrong.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST") else f"tls: {named}"
            ) from None
        except ConnectionResetError:
            first = first or f"read tcp {shown}: read: connection reset by peer"
        except OSError as wrong:
            why = ERRNO.get(wrong.errno or 0, f"connect: {(wrong.strerror or 'failed').lower()}")
            first = first or f"dial tcp {shown}: {why}"
    raise CannotCall(first or f"dial tcp: lookup {host}: no such host")


async def _heard(reader: asyncio.StreamReader) -> tuple[int, _Heard]:
    heard = _Heard()
    parser = httptools.HttpResponseParser(heard)
    while not heard.whole:
        part = await reader.read(65536)
        if not part:
            break
        try:
            parser.feed_data(part)
        except httptools.HttpParserError:
            raise CannotCall(
                f"net/http: HTTP/1.x transport connection broken: malformed HTTP response {_quoted(part)}"
            ) from None
        if len(heard.body) > MOST:
            raise CannotCall("http: response body too large")
    code: int = parser.get_status_code()
    if not code:
        raise CannotCall("EOF")
    return code, heard


def _quoted(part: bytes) -> str:
    return orjson.dumps(part[:40].decode("latin-1")).decode()
