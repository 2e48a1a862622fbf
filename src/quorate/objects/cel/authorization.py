"""What expressions ask the authorizer (Kubernetes: apiserver/pkg/cel/library/authz.go).

authorizer.group('apps').resource('deployments').namespace('a').check('create').allowed()
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from quorate.objects.cel.declarations import Library, declare
from quorate.objects.cel.types import opaque
from quorate.objects.cel.values import CelError, Opaque
from quorate.objects.names import dns1123_label_errors, dns1123_subdomain_errors

_IN = "kubernetes.authorization"
AUTHORIZER, PATH, GROUP, RESOURCE, DECISION = (
    f"{_IN}.{name}" for name in ("Authorizer", "PathCheck", "GroupCheck", "ResourceCheck", "Decision")
)
VARIABLES = {"authorizer": opaque(AUTHORIZER), "authorizer.requestResource": opaque(RESOURCE)}
"""Expressions that may ask know these."""

Answer = Callable[["Question"], tuple[bool, str]]
"""Whether it is allowed, and why."""


@dataclass(frozen=True, slots=True)
class Question:
    """May somebody do this? `account` is a service account's (namespace, name); None is who makes the request."""

    answer: Answer
    account: tuple[str, str] | None = None
    path: str = ""
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    verb: str = ""


def scope(answer: Answer, group: str, resource: str, subresource: str, namespace: str, name: str) -> dict[str, Opaque]:
    """The values of VARIABLES; the request is for this resource."""
    whole = Question(answer)
    own = replace(whole, group=group, resource=resource, subresource=subresource, namespace=namespace, name=name)
    return {"authorizer": Opaque(AUTHORIZER, whole), "authorizer.requestResource": Opaque(RESOURCE, own)}


def _path(of: Opaque, path: str) -> Opaque:
    if not path.strip():
        raise CelError("path must not be empty")
    return Opaque(PATH, replace(of.value, path=path))


def _group(of: Opaque, group: str) -> Opaque:
    return Opaque(GROUP, replace(of.value, group=group))


def _account(of: Opaque, namespace: str, name: str) -> Opaque:
    if dns1123_subdomain_errors(name):
        raise CelError("Invalid service account name")
    if dns1123_label_errors(namespace):
        raise CelError("Invalid service account namespace")
    return Opaque(AUTHORIZER, replace(of.value, account=(namespace, name)))


def _resource(of: Opaque, resource: str) -> Opaque:
    if not resource.strip():
        raise CelError("resource must not be empty")
    return Opaque(RESOURCE, replace(of.value, resource=resource))


def _subresource(of: Opaque, subresource: str) -> Opaque:
    return Opaque(RESOURCE, replace(of.value, subresource=subresource))


def _namespace(of: Opaque, namespace: str) -> Opaque:
    return Opaque(RESOURCE, replace(of.value, namespace=namespace))


def _name(of: Opaque, name: str) -> Opaque:
    return Opaque(RESOURCE, replace(of.value, name=name))


def _unselected(of: Opaque, selector: str) -> Opaque:
    """RBAC does not look at selectors."""
    return of


def _check(of: Opaque, verb: str) -> Opaque:
    return Opaque(DECISION, of.value.answer(replace(of.value, verb=verb)))


def library() -> Library:
    return declare([
        (f"{AUTHORIZER}|path(string)", PATH, _path), (f"{AUTHORIZER}|group(string)", GROUP, _group),
        (f"{AUTHORIZER}|serviceAccount(string, string)", AUTHORIZER, _account),
        (f"{GROUP}|resource(string)", RESOURCE, _resource), (f"{RESOURCE}|subresource(string)", RESOURCE, _subresource),
        (f"{RESOURCE}|namespace(string)", RESOURCE, _namespace), (f"{RESOURCE}|name(string)", RESOURCE, _name),
        (f"{RESOURCE}|fieldSelector(string)", RESOURCE, _unselected),
        (f"{RESOURCE}|labelSelector(string)", RESOURCE, _unselected),
        (f"{PATH}|check(string)", DECISION, _check), (f"{RESOURCE}|check(string)", DECISION, _check),
        (f"{DECISION}|allowed()", "bool", lambda decision: decision.value[0]),
        (f"{DECISION}|reason()", "string", lambda decision: decision.value[1]),
        (f"{DECISION}|errored()", "bool", lambda decision: False),
        (f"{DECISION}|error()", "string", lambda decision: ""),
    ])  # fmt: skip
