"""Nobody hands out more than they hold."""

from typing import Any

import pytest

from quorate.apiserver.access.user import User

API = "/apis/rbac.authorization.k8s.io/v1"
ROLES, BINDINGS = f"{API}/namespaces/default/roles", f"{API}/namespaces/default/rolebindings"
NOT_HELD = 'user "jane" (groups=["staff" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n'
GROUP = "rbac.authorization.k8s.io"


def rule(*verbs: str, resources: tuple[str, ...] = ("pods",), groups: tuple[str, ...] = ("",)) -> dict[str, Any]:
    return {"verbs": list(verbs), "apiGroups": list(groups), "resources": list(resources)}


def role(name: str, *rules: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"name": name}, "rules": list(rules)}


def binding(name: str, to: str, kind: str = "ClusterRole") -> dict[str, Any]:
    return {
        "metadata": {"name": name},
        "roleRef": {"kind": kind, "name": to},
        "subjects": [{"kind": "User", "name": "bob"}],
    }


@pytest.fixture
def administered(door: Any) -> Any:
    """Jane may write roles and bindings, and read pods."""
    writes = ("create", "update", "patch", "get")
    door.role("role-writer", rule(*writes, resources=("*",), groups=(GROUP,)), rule("get", "list"))
    door.bind("role-writer", "jane")
    return door


def test_roles(administered: Any, jane: User) -> None:
    door = administered
    assert door.message(jane, "POST", ROLES, role("fine", rule("get", "list"))) == ""
    assert door.message(jane, "POST", ROLES, role("r", rule("get", "delete"), rule("get", resources=("secrets",)))) == (
        f'roles.{GROUP} "r" is forbidden: {NOT_HELD}'
        '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}'
    )
    code, told = door(jane, "PUT", f"{ROLES}/fine", role("fine", rule("watch")))
    assert (code, told["details"]) == (403, {"name": "fine", "group": GROUP, "kind": "roles"})
    patch = {"metadata": {"labels": {"a": "b"}}}
    as_patch = {"content_type": "application/merge-patch+json"}
    assert door.message(jane, "PATCH", f"{ROLES}/fine", patch, **as_patch) == ""  # gives nothing
    assert NOT_HELD in door.message(jane, "PATCH", f"{ROLES}/fine", {"rules": [rule("*")]}, **as_patch)
    assert door.message("system:admin", "POST", ROLES, role("all", rule("*"))) == ""


def test_what_is_there_may_be_left_as_it_is(administered: Any, jane: User) -> None:
    door = administered
    door.role("strong", rule("*"), namespace="default")
    body = role("strong", rule("*"))
    body["metadata"]["annotations"] = {"a": "b"}
    assert door.message(jane, "PUT", f"{ROLES}/strong", body) == ""


def test_bindings(administered: Any, jane: User) -> None:
    door = administered
    door.role("reader", rule("get"))
    assert door.message(jane, "POST", BINDINGS, binding("a", "reader")) == ""
    assert door.message(jane, "POST", BINDINGS, binding("b", "cluster-admin")) == (
        f'rolebindings.{GROUP} "b" is forbidden: {NOT_HELD}'
        '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}'
    )
    assert door.message(jane, "POST", BINDINGS, binding("c", "gone")) == f'clusterroles.{GROUP} "gone" not found'
    assert door.message(jane, "POST", BINDINGS, binding("c", "gone", "Role")) == f'roles.{GROUP} "gone" not found'
    assert "Unsupported value" in door.message(jane, "POST", BINDINGS, binding("c", "gone", "Rule"))


def test_escalate_and_bind(administered: Any, jane: User) -> None:
    door = administered
    door.role("escalating", rule("escalate", resources=("roles",), groups=(GROUP,)))
    door.role(
        "binding", {**rule("bind", resources=("clusterroles",), groups=(GROUP,)), "resourceNames": ["cluster-admin"]}
    )
    door.bind("escalating", "jane", "default")
    door.bind("binding", "jane", "default")
    assert door.message(jane, "POST", ROLES, role("r", rule("*", resources=("*",)))) == ""
    assert door.message(jane, "POST", BINDINGS, binding("b", "cluster-admin")) == ""
    assert NOT_HELD in door.message(jane, "POST", BINDINGS, binding("c", "edit"))
    assert NOT_HELD in door.message(jane, "POST", f"{API}/clusterroles", role("r", rule("*")))


def test_aggregation_gathers_anything(administered: Any, jane: User) -> None:
    door = administered
    body = {"metadata": {"name": "all"}, "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}}
    assert door.message(jane, "POST", f"{API}/clusterroles", body) == (
        f'clusterroles.{GROUP} "all" is forbidden: must have cluster-admin privileges to use the aggregationRule'
    )
    door.bind("cluster-admin", "jane")
    assert door.message(jane, "POST", f"{API}/clusterroles", body) == ""
