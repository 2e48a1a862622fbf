"""Who sent a request."""

from base64 import b64decode
from typing import Any

import jwt
import pytest

from quorate.apiserver.access.authenticate import ISSUER, Authenticator, BadToken, Certificate
from quorate.apiserver.access.user import ADMIN
from quorate.edge.keys import TokenKeys
from quorate.kernel.clock import MINUTE

TOKEN = "/api/v1/namespaces/default/serviceaccounts/default/token"


def issued(door: Any, **spec: Any) -> str:
    code, told = door("system:admin", "POST", TOKEN, {"spec": spec})
    assert code == 201, told
    return str(told["status"]["token"])


def test_the_servers_own_token(door: Any) -> None:
    who = door.authenticator.user
    assert who("Bearer admin-token", None) == ADMIN
    assert who("bearer  admin-token ", None) == ADMIN
    assert who("", None) is None and who("Basic YTpi", None) is None and who("Bearer ", None) is None
    for wrong in ("Bearer admin-toke", "Bearer x", "Bearer a.b.c", "Bearer é", f"Bearer {'.' * 9}"):
        with pytest.raises(BadToken, match="invalid bearer token"):
            who(wrong, None)
    open_to_all = Authenticator(door.world.reader, door.world.pump, "", door.keys)
    assert open_to_all.user("", None) == ADMIN


def test_a_certificate_is_a_user_in_groups(door: Any) -> None:
    made = door.authenticator.user("", Certificate("jane", ("ops", "dev"), "ab12"))
    assert (made.name, made.groups) == ("jane", ("ops", "dev", "system:authenticated"))
    assert made.info()["extra"] == {"authentication.kubernetes.io/credential-id": ["X509SHA256=ab12"]}


def test_a_token_of_a_service_account(door: Any) -> None:
    token = issued(door)
    made = door.authenticator.user(f"Bearer {token}", None)
    account = door.world.get("serviceaccounts", "default", "default")
    claims = jwt.decode(token, options={"verify_signature": False})
    assert made.info() == {
        "username": "system:serviceaccount:default:default", "uid": account["metadata"]["uid"],
        "groups": ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
        "extra": {"authentication.kubernetes.io/credential-id": [f"JTI={claims['jti']}"]},
    }  # fmt: skip
    assert claims["exp"] - claims["iat"] == 3600 and claims["aud"] == [ISSUER]
    assert jwt.get_unverified_header(token)["alg"] == "ES256"


def test_it_ends_on_the_worlds_clock(door: Any) -> None:
    token = issued(door, expirationSeconds=600)
    door.world.run_for(9 * MINUTE)
    assert door.authenticator.user(f"Bearer {token}", None)
    door.world.run_for(1 * MINUTE)
    with pytest.raises(BadToken, match="service account token has expired"):
        door.authenticator.user(f"Bearer {token}", None)


def test_it_ends_with_its_account(door: Any) -> None:
    client = door.world.client()
    client.create("serviceaccounts", {"metadata": {"name": "robot", "namespace": "default"}})
    code, told = door("system:admin", "POST", TOKEN.replace("/default/token", "/robot/token"), {})
    token = told["status"]["token"]
    assert code == 201 and door.authenticator.user(f"Bearer {token}", None)
    client.delete("serviceaccounts", "default", "robot")
    with pytest.raises(BadToken, match="invalidated"):
        door.authenticator.user(f"Bearer {token}", None)
    client.create("serviceaccounts", {"metadata": {"name": "robot", "namespace": "default"}})
    with pytest.raises(BadToken, match="invalidated"):  # another account by that name
        door.authenticator.user(f"Bearer {token}", None)


def test_it_ends_with_the_pod_that_it_is_bound_to(door: Any) -> None:
    client = door.world.client()
    client.create("pods", {
        "metadata": {"name": "p", "namespace": "default"}, "spec": {"containers": [{"name": "c", "image": "i"}]},
    })  # fmt: skip
    door.world.run_for(MINUTE)
    token = issued(door, boundObjectRef={"kind": "Pod", "apiVersion": "v1", "name": "p"})
    extra = door.authenticator.user(f"Bearer {token}", None).info()["extra"]
    assert extra["authentication.kubernetes.io/pod-name"] == ["p"]
    assert extra["authentication.kubernetes.io/node-name"] == ["node-0"]
    client.delete("pods", "default", "p", grace_seconds=0)
    with pytest.raises(BadToken, match="invalidated"):
        door.authenticator.user(f"Bearer {token}", None)


def test_forged_tokens(door: Any) -> None:
    token = issued(door)
    claims = jwt.decode(token, options={"verify_signature": False})
    account = claims["kubernetes.io"]
    head, body, signature = token.split(".")
    forged = [
        TokenKeys().sign(claims), f"{head}.{body}.", f"{head}.{body}.{signature[:-4]}AAAA", jwt.encode(claims, "", "none"),
        jwt.encode(claims, "k" * 32, "HS256"), door.keys.sign({**claims, "iss": "https://elsewhere"}),
    ]  # fmt: skip
    for one in forged:
        with pytest.raises(BadToken):
            door.authenticator.user(f"Bearer {one}", None)
    with pytest.raises(BadToken, match="is invalid for the target audiences"):
        door.authenticator.user(f"Bearer {issued(door, audiences=['vault'])}", None)
    with pytest.raises(BadToken, match="not valid yet"):
        door.authenticator.user(f"Bearer {door.keys.sign({**claims, 'nbf': claims['exp'] - 1})}", None)
    assert account["serviceaccount"]["name"] == "default"


def kept(door: Any, name: str = "t") -> str:
    """The token of a Secret that names the account robot."""
    noted = {"kubernetes.io/service-account.name": "robot"}
    secret = {"metadata": {"name": name, "namespace": "default", "annotations": noted}}
    door.world.client().create("secrets", {**secret, "type": "kubernetes.io/service-account-token"})
    door.world.settle()
    return b64decode(door.world.get("secrets", "default", name)["data"]["token"]).decode()


def test_the_token_of_a_secret_lets_in_as_long_as_both_are_there(door: Any) -> None:
    client, who = door.world.client(), door.authenticator.user
    robot = {"metadata": {"name": "robot", "namespace": "default"}}
    account = client.create("serviceaccounts", robot)
    token = kept(door)
    assert who(f"Bearer {token}", None).info() == {
        "username": "system:serviceaccount:default:robot", "uid": account["metadata"]["uid"],
        "groups": ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
    }  # fmt: skip
    door.world.run_for(30 * 24 * 60 * MINUTE)
    assert who(f"Bearer {token}", None)
    assert door.authenticator.of_token(token, (ISSUER, "other"))[1] == [ISSUER]
    with pytest.raises(BadToken, match="is invalid for the target audiences"):
        door.authenticator.of_token(token, ("other",))
    client.patch("secrets", "default", "t", {"data": {"token": "eA=="}})
    with pytest.raises(BadToken, match="does not match server's copy"):
        who(f"Bearer {token}", None)
    client.delete("secrets", "default", "t")
    with pytest.raises(BadToken, match="invalidated"):
        who(f"Bearer {token}", None)
    token = kept(door)
    client.delete("serviceaccounts", "default", "robot")
    with pytest.raises(BadToken, match='serviceaccounts "robot" not found'):
        who(f"Bearer {token}", None)
