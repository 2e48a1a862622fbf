"""Secrets with tokens of ServiceAccounts, in whole worlds."""

from base64 import b64decode, urlsafe_b64decode
from typing import Any

import orjson
import pytest

from quorate.assemble.world import Shape, World, world

Obj = dict[str, Any]
NAME, UID = "kubernetes.io/service-account.name", "kubernetes.io/service-account.uid"
CERTIFICATES = ("kube-system", "extension-apiserver-authentication")


@pytest.fixture
def play() -> World:
    made = world(seed=1, shape=Shape(nodes=0))
    made.client().create("serviceaccounts", named("robot"))
    return made


def named(name: str, **more: Any) -> Obj:
    return {"metadata": {"name": name, "namespace": "default", **more}}


def token(made: World, name: str = "t", account: str = "robot", **annotations: str) -> Obj:
    noted = {NAME: account, **annotations}
    secret = {**named(name, annotations=noted), "type": "kubernetes.io/service-account-token"}
    made.client().create("secrets", secret)
    made.settle()
    return made.get("secrets", "default", name) or {}


def uid(made: World, account: str = "robot") -> str:
    found = made.get("serviceaccounts", "default", account)
    assert found is not None
    return str(found["metadata"]["uid"])


def test_it_is_filled(play: World) -> None:
    made = token(play)
    data = {key: b64decode(value).decode() for key, value in made["data"].items()}
    assert set(data) == {"namespace", "token"} and data["namespace"] == "default"
    assert made["metadata"]["annotations"] == {NAME: "robot", UID: uid(play)}
    said = data["token"].split(".")[1]
    assert orjson.loads(urlsafe_b64decode(said + "=" * (-len(said) % 4))) == {
        "iss": "kubernetes/serviceaccount", "sub": "system:serviceaccount:default:robot",
        "kubernetes.io/serviceaccount/namespace": "default", "kubernetes.io/serviceaccount/secret.name": "t",
        "kubernetes.io/serviceaccount/service-account.name": "robot",
        "kubernetes.io/serviceaccount/service-account.uid": uid(play),
    }  # fmt: skip


def test_what_is_taken_from_it_comes_back(play: World) -> None:
    before = token(play)
    play.client().patch("secrets", "default", "t", {"data": {"token": None, "more": "eA=="}})
    play.settle()
    after = play.get("secrets", "default", "t")
    assert after is not None and after["data"] == {**before["data"], "more": "eA=="}


@pytest.mark.parametrize("annotations", [{}, {UID: "another"}])
def test_without_its_account_it_goes(play: World, annotations: dict[str, str]) -> None:
    assert token(play, account="robot" if annotations else "nobody", **annotations) == {}
    kept = {**named("plain", annotations={NAME: "nobody"}), "type": "Opaque"}
    play.client().create("secrets", kept)
    play.settle()
    assert play.get("secrets", "default", "plain") is not None


def test_it_goes_with_its_account(play: World) -> None:
    token(play), token(play, "other", "default")
    play.client().delete("serviceaccounts", "default", "robot")
    play.settle()
    assert play.get("secrets", "default", "t") is None
    assert play.get("secrets", "default", "other") is not None


def test_an_account_forgets_a_token_that_has_gone(play: World) -> None:
    token(play), token(play, "u")
    play.client().create("secrets", named("plain"))
    refs = [{"name": "t"}, {"name": "plain"}, {"name": "u"}]
    play.client().patch("serviceaccounts", "default", "robot", {"secrets": refs})
    for name, left in (("t", refs[1:]), ("plain", refs[1:]), ("u", refs[1:2])):
        play.client().delete("secrets", "default", name)
        play.settle()
        account = play.get("serviceaccounts", "default", "robot")
        assert account is not None and account["secrets"] == left


def test_the_authority_is_put_into_tokens_and_namespaces(play: World) -> None:
    token(play)
    for certificates in ("ONE", "TWO"):
        body = {
            "metadata": {"namespace": CERTIFICATES[0], "name": CERTIFICATES[1]}, "data": {"client-ca-file": certificates}
        }  # fmt: skip
        if certificates == "ONE":
            play.client().create("configmaps", body)
        else:
            play.client().update("configmaps", body)
        play.settle()
        secret = play.get("secrets", "default", "t")
        published = play.get("configmaps", "default", "kube-root-ca.crt")
        assert secret is not None and b64decode(secret["data"]["ca.crt"]).decode() == certificates
        assert published is not None and published["data"] == {"ca.crt": certificates}
