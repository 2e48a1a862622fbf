"""What is posted and answered at once."""

from typing import Any

import pytest

from quorate.apiserver.access.user import User
from quorate.assemble.shape import Shape
from quorate.assemble.world import world

AUTHORIZATION = "/apis/authorization.k8s.io/v1"
SELF, OTHER = f"{AUTHORIZATION}/selfsubjectaccessreviews", f"{AUTHORIZATION}/subjectaccessreviews"
LOCAL = f"{AUTHORIZATION}/namespaces/default/localsubjectaccessreviews"
RULES = f"{AUTHORIZATION}/selfsubjectrulesreviews"
TOKEN = "/apis/authentication.k8s.io/v1/tokenreviews"
PODS = {"verb": "list", "resource": "pods", "namespace": "default"}


def test_who_am_i(door: Any) -> None:
    jane = User("jane", ("staff", "system:authenticated"), "7", (("team", ("x",)),))
    code, told = door(jane, "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {})
    assert code == 201
    assert told["status"]["userInfo"] == {
        "username": "jane", "uid": "7", "groups": ["staff", "system:authenticated"], "extra": {"team": ["x"]},
    }  # fmt: skip


def test_may_i(door: Any, jane: User) -> None:
    assert door(jane, "POST", SELF, {"spec": {"resourceAttributes": PODS}})[1]["status"] == {"allowed": False}
    door.bind("view", "@staff", "default", name="them")
    assert door(jane, "POST", SELF, {"spec": {"resourceAttributes": PODS}})[1]["status"] == {
        "allowed": True, "reason": 'RBAC: allowed by RoleBinding "them/default" of ClusterRole "view" to Group "staff"',
    }  # fmt: skip
    path = {"spec": {"nonResourceAttributes": {"path": "/healthz", "verb": "get"}}}
    assert door(jane, "POST", SELF, path)[1]["status"]["reason"] == (
        'RBAC: allowed by ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group "system:authenticated"'
    )
    assert door("system:admin", "POST", SELF, {"spec": {"resourceAttributes": PODS}})[1]["status"] == {"allowed": True}


def test_may_they(door: Any, jane: User) -> None:
    door.bind("view", "jane", "default")
    ask = {"spec": {"user": "jane", "resourceAttributes": PODS}}
    assert 'resource "subjectaccessreviews"' in door.message(jane, "POST", OTHER, ask)
    assert door("system:admin", "POST", OTHER, ask)[1]["status"]["allowed"] is True
    assert (
        door("system:admin", "POST", LOCAL, {**ask, "metadata": {"namespace": "default"}})[1]["status"]["allowed"]
        is True
    )
    bob = {"spec": {"user": "bob", "groups": ["system:masters"], "resourceAttributes": PODS}}
    assert door("system:admin", "POST", OTHER, bob)[1]["status"]["allowed"] is True
    door.bind("gone", "bob", name="b")
    ask["spec"]["user"] = "bob"
    assert door("system:admin", "POST", OTHER, ask)[1]["status"] == {
        "allowed": False, "reason": 'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found',
    }  # fmt: skip


@pytest.mark.parametrize(("path", "spec", "message"), [
    (SELF, {}, "exactly one of nonResourceAttributes or resourceAttributes must be specified"),
    (SELF, {"resourceAttributes": PODS, "nonResourceAttributes": {"path": "/"}}, "cannot be specified in combination"),
    (OTHER, {"resourceAttributes": PODS}, "at least one of user or group must be specified"),
    (LOCAL, {"user": "x", "resourceAttributes": {**PODS, "namespace": "other"}}, "must match metadata.namespace"),
    (LOCAL, {"user": "x", "nonResourceAttributes": {"path": "/"}}, "disallowed on this kind of request"),
    (RULES, {}, "no namespace on request"),
    (TOKEN, {}, "token is required for TokenReview in authentication"),
])  # fmt: skip
def test_what_cannot_be_asked(door: Any, path: str, spec: dict[str, Any], message: str) -> None:
    assert message in door.message("system:admin", "POST", path, {"spec": spec})


def test_what_may_i(door: Any, jane: User) -> None:
    door.role(
        "one", {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"]}, namespace="default"
    )
    door.bind("one", "jane", "default", "Role")
    status = door(jane, "POST", RULES, {"spec": {"namespace": "default"}})[1]["status"]
    assert {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"]} in status[
        "resourceRules"
    ]
    assert status["incomplete"] is False and all("nonResourceURLs" in r for r in status["nonResourceRules"])
    door.bind("gone", "jane", "default")
    status = door(jane, "POST", RULES, {"spec": {"namespace": "default"}})[1]["status"]
    assert status["incomplete"] is True and '"gone" not found' in status["evaluationError"]
    everything = door("system:admin", "POST", RULES, {"spec": {"namespace": "default"}})[1]["status"]
    assert everything["resourceRules"] == [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]


def test_whose_token_is_it(door: Any) -> None:
    where = "/api/v1/namespaces/default/serviceaccounts/default/token"
    token = door("system:admin", "POST", where, {"spec": {"audiences": ["vault"]}})[1]["status"]["token"]
    asked = {"spec": {"token": token, "audiences": ["vault", "other"]}}
    status = door("system:admin", "POST", TOKEN, asked)[1]["status"]
    assert status["authenticated"] is True and status["audiences"] == ["vault"]
    assert status["user"]["username"] == "system:serviceaccount:default:default"
    status = door("system:admin", "POST", TOKEN, {"spec": {"token": token}})[1]["status"]
    assert status["user"] == {} and "is invalid for the target audiences" in status["error"]
    assert door("system:admin", "POST", TOKEN, {"spec": {"token": "x"}})[1]["status"] == {
        "user": {}, "error": "invalid bearer token",
    }  # fmt: skip


@pytest.mark.parametrize(("spec", "code", "message"), [
    ({"expirationSeconds": 599}, 422, "may not specify a duration less than 10 minutes"),
    ({"expirationSeconds": (1 << 32) + 1}, 422, "may not specify a duration larger than 2^32 seconds"),
    ({"boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": "gone"}}, 404, 'pods "gone" not found'),
    ({"boundObjectRef": {"kind": "Service", "apiVersion": "v1", "name": "x"}}, 400, "cannot bind token"),
    ({"boundObjectRef": {"kind": "Node", "apiVersion": "v1", "name": "node-0", "uid": "x"}}, 409, "does not match the UID"),
])  # fmt: skip
def test_tokens_that_are_not_given(door: Any, spec: dict[str, Any], code: int, message: str) -> None:
    made, told = door(
        "system:admin", "POST", "/api/v1/namespaces/default/serviceaccounts/default/token", {"spec": spec}
    )
    assert made == code and message in told["message"]


def test_a_world_that_nobody_serves_signs_nothing(door: Any) -> None:
    door.world = world(1, Shape(nodes=0))
    where = "/api/v1/namespaces/default/serviceaccounts/default/token"
    token = door("system:admin", "POST", where, {})[1]["status"]["token"]
    assert token.endswith(".")
    assert (
        door("system:admin", "POST", TOKEN, {"spec": {"token": token}})[1]["status"]["error"] == "invalid bearer token"
    )
