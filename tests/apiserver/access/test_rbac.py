"""RBAC at the front door."""

from typing import Any

import pytest

from quorate.apiserver.access.user import ANONYMOUS, User
from quorate.assemble.shape import Shape
from quorate.assemble.world import world

PODS, NODES = "/api/v1/namespaces/default/pods", "/api/v1/nodes"
LIST = 'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"'
READ = {"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods"]}


def test_what_is_not_given_is_refused(door: Any, jane: User) -> None:
    assert door.message(jane, "GET", PODS) == LIST
    assert door.message("system:admin", "GET", PODS) == ""
    assert door.message(jane, "GET", "/apis/made.up/v1/things").startswith("things.made.up is forbidden")
    assert door.message(jane, "GET", "/apis") == ""  # system:discovery
    assert door.message(jane, "GET", "/metrics") == 'forbidden: User "jane" cannot get path "/metrics"'
    assert door.message(ANONYMOUS, "GET", "/version") == ""
    assert door.message(ANONYMOUS, "GET", "/api") == 'forbidden: User "system:anonymous" cannot get path "/api"'


def test_a_role_binding_gives_within_its_namespace(door: Any, jane: User) -> None:
    door.bind("view", "jane", "default")
    assert door.message(jane, "GET", PODS) == ""
    assert door.message(jane, "GET", f"{PODS}?watch=1") == ""
    assert door.message(jane, "GET", "/api/v1/namespaces/default/pods/x") == 'pods "x" not found'
    assert door.message(jane, "GET", "/api/v1/pods").endswith(
        'cannot list resource "pods" in API group "" at the cluster scope'
    )
    assert 'in the namespace "kube-system"' in door.message(jane, "GET", "/api/v1/namespaces/kube-system/pods")
    assert 'resource "secrets"' in door.message(jane, "GET", "/api/v1/namespaces/default/secrets")
    assert 'cannot delete resource "pods"' in door.message(jane, "DELETE", f"{PODS}/x")


def test_a_cluster_role_binding_gives_everywhere(door: Any, jane: User) -> None:
    door.role("readers", READ)
    door.bind("readers", "@staff")
    for path in (PODS, "/api/v1/pods", "/api/v1/namespaces/kube-system/pods"):
        assert door.message(jane, "GET", path) == ""
    assert door.message("bob", "GET", PODS) == LIST.replace("jane", "bob")


def test_changes_are_seen_at_once(door: Any, jane: User) -> None:
    door.role("readers", READ, namespace="default")
    door.bind("readers", "jane", "default", "Role", "b")
    assert door.message(jane, "GET", PODS) == ""
    client = door.world.client()
    client.patch("roles.rbac.authorization.k8s.io", "default", "readers", {"rules": []})
    assert door.message(jane, "GET", PODS) == LIST
    client.patch("roles.rbac.authorization.k8s.io", "default", "readers", {"rules": [READ]})
    assert door.message(jane, "GET", PODS) == ""
    client.delete("rolebindings.rbac.authorization.k8s.io", "default", "b")
    assert door.message(jane, "GET", PODS) == LIST


def test_a_binding_of_no_role_is_told(door: Any, jane: User) -> None:
    door.bind("gone", "jane", "default", name="b")
    assert door.message(jane, "GET", PODS) == f'{LIST}: RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found'
    door.bind("lost", "jane", "default", "Role", "a")
    assert door.message(jane, "GET", PODS) == (
        f'{LIST}: RBAC: [role.rbac.authorization.k8s.io "lost" not found, clusterrole.rbac.authorization.k8s.io "gone" not found]'
    )


def test_names_and_service_accounts(door: Any) -> None:
    door.role("one", {"verbs": ["get"], "apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["a"]})
    body = {
        "metadata": {"name": "b"}, "roleRef": {"kind": "ClusterRole", "name": "one"},
        "subjects": [{"kind": "ServiceAccount", "name": "robot"}],
    }  # fmt: skip
    where = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings"
    assert door("system:admin", "POST", where, body)[0] == 201
    robot = "system:serviceaccount:default:robot"
    assert door.message(robot, "GET", "/api/v1/namespaces/default/configmaps/a") == 'configmaps "a" not found'
    assert "is forbidden" in door.message(robot, "GET", "/api/v1/namespaces/default/configmaps/b")
    assert "is forbidden" in door.message(
        "system:serviceaccount:other:robot", "GET", "/api/v1/namespaces/default/configmaps/a"
    )


def test_impersonation_wants_its_verb(door: Any, jane: User) -> None:
    as_bob = {"impersonate_user": "bob", "impersonate_group": "ops"}
    assert door.message(jane, "GET", PODS, **as_bob) == (
        'users "bob" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope'
    )
    door.role("be", {"verbs": ["impersonate"], "apiGroups": [""], "resources": ["users"], "resourceNames": ["bob"]})
    door.bind("be", "jane")
    assert 'groups "ops" is forbidden: User "jane" cannot impersonate' in door.message(jane, "GET", PODS, **as_bob)
    assert door.message(jane, "GET", PODS, impersonate_user="bob") == LIST.replace("jane", "bob")
    assert door.message("system:admin", "GET", PODS, impersonate_user="bob") == LIST.replace("jane", "bob")
    assert door.message("system:admin", "GET", PODS, impersonate_user="eve", impersonate_group="system:masters") == ""


@pytest.mark.parametrize(("role", "may", "may_not"), [
    ("view", ["list pods", "get pods/log", "list statefulsets.apps"],
     ["list secrets", "create pods", "list roles.rbac.authorization.k8s.io"]),
    ("edit", ["list pods", "list secrets", "create pods/eviction", "update statefulsets.apps"],
     ["create roles.rbac.authorization.k8s.io", "update resourcequotas", "create namespaces"]),
    ("admin", ["list pods", "list secrets", "create roles.rbac.authorization.k8s.io"], ["update resourcequotas", "list nodes"]),
    ("cluster-admin", ["list nodes", "escalate clusterroles.rbac.authorization.k8s.io"], []),
])  # fmt: skip
def test_the_roles_that_every_cluster_begins_with(door: Any, jane: User, role: str, may: list, may_not: list) -> None:
    door.bind(role, "jane", "default")
    for wanted in (*may, *may_not):
        verb, _, what = wanted.partition(" ")
        resource, _, group = what.partition(".")
        plural, _, subresource = resource.partition("/")
        asked = {"verb": verb, "group": group, "resource": plural, "subresource": subresource, "namespace": "default"}
        body = {"spec": {"resourceAttributes": asked}}
        code, told = door(jane, "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body)
        assert (code, told["status"]["allowed"]) == (201, wanted in may), wanted


def test_without_rbac_everybody_may_do_everything(door: Any, jane: User) -> None:
    door.world = world(4, Shape(nodes=1))
    assert door.message(jane, "GET", NODES) == ""
    assert door.message(jane, "GET", PODS, impersonate_user="bob") == ""
