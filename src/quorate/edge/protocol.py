"""uvicorn's HTTP protocol, with the client's certificate in what it tells the application."""

import asyncio
from hashlib import sha256
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from quorate.apiserver.access.authenticate import Certificate

CERTIFICATE = "quorate.certificate"
"""Key of the scope: a Certificate, or None."""


class CertifiedProtocol(HttpToolsProtocol):
    """The TLS layer has verified the certificate, if there is one."""

    certificate: Certificate | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        if tls is not None:
            found = tls.getpeercert()
            if found:
                self.certificate = _certificate(found, tls.getpeercert(binary_form=True))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope[CERTIFICATE] = self.certificate


def _certificate(found: dict[str, Any], raw: bytes) -> Certificate:
    parts = [pair for group in found.get("subject", ()) for pair in group]
    name = next((value for key, value in parts if key == "commonName"), "")
    return Certificate(name, tuple(v for k, v in parts if k == "organizationName"), sha256(raw).hexdigest())
