"""GET: one object, a list, a watch. (Kubernetes: apiserver/pkg/endpoints/handlers/get.go.)"""

from dataclasses import replace

from quorate.apiserver import respond
from quorate.apiserver.conversion import is_converted
from quorate.apiserver.handle import ApiServer
from quorate.apiserver.http import HttpAnswer, HttpRequest
from quorate.apiserver.listing import ListQuery, keeps, parse_version, select, too_large
from quorate.apiserver.naming import check_segment
from quorate.apiserver.negotiate import JSON, PROTOBUF, YAML, Wanted, wanted_by
from quorate.apiserver.options import list_query
from quorate.apiserver.route import Route
from quorate.apiserver.watching import WatchRequest, plain_line
from quorate.contract.failures import Refused, bad_request, not_found


def get(server: ApiServer, request: HttpRequest, found: Route) -> HttpAnswer:
    """One object. Raises Refused: 400, 404, 406, 500, 504."""
    wanted = wanted_by(request.headers, request.query)
    kind, store = found.kind, server.store
    if wanted.shape:
        respond.check_single(kind, wanted, request.query)
    check_segment(found.name)
    version = request.query.get("resourceVersion")
    if version:
        asked = parse_version(version, watch=True)
        if asked > store.revision:
            raise too_large(asked, store.revision)
    obj = store.get(kind.stored_resource, found.namespace or "", found.name)
    if obj is None:
        raise not_found(kind.plural, kind.group, found.name)
    return respond.whole(server, kind, obj, wanted, 200, request.query)


def read_many(server: ApiServer, request: HttpRequest, found: Route) -> HttpAnswer | WatchRequest:
    """A list or, when the query or the path says so, a watch. Raises Refused: 400, 406, 410, 422, 504."""
    wanted = wanted_by(request.headers, request.query)
    query = list_query(request)
    if found.watch and found.name:
        query = _of_one(query, found.name)
    if query.watch or found.watch:
        return _watch(server, request, found, replace(query, watch=True), wanted)
    listed = select(server.store, found.kind, found.namespace, query)
    return respond.listed_whole(server, found.kind, listed, wanted, request.query)


def _of_one(query: ListQuery, name: str) -> ListQuery:
    """The old path of a watch of one object is a field selector."""
    selector = f"metadata.name={name}"
    if query.field_selector not in ("", selector, f"metadata.name=={name}"):
        raise bad_request("fieldSelector metadata.name doesn't match requested name")
    return replace(query, field_selector=selector)


def _watch(
    server: ApiServer, request: HttpRequest, found: Route, query: ListQuery, wanted: Wanted
) -> WatchRequest:  # fmt: skip
    if "watch" not in found.kind.verbs:
        raise Refused("MethodNotAllowed", f"watch is not supported on resources of kind {found.kind.plural!r}", {})
    if wanted.media == YAML:
        streams = f"{JSON};stream=watch, {PROTOBUF};stream=watch"
        raise Refused("NotAcceptable", f"only the following media types are accepted: {streams}")
    keeps(found.kind, query)  # what is wrong with the selectors is said before the stream begins
    line = plain_line
    if wanted.shape or is_converted(found.kind) or found.kind.custom is not None:
        return WatchRequest(
            found.kind, found.namespace, query, respond.ShapedLine(server, found.kind, wanted, request.query)
        )
    return WatchRequest(found.kind, found.namespace, query, line)
