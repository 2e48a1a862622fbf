"""What would need a process to talk to: exec, attach, port-forward, proxy. Simulated nodes run none, and say so; but they have
pages to be read through the proxy, as Prometheus does.

(Kubernetes: pkg/registry/core/pod, ResourceLocation.)
"""

from collections.abc import Callable

from quorate.apiserver.handle import ApiServer
from quorate.apiserver.http import HttpAnswer, HttpRequest
from quorate.apiserver.route import Route
from quorate.contract.failures import Refused, bad_request, not_found
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader

Pages = Callable[[Reader, Obj, str, str], str | None]
"""(reader, pod or node, port or "", path) -> text, None when there is no such page. Raises Refused when nobody answers there."""
TEXT = "text/plain; version=0.0.4; charset=utf-8"


def proxied(server: ApiServer, pages: Pages | None, request: HttpRequest, found: Route) -> HttpAnswer:
    """GET NAME:PORT/proxy/PATH or SCHEME:NAME:PORT/proxy/PATH. Raises Refused: 400, 404, 503."""
    scheme, name, port = _address(found)
    obj = server.store.get(found.kind.resource, found.namespace or "", name)
    if obj is not None and pages is not None and request.method == "GET" and found.kind.resource in ("pods", "nodes"):
        if scheme not in ("", "http", "https"):
            raise bad_request(f'invalid {found.kind.singular} request "{found.name}"')
        text = pages(server.store.objects, obj, port, found.rest)
        if text is not None:
            return HttpAnswer(200, text.encode(), TEXT)
    raise refused(server, found)


def refused(server: ApiServer, found: Route) -> Refused:
    """404 for what does not exist, else the reason why it cannot be done here."""
    kind = found.kind
    name = _address(found)[1] if found.subresource == "proxy" else found.name
    obj = server.store.get(kind.resource, found.namespace or "", name)
    if obj is None:
        return not_found(kind.plural, kind.group, name)
    if kind.resource == "pods" and not obj["spec"].get("nodeName"):
        return bad_request(f"pod {name} does not have a host assigned")
    return bad_request(
        f"{found.subresource} is not possible here: the nodes of this cluster are simulated, and no process runs in "
        f"{kind.singular} {name}"
    )


def _address(found: Route) -> tuple[str, str, str]:
    """(scheme, name, port) of NAME, NAME:PORT or SCHEME:NAME:PORT. Raises Refused (400)."""
    match found.name.split(":"):
        case [name]:
            return "", name, ""
        case [name, port] if name:
            return "", name, port
        case [scheme, name, port] if name:
            return scheme, name, port
    raise bad_request(f'invalid {found.kind.singular} request "{found.name}"')
