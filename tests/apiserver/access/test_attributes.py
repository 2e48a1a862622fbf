"""Requests as rules speak of them, and refusals in Kubernetes' words."""

import pytest

from quorate.apiserver.access.attributes import Attributes, attributes_of, forbidden
from quorate.apiserver.http import HttpRequest


@pytest.mark.parametrize(("method", "path", "query", "asked"), [
    ("GET", "/api/v1/pods", {}, ("list", "", "pods", "", "", "")),
    ("GET", "/api/v1/namespaces/a/pods", {}, ("list", "", "pods", "", "", "a")),
    ("GET", "/api/v1/namespaces/a/pods", {"watch": "true"}, ("watch", "", "pods", "", "", "a")),
    ("GET", "/api/v1/namespaces/a/pods", {"watch": "0"}, ("list", "", "pods", "", "", "a")),
    ("GET", "/api/v1/namespaces/a/pods", {"fieldSelector": "metadata.name=x"}, ("list", "", "pods", "", "x", "a")),
    ("GET", "/api/v1/namespaces/a/pods", {"fieldSelector": "metadata.name!=x"}, ("list", "", "pods", "", "", "a")),
    ("GET", "/api/v1/namespaces/a/pods/x", {}, ("get", "", "pods", "", "x", "a")),
    ("HEAD", "/api/v1/namespaces/a/pods/x", {}, ("get", "", "pods", "", "x", "a")),
    ("GET", "/api/v1/namespaces/a/pods/x/log", {}, ("get", "", "pods", "log", "x", "a")),
    ("POST", "/api/v1/namespaces/a/pods/x/eviction", {}, ("create", "", "pods", "eviction", "x", "a")),
    ("POST", "/apis/apps/v1/namespaces/a/deployments", {}, ("create", "apps", "deployments", "", "", "a")),
    ("PUT", "/apis/apps/v1/namespaces/a/deployments/x/scale", {}, ("update", "apps", "deployments", "scale", "x", "a")),
    ("PATCH", "/apis/apps/v1/namespaces/a/deployments/x", {}, ("patch", "apps", "deployments", "", "x", "a")),
    ("DELETE", "/apis/apps/v1/namespaces/a/deployments/x", {}, ("delete", "apps", "deployments", "", "x", "a")),
    ("DELETE", "/apis/apps/v1/namespaces/a/deployments", {}, ("deletecollection", "apps", "deployments", "", "", "a")),
    ("GET", "/api/v1/namespaces", {}, ("list", "", "namespaces", "", "", "")),
    ("GET", "/api/v1/namespaces/a", {}, ("get", "", "namespaces", "", "a", "a")),
    ("PUT", "/api/v1/namespaces/a/finalize", {}, ("update", "", "namespaces", "finalize", "a", "a")),
    ("GET", "/api/v1/nodes/n/proxy/metrics", {}, ("get", "", "nodes", "proxy", "n", "")),
    ("GET", "/api/v1/watch/namespaces/a/pods", {}, ("watch", "", "pods", "", "", "a")),
    ("GET", "/apis/made.up/v1/things", {}, ("list", "made.up", "things", "", "", "")),
    ("GET", "/api/v1", {}, ("get", "", "", "", "", "")),
    ("GET", "/apis/apps/v1", {}, ("get", "", "", "", "", "")),
    ("POST", "/quorate/clock", {}, ("post", "", "", "", "", "")),
    ("GET", "/", {}, ("get", "", "", "", "", "")),
])  # fmt: skip
def test_what_a_request_amounts_to(method: str, path: str, query: dict[str, str], asked: tuple[str, ...]) -> None:
    made = attributes_of(HttpRequest(method, path, query, {}))
    assert (made.verb, made.group, made.resource, made.subresource, made.name, made.namespace) == asked
    assert made.path == path


@pytest.mark.parametrize(("asked", "reason", "message", "details"), [
    (Attributes("list", "", "", "v1", "pods", "", "", "default"), "",
     'pods is forbidden: User "x" cannot list resource "pods" in API group "" in the namespace "default"', {"kind": "pods"}),
    (Attributes("get", "", "apps", "v1", "deployments", "scale", "web", "a"), "",
     'deployments.apps "web" is forbidden: User "x" cannot get resource "deployments/scale" in API group "apps" '
     'in the namespace "a"',
     {"name": "web", "group": "apps", "kind": "deployments"}),
    (Attributes("list", "", "", "v1", "nodes"), 'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found',
     'nodes is forbidden: User "x" cannot list resource "nodes" in API group "" at the cluster scope: '
     'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found', {"kind": "nodes"}),
    (Attributes("get", "/metrics"), "", 'forbidden: User "x" cannot get path "/metrics"', {}),
    (Attributes("get", "/<b>&"), "", 'forbidden: User "x" cannot get path "/&lt;b&gt;&amp;"', {}),
])  # fmt: skip
def test_refusals(asked: Attributes, reason: str, message: str, details: dict[str, str]) -> None:
    made = forbidden("x", asked, reason)
    assert (made.code, made.reason, made.message, made.details) == (403, "Forbidden", message, details)
