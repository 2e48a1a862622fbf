"""Whom a webhook's server has to show itself as, and Go's words when it does not (crypto/x509, crypto/tls)."""

import base64
import binascii
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from quorate.contract.webhooks import CannotCall

FAILED = "tls: failed to verify certificate: x509: "
EXPIRED, NOT_YET = 10, 9
"""OpenSSL's numbers (X509_V_ERR_...)."""


@lru_cache(maxsize=256)
def trust(ca_bundle: str) -> ssl.SSLContext:
    """Trusts these authorities (PEM in base64), or the system's when there are none. Raises CannotCall.

    The name is checked by `check_name` and not in the handshake: a server that stands in for a Service may show either.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # As in Go: a certificate that is itself trusted needs nobody above it.
    context.verify_flags = (context.verify_flags | ssl.VERIFY_X509_PARTIAL_CHAIN) & ~ssl.VERIFY_X509_STRICT
    if not ca_bundle:
        context.load_default_certs()
        return context
    try:
        context.load_verify_locations(cadata=base64.b64decode(ca_bundle).decode("latin-1"))
    except (binascii.Error, ValueError, ssl.SSLError):
        raise CannotCall("unable to load root certificates: unable to parse bytes as PEM block") from None
    return context


def untrusted(wrong: ssl.SSLCertVerificationError) -> str:
    if wrong.verify_code in (EXPIRED, NOT_YET):
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        which = "is after its end" if wrong.verify_code == EXPIRED else "is before its beginning"
        return f"{FAILED}certificate has expired or is not yet valid: current time {now} {which}"
    return f"{FAILED}certificate signed by unknown authority"


def check_name(certificate: dict[str, Any], hosts: Sequence[str]) -> None:
    """One of these names must be the certificate's; the first is the one that is meant. Raises CannotCall."""
    given = certificate.get("subjectAltName") or ()
    names = [value for kind, value in given if kind == "DNS"]
    addresses = [value for kind, value in given if kind == "IP Address"]
    for host in hosts:
        if _is_address(host):
            if any(ip_address(a) == ip_address(host) for a in addresses):
                return
        elif any(_covers(name.lower(), host.lower()) for name in names):
            return
    meant = hosts[0]
    if not given:
        raise CannotCall(f"{FAILED}certificate relies on legacy Common Name field, use SANs instead")
    if _is_address(meant):
        if not addresses:
            why = f"cannot validate certificate for {meant} because it doesn't contain any IP SANs"
            raise CannotCall(f"{FAILED}{why}")
        raise CannotCall(f"{FAILED}certificate is valid for {', '.join(addresses)}, not {meant}")
    if not names:
        raise CannotCall(f"{FAILED}certificate is not valid for any names, but wanted to match {meant}")
    raise CannotCall(f"{FAILED}certificate is valid for {', '.join(names)}, not {meant}")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _covers(name: str, host: str) -> bool:
    """A star stands for the first label."""
    if name.startswith("*."):
        return host.partition(".")[2] == name[2:] and bool(host.partition(".")[0])
    return name.rstrip(".") == host.rstrip(".")
