"""The front door: every HTTP request to the API, by path and method."""

from collections.abc import Callable

from quorate.apiserver import outside, reading, respond, writing
from quorate.apiserver.custom.ways import check_version
from quorate.apiserver.deprecated import DEPRECATED
from quorate.apiserver.handle import ApiServer
from quorate.apiserver.http import HttpAnswer, HttpRequest, not_allowed, warning_headers
from quorate.apiserver.route import Route, route
from quorate.apiserver.subresources import reviews, serve
from quorate.apiserver.subresources.connect import Pages
from quorate.apiserver.subresources.log import LogRequest, Logs
from quorate.apiserver.watching import Watching, WatchRequest
from quorate.contract.failures import Refused

Made = HttpAnswer | WatchRequest | LogRequest
Verb = Callable[[ApiServer, HttpRequest, Route], HttpAnswer | WatchRequest]

_NAMED: dict[str, tuple[str, Verb]] = {
    "GET": ("get", reading.get), "PUT": ("update", writing.replace), "PATCH": ("patch", writing.patch),
    "DELETE": ("delete", writing.delete),
}  # fmt: skip
_MANY: dict[str, tuple[str, Verb]] = {
    "GET": ("list", reading.read_many), "POST": ("create", writing.create), "DELETE": ("deletecollection", writing.delete_many),
}  # fmt: skip


class Front:
    """`logs` makes the lines of a container, `pages` what pods and nodes serve; `ready` says whether the controllers run."""

    def __init__(self, server: ApiServer, logs: Logs | None = None, pages: Pages | None = None) -> None:
        self.server, self.logs, self.pages = server, logs, pages
        self.ready = True

    def handle(self, request: HttpRequest) -> Made:
        """Never raises for what a client sends: a refusal is an answer."""
        try:
            request = self.server.access.admitted(request)
            found = route(self.server.kinds, request.path)
            if found is None:
                return outside.answer_other(self.server, request, self.ready)
            made = self._resource(request, found)
        except Refused as status:
            made = respond.refusal(status, request.headers, request.query)
            found = route(self.server.kinds, request.path)
        if found is not None and found.kind.resource in DEPRECATED:
            return _warned(made, DEPRECATED[found.kind.resource])
        if found is not None and found.kind.custom is not None and found.kind.custom.warning:
            return _warned(made, found.kind.custom.warning)
        return made

    def _resource(self, request: HttpRequest, found: Route) -> Made:
        check_version(found.kind)
        if found.subresource:
            return serve.subresource(self.server, self.logs, self.pages, request, found)
        if found.watch and request.method == "GET":
            return reading.read_many(self.server, request, found)
        verb, serve_it = (_NAMED if found.name else _MANY).get(request.method, ("", None))
        if serve_it is None or verb not in found.kind.verbs or found.watch:
            raise not_allowed()
        if not found.kind.stored:
            return reviews.create(self.server, request, found)
        return serve_it(self.server, request, found)


def _warned(made: Made, text: str) -> Made:
    """The same answer with a warning before its own."""
    headers = (*warning_headers((text,)), *made.headers)
    if isinstance(made, HttpAnswer):
        return HttpAnswer(made.code, made.body, made.content_type, headers)
    if isinstance(made, WatchRequest):
        return WatchRequest(made.kind, made.namespace, made.query, made.line, made.content_type, headers)
    return made


__all__ = ["Front", "LogRequest", "Made", "WatchRequest", "Watching"]
