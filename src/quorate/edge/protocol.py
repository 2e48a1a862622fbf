"""uvicorn's HTTP protocol, with the client's certificate in what it tells the application."""

import asyncio
from hashlib import sha256
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from quorate.apiserver.access.authenticate import Certificate

CERTIFICATE = "quorate.certificate"
"""Key of the scope: a Certificate, or None."""


ABORT = "quorate.abort"
"""Key of the scope: a function that tears the connection down, whatever is still to be sent."""
HEAD_MOST = 1 << 20
"""Bytes of a request's line and headers (Go: http.DefaultMaxHeaderBytes)."""
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class CertifiedProtocol(HttpToolsProtocol):
    """The TLS layer has verified the certificate, if there is one."""

    certificate: Certificate | None = None
    _in_head = False
    _head = 0

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head:
            self._head += len(data)
            if self._head > HEAD_MOST:
                self.transport.write(TOO_LARGE)
                self.transport.close()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        if tls is not None:
            found = tls.getpeercert()
            if found:
                self.certificate = _certificate(found, tls.getpeercert(binary_form=True))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._head = True, 0
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope[CERTIFICATE] = self.certificate
        scope[ABORT] = self.transport.abort


def _certificate(found: dict[str, Any], raw: bytes) -> Certificate:
    parts = [pair for group in found.get("subject", ()) for pair in group]
    name = next((value for key, value in parts if key == "commonName"), "")
    return Certificate(name, tuple(v for k, v in parts if k == "organizationName"), sha256(raw).hexdigest())
