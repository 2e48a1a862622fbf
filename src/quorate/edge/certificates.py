"""The server's own certificate: made anew at each start, trusted through the kubeconfig that carries it."""

import datetime
import ipaddress
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM bytes. The certificate is its own authority."""

    certificate: bytes
    key: bytes


def make_certificate(hosts: tuple[str, ...]) -> Certificate:
    """A self-signed certificate for these names and addresses, good for a year."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "quorate")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=365))
        .add_extension(x509.SubjectAlternativeName([_name(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Certificate(
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


class CertificateFiles:
    """The files that the TLS layer wants to read; gone when closed."""

    def __init__(self, made: Certificate) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="quorate-")
        self.certificate = Path(self._folder.name, "tls.crt")
        self.key = Path(self._folder.name, "tls.key")
        self.certificate.write_bytes(made.certificate)
        self.key.touch(mode=0o600)
        self.key.write_bytes(made.key)

    def close(self) -> None:
        self._folder.cleanup()


def new_token() -> str:
    """A bearer token that nobody can guess."""
    return secrets.token_urlsafe(32)
