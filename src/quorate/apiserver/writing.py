"""POST, PUT, PATCH, DELETE of objects. (Kubernetes: apiserver/pkg/endpoints/handlers.)"""

from collections.abc import Iterable
from typing import Any

from quorate.apiserver import respond
from quorate.apiserver.bodies import media_type, object_body, patch_body
from quorate.apiserver.deletion import precondition_failed
from quorate.apiserver.handle import ApiServer
from quorate.apiserver.http import HttpAnswer, HttpRequest, not_allowed
from quorate.apiserver.listing import select
from quorate.apiserver.negotiate import Wanted, unsupported, wanted_by
from quorate.apiserver.options import delete_options, list_query, write_options
from quorate.apiserver.request import Options
from quorate.apiserver.route import Route
from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.contract.webhooks import Call, Pending
from quorate.objects.kinds import Kind

PATCH_TYPES = {
    "application/json-patch+json": "json", "application/merge-patch+json": "merge",
    "application/strategic-merge-patch+json": "strategic", "application/apply-patch+yaml": "apply",
}  # fmt: skip


def create(server: ApiServer, request: HttpRequest, found: Route) -> HttpAnswer:
    """POST of a new object. Raises Refused."""
    kind, wanted = found.kind, _wanted(request, found)
    options = write_options(request, "CreateOptions")
    body = object_body(request.body, request.headers.get("content-type", ""), kind, options.field_validation)
    done = server.create(kind, _namespace(found), body, options)
    return respond.whole(server, kind, done.obj, wanted, done.code, request.query, done.warnings)


def replace(server: ApiServer, request: HttpRequest, found: Route, subresource: str = "") -> HttpAnswer:
    """PUT of an object, or of a part of it. Raises Refused."""
    kind, wanted = found.kind, _wanted(request, found)
    options = write_options(request, "UpdateOptions")
    body = object_body(request.body, request.headers.get("content-type", ""), kind, options.field_validation)
    done = server.replace(kind, _namespace(found), found.name, body, options, subresource)
    return respond.whole(server, kind, done.obj, wanted, done.code, request.query, done.warnings)


def patch(server: ApiServer, request: HttpRequest, found: Route, subresource: str = "") -> HttpAnswer:
    """PATCH of an object, or of a part of it. Raises Refused."""
    type = patch_type(request, found.kind)
    kind, wanted = found.kind, _wanted(request, found)
    options = write_options(request, "PatchOptions", type)
    body = patch_body(request.body, type, options.field_validation)
    done = server.patch(kind, _namespace(found), found.name, body, type, options, subresource)
    return respond.whole(server, kind, done.obj, wanted, done.code, request.query, done.warnings)


def patch_type(request: HttpRequest, kind: Kind) -> Any:
    """By the Content-Type; there is no strategic merge without a built-in type. Raises Refused (415)."""
    type = PATCH_TYPES.get(media_type(request.headers.get("content-type", "")))
    if type is None or (type == "strategic" and not kind.type):
        raise unsupported(name for name, one in PATCH_TYPES.items() if kind.type or one != "strategic")
    return type


def delete(server: ApiServer, request: HttpRequest, found: Route) -> HttpAnswer:
    """DELETE of one object. Raises Refused."""
    wanted = _wanted(request, found)
    options = delete_options(request)
    done = server.delete(found.kind, found.namespace or "", found.name, options)
    return respond.whole(server, found.kind, done.obj, wanted, done.code, request.query, done.warnings)


def delete_many(server: ApiServer, request: HttpRequest, found: Route) -> HttpAnswer:
    """DELETE of what the selectors choose; answers with what was there. Raises Refused, and then nothing is deleted."""
    _namespace(found)
    wanted = wanted_by(request.headers, request.query)
    listed = select(server.store, found.kind, found.namespace, list_query(request))
    options = delete_options(request)
    made = respond.listed_whole(server, found.kind, listed, wanted, request.query)
    for obj in listed.objects:
        refused = precondition_failed(found.kind, obj, options)
        if refused is not None:
            raise refused
    if server.hooks.configured.asks:
        _ask_all(server, found.kind, listed.objects, options)
    for obj in listed.objects:
        meta = obj["metadata"]
        server.delete(found.kind, meta.get("namespace", ""), meta["name"], options)
    return made


def _ask_all(server: ApiServer, kind: Kind, objects: Iterable[Obj], options: Options) -> None:
    """Whoever has to be waited for is asked before the first is deleted. Raises Pending."""
    calls: list[Call] = []
    for obj in objects:
        try:
            server.ask_deletion(kind, obj, options)
        except Pending as pending:
            calls += pending.calls
        except Refused:
            continue  # it will be again, in its turn
    if calls:
        raise Pending(calls)


def _wanted(request: HttpRequest, found: Route) -> Wanted:
    wanted = wanted_by(request.headers, request.query)
    if wanted.shape:
        respond.check_single(found.kind, wanted, request.query)
    return wanted


def _namespace(found: Route) -> str:
    """Of a write: a namespaced kind is only written within one."""
    if found.kind.namespaced and found.namespace is None:
        raise not_allowed()
    return found.namespace or ""
