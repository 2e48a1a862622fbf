"""POST serviceaccounts/NAME/token: a token that names its account and when it ends, as a JSON Web Token does.

It is signed by nobody: whoever is let in here is let in by the server's own token.
"""

from base64 import urlsafe_b64encode
from typing import Any

import orjson

from quorate.apiserver import respond
from quorate.apiserver.bodies import object_body
from quorate.apiserver.decoding import decoded
from quorate.apiserver.handle import ApiServer
from quorate.apiserver.http import HttpAnswer, HttpRequest
from quorate.apiserver.negotiate import wanted_by
from quorate.apiserver.options import write_options
from quorate.apiserver.route import Route
from quorate.apiserver.validation.errors import FieldError, invalid, refusal
from quorate.contract.failures import not_found
from quorate.contract.plan import Obj
from quorate.kernel.clock import SECOND
from quorate.objects.kinds import Kind
from quorate.objects.times import time_text

REQUEST = Kind(
    "authentication.k8s.io", "v1", "TokenRequest", "tokenrequests", "tokenrequest", True,
    "io.k8s.api.authentication.v1.TokenRequest",
)  # fmt: skip
ISSUER = "https://kubernetes.default.svc.cluster.local"
HOUR_SECONDS, SHORTEST, LONGEST = 3600, 600, 1 << 32


def create(server: ApiServer, request: HttpRequest, found: Route) -> HttpAnswer:
    """Raises Refused: 404, 422."""
    wanted = wanted_by(request.headers, request.query)
    options = write_options(request, "CreateOptions")
    content_type = request.headers.get("content-type", "")
    body = object_body(request.body, content_type, REQUEST, options.field_validation)
    given, told = decoded(server.kinds, REQUEST, body, options.field_validation)
    namespace = found.namespace or ""
    account = server.store.get("serviceaccounts", namespace, found.name)
    if account is None:
        raise not_found("serviceaccounts", "", found.name)
    spec = dict(given.get("spec") or {})
    seconds = spec.setdefault("expirationSeconds", HOUR_SECONDS)
    spec["audiences"] = spec.get("audiences") or [ISSUER]
    errors = _errors(seconds)
    if errors:
        raise refusal(REQUEST, "", errors)
    now = server.pump.now()
    ends = now + seconds * SECOND
    claims = {
        "aud": spec["audiences"], "exp": ends // SECOND, "iat": now // SECOND, "iss": ISSUER, "nbf": now // SECOND,
        "kubernetes.io": {"namespace": namespace, "serviceaccount": {"name": found.name, "uid": account["metadata"]["uid"]}},
        "sub": f"system:serviceaccount:{namespace}:{found.name}",
    }  # fmt: skip
    made: Obj = {
        **given, "metadata": {"name": found.name, "namespace": namespace, "creationTimestamp": time_text(now)}, "spec": spec,
        "status": {"token": _token(claims), "expirationTimestamp": time_text(ends)},
    }  # fmt: skip
    return respond.other(201, made, wanted, told)


def _errors(seconds: int) -> list[FieldError]:
    if seconds < SHORTEST:
        return [invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")]
    if seconds > LONGEST:
        return [invalid("spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds")]
    return []


def _token(claims: Obj) -> str:
    parts = (_part({"alg": "none", "typ": "JWT"}), _part(claims), "")
    return ".".join(parts)


def _part(value: Any) -> str:
    return urlsafe_b64encode(orjson.dumps(value)).decode().rstrip("=")
