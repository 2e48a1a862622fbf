from base64 import urlsafe_b64decode
from typing import Any

import orjson
import pytest

from ..conftest import Door  # noqa: TID252 - one door for all tests of the API server

AUTHORIZATION = "/apis/authorization.k8s.io/v1"
ACCESS = {"spec": {"resourceAttributes": {"verb": "create", "resource": "pods"}}}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{AUTHORIZATION}/selfsubjectaccessreviews", ACCESS),
        (f"{AUTHORIZATION}/subjectaccessreviews", {"spec": {**ACCESS["spec"], "user": "jane"}}),
        (
            f"{AUTHORIZATION}/namespaces/default/localsubjectaccessreviews",
            {
                "metadata": {"namespace": "default"},
                "spec": {
                    "groups": ["dev"],
                    "resourceAttributes": {**ACCESS["spec"]["resourceAttributes"], "namespace": "default"},
                },
            },
        ),
    ],
)
def test_everybody_may_do_everything(door: Door, path: str, body: Any) -> None:
    before = door.server.store.revision
    made = door.post(path, body)
    assert made["status"] == {"allowed": True}
    assert made["spec"]["resourceAttributes"]["verb"] == "create"
    assert door.server.store.revision == before


def test_the_rules_say_so_too(door: Door) -> None:
    status = door.post(f"{AUTHORIZATION}/selfsubjectrulesreviews", {"spec": {"namespace": "default"}})["status"]
    assert status["resourceRules"] == [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]
    assert status["incomplete"] is False


def test_who_am_i(door: Door) -> None:
    made = door.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", {})
    assert made["status"]["userInfo"] == {
        "username": "system:admin",
        "groups": ["system:masters", "system:authenticated"],
    }


@pytest.mark.parametrize(
    ("kind", "spec", "message"),
    [
        ("selfsubjectaccessreviews", {}, "exactly one of nonResourceAttributes or resourceAttributes must be specified"),
        ("selfsubjectaccessreviews", {"resourceAttributes": {}, "nonResourceAttributes": {}},
         "cannot be specified in combination with resourceAttributes"),
        ("subjectaccessreviews", {"resourceAttributes": {}}, "at least one of user or group must be specified"),
    ],
)  # fmt: skip
def test_a_review_asks_one_thing(door: Door, kind: str, spec: Any, message: str) -> None:
    code, _, told = door.refused("POST", f"{AUTHORIZATION}/{kind}", {"spec": spec})
    assert code == 422
    assert message in told


def test_a_token_names_its_account(door: Door) -> None:
    path = "/api/v1/namespaces/default/serviceaccounts"
    door.post(path, {"metadata": {"name": "robot"}})
    made = door.post(f"{path}/robot/token", {"spec": {"expirationSeconds": 600}})
    _, claims, _ = made["status"]["token"].split(".")
    told = orjson.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert told["sub"] == "system:serviceaccount:default:robot"
    assert (made["status"]["expirationTimestamp"], told["exp"] - told["iat"]) == ("2026-01-01T00:10:00Z", 600)
    assert door.refused("POST", f"{path}/none/token", {})[2] == 'serviceaccounts "none" not found'
    message = door.refused("POST", f"{path}/robot/token", {"spec": {"expirationSeconds": 5}})[2]
    assert message.endswith("may not specify a duration less than 10 minutes")


@pytest.mark.parametrize("subresource", ["exec", "attach", "portforward", "proxy"])
def test_there_is_no_process_to_talk_to(door: Door, subresource: str) -> None:
    pods = "/api/v1/namespaces/default/pods"
    spec = {"nodeName": "n", "containers": [{"name": "c", "image": "i"}]}
    door.post(pods, {"metadata": {"name": "p"}, "spec": spec})
    code, reason, message = door.refused("GET", f"{pods}/p/{subresource}")
    assert (code, reason) == (400, "BadRequest")
    assert message.startswith(f"{subresource} is not possible here: the nodes of this cluster are simulated")
    assert door.refused("GET", f"{pods}/none/{subresource}")[0] == 404
    assert door.refused("POST", f"{pods}/p/log")[0] == 405
