"""Policies and webhooks that ask who may do what."""

from typing import Any

import orjson
import pytest

from quorate.apiserver.front import HttpAnswer
from quorate.apiserver.http import HttpRequest
from quorate.assemble.world import Shape, world

from .conftest import Api

Obj = dict[str, Any]
RBAC = "/apis/rbac.authorization.k8s.io/v1"
MAPS = "/api/v1/namespaces/default/configmaps"


@pytest.fixture
def guarded() -> Api:
    """RBAC, in which ann may write ConfigMaps, and the service account bot read Secrets, in the namespace default."""
    api = Api(world(seed=1, shape=Shape(nodes=0, keep=1000, authorization="rbac")))
    api.world.settle()
    for name, rule, subject in (
        ("maps", {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["create", "get"]}, {"kind": "User", "name": "ann"}),
        ("secrets", {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]},
         {"kind": "ServiceAccount", "name": "bot", "namespace": "default"}),
    ):  # fmt: skip
        role = {"metadata": {"name": name}, "rules": [rule]}
        binding = {
            "metadata": {"name": name}, "subjects": [subject],
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name},
        }  # fmt: skip
        assert api("POST", f"{RBAC}/namespaces/default/roles", role)["_code"] == 201
        assert api("POST", f"{RBAC}/namespaces/default/rolebindings", binding)["_code"] == 201
    return api


def as_ann(api: Api, name: str) -> Obj:
    headers = {"content-type": "application/json", "accept": "application/json", "impersonate-user": "ann"}
    made = api.world.front.handle(HttpRequest("POST", MAPS, {}, headers, orjson.dumps({"metadata": {"name": name}})))
    assert isinstance(made, HttpAnswer)
    out: Obj = orjson.loads(made.body)
    return {**out, "_code": made.code}


@pytest.mark.parametrize(
    ("text", "of_ann"),
    [
        ("authorizer.group('').resource('configmaps').namespace('default').check('create').allowed()", True),
        ("authorizer.group('').resource('configmaps').namespace('other').check('create').allowed()", False),
        ("authorizer.group('').resource('secrets').namespace('default').name('s').check('get').allowed()", False),
        ("authorizer.group('').resource('configmaps').subresource('x').namespace('default').check('get').allowed()", False),
        ("authorizer.serviceAccount('default', 'bot').group('').resource('secrets').namespace('default').check('get')"
         ".allowed()", True),
        ("authorizer.requestResource.check('get').allowed() && !authorizer.requestResource.check('delete').allowed()", True),
        ("authorizer.path('/healthz').check('get').allowed() || !authorizer.path('/metrics').check('get').allowed()", True),
        ("authorizer.group('').resource('configmaps').namespace('default').check('get').reason().startsWith('RBAC: allowed by')",
         True),
        ("!authorizer.requestResource.check('get').errored() && authorizer.requestResource.check('get').error() == ''", True),
        ("authorizer.requestResource.fieldSelector('a=b').labelSelector('c').check('get').allowed()", True),
    ],
)  # fmt: skip
def test_a_policy_asks_for_the_user_of_the_request(guarded: Api, text: str, of_ann: bool) -> None:
    assert guarded.policy(text)["_code"] == 201
    assert as_ann(guarded, "a")["_code"] == (201 if of_ann else 422)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("authorizer.path(' ').check('get').allowed()", "path must not be empty"),
        ("authorizer.group('').resource('').check('get').allowed()", "resource must not be empty"),
        ("authorizer.serviceAccount('a.b', 'c').requestResource == null", ""),
        (
            "authorizer.serviceAccount('a.b', 'c').path('/a').check('get').allowed()",
            "Invalid service account namespace",
        ),
        ("authorizer.serviceAccount('a', 'C').path('/a').check('get').allowed()", "Invalid service account name"),
    ],
)
def test_what_cannot_be_asked(guarded: Api, text: str, why: str) -> None:
    made = guarded.policy(text)
    if not why:
        assert made["_code"] == 422
        return
    assert made["_code"] == 201
    assert guarded.map()["message"].endswith(f"expression '{text}' resulted in error: {why}")


def test_a_message_may_not_ask_but_a_variable_that_it_knows_may(guarded: Api) -> None:
    asks = "authorizer.requestResource.check('delete').allowed()"
    refused = guarded.policy({"expression": "false", "messageExpression": f"string({asks})"})
    [cause] = refused["details"]["causes"]
    assert "undeclared reference to 'authorizer' (in container '')" in cause["message"]
    variables = [{"name": "may", "expression": asks}]
    made = guarded.policy(
        {"expression": "false", "messageExpression": "string(variables.may)"}, name="b", variables=variables
    )
    assert made["_code"] == 201
    assert as_ann(guarded, "a")["message"].endswith("denied request: false")


def test_match_conditions_of_policies_and_webhooks_ask_as_well(guarded: Api) -> None:
    unless = {"name": "may-not-delete", "expression": "!authorizer.requestResource.check('delete').allowed()"}
    guarded.policy("false", matchConditions=[unless])
    assert guarded.map("of-the-admin")["_code"] == 201
    assert as_ann(guarded, "of-ann")["_code"] == 422
    guarded.hook(lambda _: {"allowed": False}, matchConditions=[{**unless, "expression": unless["expression"][1:]}])
    assert guarded.map("b")["message"].startswith('admission webhook "check.ex.io" denied the request')
