"""A request for a certificate says who made it, and nobody else's name."""

from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from quorate.apiserver.access.user import User
from quorate.assemble.world import Shape, world

CSR: dict[str, Any] = {
    "apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": "jane"},
    "spec": {
        "request": b64encode(b"-----BEGIN CERTIFICATE REQUEST-----").decode(), "usages": ["client auth"],
        "signerName": "kubernetes.io/kube-apiserver-client", "username": "somebody else", "groups": ["system:masters"],
    },
    "status": {"certificate": "eA=="},
}  # fmt: skip


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (User("jane", ("devs",), "u1", (("k", ("v",)),)),
         {"username": "jane", "uid": "u1", "groups": ["devs"], "extra": {"k": ["v"]}}),
        (User("plain"), {"username": "plain"}),
    ],
)  # fmt: skip
def test_who_asked_is_who_it_says(user: User, expected: dict[str, Any]) -> None:
    made = world(0, Shape(nodes=0))
    client = made.client()
    client.options = replace(client.options, user=user)
    born = client.create("certificatesigningrequests.certificates.k8s.io", CSR)
    spec = {k: v for k, v in born["spec"].items() if k in ("username", "uid", "groups", "extra")}
    assert spec == expected and not born.get("status")
    changed = {
        **born,
        "spec": {**born["spec"], "username": "other"},
        "metadata": {**born["metadata"], "labels": {"a": "b"}},
    }
    after = client.update("certificatesigningrequests.certificates.k8s.io", changed)
    assert after["spec"] == born["spec"] and after["metadata"]["labels"] == {"a": "b"}
