"""The cluster's own certificate authority: made anew at each start, trusted through the kubeconfig that carries it.

It signs the server's certificate and those of clients: the subject's CN is the user, its Os are the groups.
"""

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

YEAR = datetime.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM bytes."""

    certificate: bytes
    key: bytes


class Authority:
    """`certificate` is its own, in PEM: what clients and the server trust."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _subject("quorate-ca")
        public = self._key.public_key()
        self._identifier = x509.SubjectKeyIdentifier.from_public_key(public)
        made = (
            self._begun(self._name, public)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(self._identifier, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.certificate = made.public_bytes(serialization.Encoding.PEM)

    def server(self, hosts: tuple[str, ...]) -> Certificate:
        """For these names and addresses."""
        names = x509.SubjectAlternativeName([_host(host) for host in dict.fromkeys(hosts)])
        return self._issued(_subject("kube-apiserver"), ExtendedKeyUsageOID.SERVER_AUTH, names)

    def client(self, user: str, groups: tuple[str, ...] = ()) -> Certificate:
        return self._issued(_subject(user, groups), ExtendedKeyUsageOID.CLIENT_AUTH, None)

    def _issued(
        self, subject: x509.Name, use: x509.ObjectIdentifier, names: x509.SubjectAlternativeName | None
    ) -> Certificate:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = (
            self._begun(subject, key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(self._identifier), critical=False
            )
        )
        if names is not None:
            builder = builder.add_extension(names, critical=False)
        return Certificate(
            builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM), private_pem(key)
        )

    def _begun(self, subject: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + YEAR)
        )


def _subject(name: str, groups: tuple[str, ...] = ()) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs_certificates, crl_sign=signs_certificates, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


class CertificateFiles:
    """The files that the TLS layer wants to read; gone when closed."""

    def __init__(self, made: Certificate, authority: bytes) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="quorate-")
        self.certificate = Path(self._folder.name, "tls.crt")
        self.key = Path(self._folder.name, "tls.key")
        self.authority = Path(self._folder.name, "ca.crt")
        self.certificate.write_bytes(made.certificate)
        self.authority.write_bytes(authority)
        self.key.touch(mode=0o600)
        self.key.write_bytes(made.key)

    def close(self) -> None:
        self._folder.cleanup()


def new_token() -> str:
    """A bearer token that nobody can guess."""
    return secrets.token_urlsafe(32)
