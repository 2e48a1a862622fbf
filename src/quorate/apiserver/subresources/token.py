"""POST serviceaccounts/NAME/token: a JSON Web Token that names its account, what it is bound to and when it ends.

(Kubernetes: pkg/registry/core/serviceaccount/storage/token.go, pkg/serviceaccount/claims.go.)
"""

from quorate.apiserver import respond
from quorate.apiserver.access.authenticate import ISSUER
from quorate.apiserver.access.user import account_name
from quorate.apiserver.bodies import object_body
from quorate.apiserver.decoding import decoded
from quorate.apiserver.handle import ApiServer
from quorate.apiserver.http import HttpAnswer, HttpRequest
from quorate.apiserver.negotiate import wanted_by
from quorate.apiserver.options import write_options
from quorate.apiserver.route import Route
from quorate.apiserver.validation.errors import FieldError, invalid, refusal
from quorate.contract.failures import Refused, bad_request, not_found
from quorate.contract.plan import Obj
from quorate.kernel.clock import SECOND
from quorate.objects.kinds import Kind
from quorate.objects.times import time_text

REQUEST = Kind(
    "authentication.k8s.io", "v1", "TokenRequest", "tokenrequests", "tokenrequest", True,
    "io.k8s.api.authentication.v1.TokenRequest",
)  # fmt: skip
HOUR_SECONDS, SHORTEST, LONGEST = 3600, 600, 1 << 32
BOUND = {"Pod": "pods", "Secret": "secrets", "Node": "nodes"}


def create(server: ApiServer, request: HttpRequest, found: Route) -> HttpAnswer:
    """Raises Refused: 400, 404, 409, 422."""
    wanted = wanted_by(request.headers, request.query)
    options = write_options(request, "CreateOptions")
    content_type = request.headers.get("content-type", "")
    body = object_body(request.body, content_type, REQUEST, options.field_validation)
    given, told = decoded(server.kinds, REQUEST, body, options.field_validation)
    namespace = found.namespace or ""
    account = server.store.get("serviceaccounts", namespace, found.name)
    if account is None:
        raise not_found("serviceaccounts", "", found.name)
    spec = {"audiences": None, "expirationSeconds": None, "boundObjectRef": None, **(given.get("spec") or {})}
    seconds = HOUR_SECONDS if spec["expirationSeconds"] is None else spec["expirationSeconds"]
    spec["expirationSeconds"], spec["audiences"] = seconds, spec["audiences"] or [ISSUER]
    errors = _errors(seconds)
    if errors:
        raise refusal(REQUEST, "", errors)
    private: Obj = {
        "namespace": namespace, "serviceaccount": {"name": found.name, "uid": account["metadata"]["uid"]},
        **_bound(server, namespace, found.name, spec["boundObjectRef"]),
    }  # fmt: skip
    now = server.pump.now()
    ends = now + seconds * SECOND
    claims = {
        "aud": spec["audiences"], "exp": ends // SECOND, "iat": now // SECOND, "iss": ISSUER, "jti": server.chance.uid(),
        "kubernetes.io": private, "nbf": now // SECOND, "sub": account_name(namespace, found.name),
    }  # fmt: skip
    made: Obj = {
        **given, "metadata": {"name": found.name, "namespace": namespace, "creationTimestamp": time_text(now)}, "spec": spec,
        "status": {
            "token": server.access.sign(claims), "expirationTimestamp": time_text(ends)
        },
    }  # fmt: skip
    return respond.other(201, made, wanted, told)


def _bound(server: ApiServer, namespace: str, account: str, ref: Obj | None) -> Obj:
    """The claims that bind the token to an object: it ends with it."""
    if not ref:
        return {}
    kind, name = ref.get("kind", ""), ref.get("name", "")
    if kind not in BOUND or ref.get("apiVersion") != "v1":
        raise bad_request(
            f"cannot bind token for serviceaccount {account!r} to object type {ref.get('apiVersion')}, {kind}"
        )
    resource = BOUND[kind]
    obj = server.store.get(resource, "" if kind == "Node" else namespace, name)
    if obj is None:
        raise not_found(resource, "", name)
    uid = obj["metadata"]["uid"]
    if ref.get("uid") not in (None, "", uid):
        raise Refused(
            "Conflict",
            f'Operation cannot be fulfilled on {kind} "{name}": the UID in the bound object reference ({ref["uid"]}) does not '
            f"match the UID in record. The object might have been deleted and then recreated",
            {"name": name, "kind": kind},
        )
    out: Obj = {kind.lower(): {"name": name, "uid": uid}}
    if kind == "Pod":
        if obj["spec"].get("serviceAccountName") != account:
            raise bad_request(
                f'cannot bind token for serviceaccount "{account}" to pod running with different serviceaccount name.'
            )
        node = server.store.get("nodes", "", obj["spec"].get("nodeName") or "")
        if node is not None:
            out["node"] = {"name": node["metadata"]["name"], "uid": node["metadata"]["uid"]}
    return out


def _errors(seconds: int) -> list[FieldError]:
    if seconds < SHORTEST:
        return [invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")]
    if seconds > LONGEST:
        return [invalid("spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds")]
    return []
