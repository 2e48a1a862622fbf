"""Kinds that are only ever posted and answered at once: who am I, may I, what may I, whose token is it; and bindings.

(Kubernetes: pkg/registry/{authentication,authorization}, pkg/apis/authorization/validation.)
"""

from quorate.apiserver import respond
from quorate.apiserver.access.attributes import Attributes
from quorate.apiserver.access.authenticate import INVALID, BadToken
from quorate.apiserver.access.rbac import joined
from quorate.apiserver.access.user import User, extras
from quorate.apiserver.bodies import object_body
from quorate.apiserver.decoding import decoded
from quorate.apiserver.handle import ApiServer
from quorate.apiserver.http import HttpAnswer, HttpRequest, not_allowed
from quorate.apiserver.naming import same_namespace
from quorate.apiserver.negotiate import wanted_by
from quorate.apiserver.options import write_options
from quorate.apiserver.request import Options
from quorate.apiserver.route import Route
from quorate.apiserver.subresources import binding
from quorate.apiserver.validation.errors import FieldError, invalid, refusal
from quorate.contract.failures import bad_request
from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind
from quorate.objects.times import time_text

EVERYTHING: Obj = {
    "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
    "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
    "incomplete": False,
}


def create(server: ApiServer, request: HttpRequest, found: Route) -> HttpAnswer:
    """Raises Refused: 400, 404, 422."""
    kind = found.kind
    if kind.namespaced and found.namespace is None:
        raise not_allowed()
    wanted = wanted_by(request.headers, request.query)
    options = write_options(request, "CreateOptions")
    body = object_body(request.body, request.headers.get("content-type", ""), kind, options.field_validation)
    given, told = decoded(server.kinds, kind, body, options.field_validation)
    same_namespace(kind, found.namespace or "", given)
    if kind.kind == "Binding":
        name = (given.get("metadata") or {}).get("name") or ""
        binding.post(server, found.namespace or "", name, given, options)
        made: Obj = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}
    else:
        made = _reviewed(server, kind, given, options, found.namespace or "")
    return respond.other(201, made, wanted, told)


def _reviewed(server: ApiServer, kind: Kind, given: Obj, options: Options, namespace: str) -> Obj:
    spec = given.get("spec") or {}
    made = {**given, "metadata": given.get("metadata") or {}}
    match kind.kind:
        case "SelfSubjectAccessReview" | "SubjectAccessReview" | "LocalSubjectAccessReview":
            errors = _access_errors(kind, spec, namespace)
            if errors:
                raise refusal(kind, "", errors)
            user = options.user if kind.kind == "SelfSubjectAccessReview" else _user(spec)
            allowed, reason = server.access.decide(user, _attributes(spec))
            status: Obj = {"allowed": allowed}
            return {**made, "status": {**status, "reason": reason} if reason else status}
        case "SelfSubjectRulesReview":
            if not spec.get("namespace"):
                raise bad_request("no namespace on request")
            return {**made, "metadata": {}, "spec": {}, "status": _rules(server, options.user, spec["namespace"])}
        case "SelfSubjectReview":
            created = {**made["metadata"], "creationTimestamp": time_text(server.pump.now())}
            return {**made, "metadata": created, "status": {"userInfo": options.user.info()}}
        case _:
            return {**made, "status": _token(server, spec)}


def _user(spec: Obj) -> User:
    extra = extras((key.lower(), values or ()) for key, values in (spec.get("extra") or {}).items())
    return User(spec.get("user", ""), tuple(spec.get("groups") or ()), spec.get("uid", ""), extra)


def _attributes(spec: Obj) -> Attributes:
    asked = spec.get("resourceAttributes")
    if asked is None:
        other = spec["nonResourceAttributes"]
        return Attributes(other.get("verb", ""), other.get("path", ""))
    names = ("group", "version", "resource", "subresource", "name", "namespace")
    return Attributes(asked.get("verb", ""), **{name: asked.get(name, "") for name in names})


def _rules(server: ApiServer, user: User, namespace: str) -> Obj:
    if server.access.holds_all(user):
        return EVERYTHING
    held = server.access.rbac.held(user, namespace)
    resources, others = [], []
    for rule in held.rules():
        if rule.get("resources"):
            parts = ("verbs", "apiGroups", "resources", "resourceNames")
            resources.append({part: rule[part] for part in parts if rule.get(part)})
        if rule.get("nonResourceURLs"):
            others.append({part: rule[part] for part in ("verbs", "nonResourceURLs")})
    status: Obj = {"resourceRules": resources, "nonResourceRules": others, "incomplete": bool(held.errors)}
    if held.errors:
        status["evaluationError"] = joined(held.errors)
    return status


def _token(server: ApiServer, spec: Obj) -> Obj:
    if not spec.get("token"):
        raise bad_request("token is required for TokenReview in authentication")
    asked = server.access.authenticator
    try:
        if asked is None:
            raise BadToken(INVALID)
        user, audiences = asked.of_token(spec["token"], tuple(spec.get("audiences") or ()))
    except BadToken as wrong:
        return {"user": {}, "error": str(wrong)}
    return {"authenticated": True, "user": user.info(), "audiences": audiences}


def _access_errors(kind: Kind, spec: Obj, namespace: str) -> list[FieldError]:
    """(Kubernetes: pkg/apis/authorization/validation.)"""
    resource, other = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    errors: list[FieldError] = []
    if resource is not None and other is not None:
        why = "cannot be specified in combination with resourceAttributes"
        errors.append(invalid("spec.nonResourceAttributes", other, why))
    if resource is None and other is None:
        errors.append(invalid(
            "spec.resourceAttributes", resource, "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        ))  # fmt: skip
    if kind.kind != "SelfSubjectAccessReview" and not spec.get("user") and not spec.get("groups"):
        errors.append(invalid("spec.user", spec.get("user", ""), "at least one of user or group must be specified"))
    if kind.kind == "LocalSubjectAccessReview":
        if other is not None:
            errors.append(invalid("spec.nonResourceAttributes", other, "disallowed on this kind of request"))
        if resource is not None and resource.get("namespace", "") != namespace:
            where = resource.get("namespace", "")
            errors.append(invalid("spec.resourceAttributes.namespace", where, "must match metadata.namespace"))
    return errors
