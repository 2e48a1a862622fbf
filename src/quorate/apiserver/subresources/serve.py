"""Subresources by their name: each has a file here, or is a part of its object."""

from dataclasses import replace
from typing import Any

from quorate.apiserver import reading, respond, writing
from quorate.apiserver.bodies import object_body, patch_body
from quorate.apiserver.decoding import decoded
from quorate.apiserver.handle import ApiServer
from quorate.apiserver.http import HttpAnswer, HttpRequest, not_allowed
from quorate.apiserver.negotiate import wanted_by
from quorate.apiserver.options import write_options
from quorate.apiserver.patching import refused
from quorate.apiserver.route import Route
from quorate.apiserver.subresources import binding, connect, eviction_request, scale, token
from quorate.apiserver.subresources.connect import Pages
from quorate.apiserver.subresources.eviction_request import EVICTION
from quorate.apiserver.subresources.log import LogRequest, Logs, read_log
from quorate.apiserver.watching import WatchRequest
from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.objects.patch import PatchError, patched_plain

PARTS = frozenset({"status", "finalize", "ephemeralcontainers", "resize", "approval"})
"""Subresources that are a part of their object, read and written with it."""
UNSIGNED = (
    "certificates are not signed here, so approving a request would lead to nothing: the kubeconfig has a client certificate, "
    "and `kubectl create token` gives tokens of service accounts"
)
CREATED: Obj = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def subresource(
    server: ApiServer, logs: Logs | None, pages: Pages | None, request: HttpRequest, found: Route
) -> HttpAnswer | WatchRequest | LogRequest:
    """Raises Refused, 405 for what cannot be done with it."""
    method, name = request.method, found.subresource
    match name:
        case "approval" if method in ("PUT", "PATCH"):
            raise Refused("NotImplemented", UNSIGNED)
        case _ if name in PARTS:
            return _part(server, request, found)
        case "scale":
            return _scale(server, request, found)
        case "log" if method == "GET":
            return read_log(server, logs, request, found.namespace or "", found.name)
        case "eviction" if method == "POST":
            return _evict(server, request, found)
        case "binding" if method == "POST":
            return _bind(server, request, found)
        case "token" if method == "POST":
            return token.create(server, request, found)
        case "exec" | "attach" | "portforward" if method in ("GET", "POST"):
            raise connect.refused(server, found)
        case "proxy":
            return connect.proxied(server, pages, request, found)
    raise not_allowed()


def _part(server: ApiServer, request: HttpRequest, found: Route) -> HttpAnswer:
    match request.method:
        case "GET" if found.subresource != "finalize":
            return reading.get(server, request, replace(found, subresource=""))
        case "PUT":
            return writing.replace(server, request, found, found.subresource)
        case "PATCH" if found.subresource != "finalize":
            return writing.patch(server, request, found, found.subresource)
    raise not_allowed()


def _scale(server: ApiServer, request: HttpRequest, found: Route) -> HttpAnswer:
    kind, namespace, name = found.kind, found.namespace or "", found.name
    wanted = wanted_by(request.headers, request.query)
    match request.method:
        case "GET":
            found_scale = scale.get_scale(server, kind, namespace, name)
            if wanted.shape:
                respond.check_single(scale.SCALE, wanted, request.query)
                return respond.whole(server, scale.SCALE, found_scale, wanted, 200, request.query)
            return respond.other(200, found_scale, wanted)
        case "PUT":
            options = write_options(request, "UpdateOptions")
            content_type = request.headers.get("content-type", "")
            body = object_body(request.body, content_type, scale.SCALE, options.field_validation)
            given, told = decoded(server.kinds, scale.SCALE, body, options.field_validation)
        case "PATCH":
            type: Any = writing.patch_type(request, kind)
            options = write_options(request, "PatchOptions", type)
            patch = patch_body(request.body, type, options.field_validation)
            if type == "apply" and kind.custom is None:
                done = scale.apply_scale(server, kind, namespace, name, patch.tree, options)
                return respond.other(done.code, done.obj, wanted, done.warnings)
            current = scale.get_scale(server, kind, namespace, name, to_change=True)
            try:
                changed = patched_plain(current, patch.tree, "merge" if type in ("apply", "strategic") else type)
            except PatchError as wrong:
                raise refused(wrong) from None
            given, told = decoded(server.kinds, scale.SCALE, replace(patch, tree=changed), options.field_validation)
        case _:
            raise not_allowed()
    done = scale.put_scale(server, kind, namespace, name, given, options)
    return respond.other(done.code, done.obj, wanted, (*told, *done.warnings))


def _evict(server: ApiServer, request: HttpRequest, found: Route) -> HttpAnswer:
    wanted = wanted_by(request.headers, request.query)
    options = write_options(request, "CreateOptions")
    content_type = request.headers.get("content-type", "")
    body = object_body(request.body, content_type, EVICTION, options.field_validation)
    if isinstance(body.tree, dict) and body.tree.get("apiVersion") == eviction_request.FORMER:
        body = replace(body, tree={**body.tree, "apiVersion": EVICTION.api_version})
    given, told = decoded(server.kinds, EVICTION, body, options.field_validation)
    eviction_request.evict(server, found.namespace or "", found.name, given, options)
    return respond.other(201, CREATED, wanted, told)


def _bind(server: ApiServer, request: HttpRequest, found: Route) -> HttpAnswer:
    """POST pods/NAME/binding; `bindings` are posted the same way, without the name in the path."""
    wanted = wanted_by(request.headers, request.query)
    options = write_options(request, "CreateOptions")
    content_type = request.headers.get("content-type", "")
    body = object_body(request.body, content_type, binding.BINDING, options.field_validation)
    given, told = decoded(server.kinds, binding.BINDING, body, options.field_validation)
    binding.post(server, found.namespace or "", found.name, given, options)
    return respond.other(201, CREATED, wanted, told)
