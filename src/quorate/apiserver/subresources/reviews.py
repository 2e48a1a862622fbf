"""Kinds that are only ever posted and answered at once: who am I, may I, what may I, and bindings.

Everybody who is let in may do everything here, and the reviews say so.
"""

from quorate.apiserver import respond
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
from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind
from quorate.objects.times import time_text

GROUPS = ["system:masters", "system:authenticated"]


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
        made = _reviewed(server, kind, given, options)
    return respond.other(201, made, wanted, told)


def _reviewed(server: ApiServer, kind: Kind, given: Obj, options: Options) -> Obj:
    spec = given.get("spec") or {}
    meta = given.get("metadata") or {}
    match kind.kind:
        case "SelfSubjectAccessReview" | "SubjectAccessReview" | "LocalSubjectAccessReview":
            errors = _access_errors(kind, spec)
            if errors:
                raise refusal(kind, "", errors)
            return {**given, "metadata": meta, "status": {"allowed": True}}
        case "SelfSubjectRulesReview":
            return {
                **given, "metadata": meta,
                "status": {
                    "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
                    "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
                    "incomplete": False,
                },
            }  # fmt: skip
        case "SelfSubjectReview":
            user = {"username": options.user, "groups": GROUPS}
            created = {**meta, "creationTimestamp": time_text(server.pump.now())}
            return {**given, "metadata": created, "status": {"userInfo": user}}
        case _:
            # TokenReview: the only token is the server's own, which the server does not know here.
            error = "token lookup is not possible here"
            return {**given, "metadata": meta, "status": {"user": {}, "error": error}}


def _access_errors(kind: Kind, spec: Obj) -> list[FieldError]:
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
    if kind.kind == "LocalSubjectAccessReview" and other is not None:
        errors.append(invalid("spec.nonResourceAttributes", other, "disallowed on this kind of request"))
    return errors
