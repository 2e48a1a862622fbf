"""kubectl as several users, with RBAC enforced."""

import shutil
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from quorate.testing import Cluster, KubectlFailed

pytestmark = [
    pytest.mark.kubectl,
    pytest.mark.skipif(shutil.which("kubectl") is None, reason="no kubectl here"),
    pytest.mark.cluster(nodes=1, authorization="rbac"),
]


def refused(cluster: Cluster, *words: str) -> str:
    with pytest.raises(KubectlFailed) as told:
        cluster.kubectl(*words)
    return str(told.value).partition("\n")[2].strip()


def test_as_somebody_else(cluster: Cluster) -> None:
    assert refused(cluster, "get", "pods", "--as", "jane") == (
        'Error from server (Forbidden): pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the '
        'namespace "default"'
    )
    who = cluster.kubectl("auth", "whoami", "--as", "jane", "--as-group", "a", "--as-group", "b", "--as-uid", "7")
    assert "jane" in who and "[a b system:authenticated]" in who and "7" in who
    cluster.kubectl("create", "rolebinding", "them", "--clusterrole=view", "--group=a")
    assert "No resources found" not in refused(cluster, "get", "pods", "--as", "jane", "--as-group", "b")
    assert cluster.kubectl("get", "pods", "--as", "jane", "--as-group", "a") == ""


def test_can_i(cluster: Cluster) -> None:
    assert cluster.kubectl("auth", "can-i", "delete", "nodes") == "yes\n"
    assert refused(cluster, "auth", "can-i", "list", "pods", "--as", "jane") == "no"
    cluster.kubectl("create", "clusterrolebinding", "them", "--clusterrole=view", "--user=jane")
    assert cluster.kubectl("auth", "can-i", "list", "pods", "--as", "jane", "-A") == "yes\n"
    assert refused(cluster, "auth", "can-i", "get", "secrets", "--as", "jane") == "no"
    listed = cluster.kubectl("auth", "can-i", "--list", "--as", "jane")
    assert "statefulsets.apps" in listed and "[/healthz]" in listed


def test_a_service_account_by_its_token(cluster: Cluster) -> None:
    cluster.kubectl("create", "serviceaccount", "robot")
    as_robot = ("--kubeconfig", str(cluster.kubeconfig_of("robot")))
    assert "system:serviceaccount:default:robot" in cluster.kubectl(*as_robot, "auth", "whoami")
    assert 'User "system:serviceaccount:default:robot" cannot list' in refused(cluster, *as_robot, "get", "pods")
    cluster.kubectl("create", "rolebinding", "robots", "--clusterrole=edit", "--serviceaccount=default:robot")
    assert "created" in cluster.kubectl(*as_robot, "create", "configmap", "made-by-robot")
    assert "attempting to grant RBAC permissions not currently held" not in cluster.kubectl(*as_robot, "get", "pods")
    cluster.advance("61m")
    assert "Unauthorized" in refused(cluster, *as_robot, "get", "pods")


def test_create_token_and_the_certificate(cluster: Cluster) -> None:
    token = cluster.kubectl("create", "token", "default", "--duration", "10m").strip()
    assert token.count(".") == 2
    assert "quorate-admin" in cluster.kubectl("--context", "quorate-certificate", "auth", "whoami")
    assert cluster.kubectl("--context", "quorate-certificate", "get", "nodes", "-o", "name") == "node/node-0\n"


def test_nobody_grants_more_than_they_hold(cluster: Cluster) -> None:
    cluster.kubectl("create", "rolebinding", "jane", "--clusterrole=admin", "--user=jane")
    told = refused(
        cluster, "create", "role", "r", "--verb=get,delete", "--resource=resourcequotas,pods", "--as", "jane"
    )
    assert told.endswith(
        'user "jane" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n'
        '{APIGroups:[""], Resources:["resourcequotas"], Verbs:["delete"]}'
    )
    assert "created" in cluster.kubectl(
        "create", "rolebinding", "bob", "--clusterrole=view", "--user=bob", "--as", "jane"
    )


def test_quorates_own_endpoints_want_a_role_too(cluster: Cluster, tmp_path: Path) -> None:
    import httpx

    token = cluster.kubectl("create", "token", "default").strip()
    with httpx.Client(verify=False, headers={"Authorization": f"Bearer {token}"}, base_url=cluster.url) as client:
        for path in ("/quorate/snapshot", "/quorate/clock", "/metrics"):
            told = client.get(path)
            assert told.status_code == 403 and f'cannot get path \\"{path}\\"' in told.text
        cluster.kubectl("create", "clusterrole", "watchmaker", "--verb=get", "--non-resource-url=/quorate/clock")
        cluster.kubectl(
            "create", "clusterrolebinding", "w", "--clusterrole=watchmaker", "--serviceaccount=default:default"
        )
        assert client.get("/quorate/clock").status_code == 200
        assert client.post("/quorate/clock", json={"advance": "1m"}).status_code == 403


def test_certificates_are_not_signed(cluster: Cluster) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mine")])
    asked = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    request = asked.public_bytes(Encoding.PEM)
    cluster.apply({
        "apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": "mine"},
        "spec": {"request": b64encode(request).decode(), "signerName": "example.com/mine", "usages": ["client auth"]},
    })  # fmt: skip
    assert "certificates are not signed here" in refused(cluster, "certificate", "approve", "mine")
