"""The cluster's authority, TLS with client certificates, and the keys of tokens."""

import ssl
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from quorate.edge.certificates import Authority, Certificate
from quorate.edge.durable_file import DataError
from quorate.edge.keys import FILE, TokenKeys, kept_keys
from quorate.testing import Cluster


def test_it_signs_for_servers_and_clients() -> None:
    made = Authority()
    authority = x509.load_pem_x509_certificate(made.certificate)
    server = x509.load_pem_x509_certificate(made.server(("localhost", "127.0.0.1", "localhost")).certificate)
    client = x509.load_pem_x509_certificate(made.client("jane", ("a", "b")).certificate)
    for one in (server, client):
        one.verify_directly_issued_by(authority)
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [a.value for a in client.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)] == ["a", "b"]
    assert client.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "jane"


def asked(
    cluster: Cluster, tmp_path: Path, certificate: Certificate | None, authority: bytes, **headers: str
) -> httpx.Response:
    context = ssl.create_default_context(cadata=authority.decode())
    if certificate is not None:
        (tmp_path / "crt").write_bytes(certificate.certificate)
        (tmp_path / "key").write_bytes(certificate.key)
        context.load_cert_chain(tmp_path / "crt", tmp_path / "key")
    with httpx.Client(verify=context, headers=headers) as client:
        return client.post(
            f"{cluster.url}/apis/authentication.k8s.io/v1/selfsubjectreviews", json={},
        )  # fmt: skip


def test_a_client_certificate_says_who_one_is(cluster: Cluster, tmp_path: Path) -> None:
    authority = cluster._served.door.authority
    assert authority is not None
    told = asked(cluster, tmp_path, authority.client("jane", ("ops",)), authority.certificate)
    assert told.status_code == 201
    user = told.json()["status"]["userInfo"]
    assert (user["username"], user["groups"]) == ("jane", ["ops", "system:authenticated"])
    assert asked(cluster, tmp_path, None, authority.certificate).status_code == 401
    # A certificate goes before a token.
    both = asked(
        cluster, tmp_path, authority.client("bob"), authority.certificate, Authorization=f"Bearer {cluster.token}"
    )
    assert both.json()["status"]["userInfo"]["username"] == "bob"
    with pytest.raises((httpx.HTTPError, ssl.SSLError)):
        asked(cluster, tmp_path, Authority().client("eve", ("system:masters",)), authority.certificate)


def test_keys_are_kept_in_the_data_folder(tmp_path: Path) -> None:
    token = kept_keys(tmp_path).sign({"sub": "x"})
    assert kept_keys(tmp_path).read(token) == {"sub": "x"}
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert TokenKeys().read(token) is None
    (tmp_path / FILE).write_text("nonsense")
    with pytest.raises(DataError, match=r"sa.key is no key of quorate's"):
        kept_keys(tmp_path)
    assert (tmp_path / FILE).read_text() == "nonsense"
