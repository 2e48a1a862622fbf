"""The front door: every HTTP request to the API, by path and method."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from quorate import __version__
from quorate.apiserver import discovery, http, listing, openapi
from quorate.apiserver.handle import ApiServer
from quorate.apiserver.http import HttpAnswer, HttpRequest, answer
from quorate.apiserver.listing import ListQuery
from quorate.apiserver.request import Answer
from quorate.apiserver.route import Route, route
from quorate.apiserver.subresources import binding, eviction_request, scale
from quorate.apiserver.table import table
from quorate.apiserver.watching import Watching, plain_line
from quorate.contract.failures import Refused, bad_request, not_found
from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind

VERSION = {
    "major": "1", "minor": "36", "gitVersion": "v1.36.0", "gitCommit": f"quorate-{__version__}", "gitTreeState": "clean",
    "buildDate": "2026-04-22T00:00:00Z", "goVersion": "go1.25", "compiler": "python", "platform": "linux/amd64",
    "emulationMajor": "1", "emulationMinor": "36", "minCompatibilityMajor": "1", "minCompatibilityMinor": "35",
}  # fmt: skip

Logs = Callable[[Obj, str, dict[str, str], int], Iterable[str]]
"""(pod, container, query, now) -> lines."""


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """A watch that the edge is to open: it makes the `Watching` with its own `send`."""

    kind: Kind
    namespace: str | None
    query: ListQuery
    line: Callable[[str, Obj, bytes], bytes]


class Front:
    """`logs` makes the lines of a container; `ready` says whether the controllers run."""

    def __init__(self, server: ApiServer, logs: Logs | None = None) -> None:
        self.server, self.logs = server, logs
        self.ready = True

    def handle(self, request: HttpRequest) -> HttpAnswer | WatchRequest:
        """Never raises for what a client sends: a refusal is an answer."""
        try:
            return self._handle(request)
        except Refused as status:
            return http.refused(status)

    def _handle(self, request: HttpRequest) -> HttpAnswer | WatchRequest:
        found = route(self.server.kinds, request.path)
        if found is not None:
            return self._resource(request, found)
        return self._other(request)

    # -- what is no resource

    def _other(self, request: HttpRequest) -> HttpAnswer:
        path = request.path.rstrip("/") or "/"
        if path in ("/readyz", "/healthz", "/livez") or path.startswith(("/readyz/", "/healthz/", "/livez/")):
            if path.startswith("/readyz") and not self.ready:
                return HttpAnswer(500, b"[-]controllers failed: starting", "text/plain; charset=utf-8")
            return HttpAnswer(200, b"ok", "text/plain; charset=utf-8")
        if path == "/version":
            return answer(200, VERSION)
        kinds, accept = self.server.kinds, request.headers.get("accept", "")
        for serve in (discovery.answer, openapi.answer):
            made = serve(kinds, path, accept)
            if made is not None:
                body, content_type = made
                raw = body if isinstance(body, bytes) else orjson.dumps(body)
                return HttpAnswer(200, raw, content_type)
        if path == "/":
            return answer(
                200,
                {"paths": ["/api", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"]},
            )
        if path.startswith(("/api/", "/apis/")) and (path.startswith("/api/") or path.split("/")[2] in kinds.groups()):
            raise http.not_served()
        return HttpAnswer(404, b"404 page not found\n", "text/plain; charset=utf-8")

    # -- resources

    def _resource(self, request: HttpRequest, found: Route) -> HttpAnswer | WatchRequest:
        method = request.method
        if found.subresource:
            return self._subresource(request, found)
        if found.name:
            match method:
                case "GET":
                    return self._get(request, found)
                case "PUT":
                    self._writable(found)
                    body = http.body_of(request)
                    options = http.options_of(request)
                    done = self.server.replace(found.kind, found.namespace or "", found.name, body, options)
                    return self._written(request, found.kind, done)
                case "PATCH":
                    self._writable(found)
                    return self._patch(request, found)
                case "DELETE":
                    return self._delete(request, found)
            raise http.not_allowed()
        match method:
            case "GET":
                return self._list(request, found)
            case "POST":
                self._writable(found)
                options = http.options_of(request)
                done = self.server.create(found.kind, found.namespace or "", http.body_of(request), options)
                return self._written(request, found.kind, done)
            case "DELETE":
                self._writable(found)
                return self._delete_collection(request, found)
        raise http.not_allowed()

    def _writable(self, found: Route) -> None:
        if found.kind.namespaced and found.namespace is None:
            raise http.not_allowed()

    def _get(self, request: HttpRequest, found: Route) -> HttpAnswer | WatchRequest:
        if found.watch:
            query = http.list_query(request)
            return self._watch(
                request, replace(found, name=""), replace(query, field_selector=f"metadata.name={found.name}")
            )
        version = request.query.get("resourceVersion", "")
        listing.parse_version(version, watch=True)
        store = self.server.store
        obj = store.get(found.kind.resource, found.namespace or "", found.name)
        if obj is None:
            raise not_found(found.kind.plural, found.kind.group, found.name)
        shape = _shape(request)
        if shape:
            return answer(200, self._shaped(shape, found.kind, [obj], request, single=True))
        return self._out(request, 200, store.json(found.kind.resource, obj))

    def _list(self, request: HttpRequest, found: Route) -> HttpAnswer | WatchRequest:
        query = http.list_query(request)
        if query.watch or found.watch:
            return self._watch(request, found, query)
        store, kind = self.server.store, found.kind
        listed = listing.select(store, kind, found.namespace, query)
        shape = _shape(request)
        if not shape:
            return self._out(request, 200, listing.list_json(store, kind, listed))
        body = self._shaped(shape, kind, listed.objects, request)
        body["metadata"] = {"resourceVersion": str(listed.revision)}
        if listed.continue_token:
            body["metadata"]["continue"] = listed.continue_token
        if listed.remaining is not None:
            body["metadata"]["remainingItemCount"] = listed.remaining
        return answer(200, body)

    def _shaped(self, shape: str, kind: Kind, objects: Any, request: HttpRequest, single: bool = False) -> Obj:
        """As a Table, or as metadata alone."""
        if shape == "Table":
            include: Any = request.query.get("includeObject") or "Metadata"
            made = table(kind, objects, self.server.pump.now(), include)
            if single:
                made = {**made, "metadata": {"resourceVersion": objects[0]["metadata"]["resourceVersion"]}}
            return made
        meta_only = [
            {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": o["metadata"]}
            for o in objects
        ]
        if single:
            return meta_only[0]
        return {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": {}, "items": meta_only}

    def _watch(self, request: HttpRequest, found: Route, query: ListQuery) -> WatchRequest:
        shape = _shape(request)
        line = plain_line if not shape else _ShapedLine(self, shape, found.kind, request)
        return WatchRequest(found.kind, found.namespace, query, line)

    def _patch(self, request: HttpRequest, found: Route, subresource: str = "") -> HttpAnswer:
        content = request.headers.get("content-type", "").split(";")[0].strip().lower()
        type: Any = http.PATCH_TYPES.get(content)
        if type is None:
            accepted = ", ".join(list(http.PATCH_TYPES)[:4])
            raise Refused(
                "UnsupportedMediaType",
                f"the body of the request was in an unknown format - accepted media types include: {accepted}",
            )
        options = http.options_of(request)
        if type == "apply" and not request.query.get("fieldManager"):
            raise Refused(
                "Invalid", 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
                {"group": "meta.k8s.io", "kind": "PatchOptions", "causes": [
                    {"reason": "FieldValueRequired", "message": "Required value: is required for apply patch", "field": "fieldManager"}
                ]},
            )  # fmt: skip
        if subresource == "scale":
            return self._patch_scale(request, found, type)
        body = http.body_of(request)
        done = self.server.patch(found.kind, found.namespace or "", found.name, body, type, options, subresource)
        return self._written(request, found.kind, done)

    def _delete(self, request: HttpRequest, found: Route) -> HttpAnswer:
        options = http.options_of(request, self._delete_options(request))
        done = self.server.delete(found.kind, found.namespace or "", found.name, options)
        return self._written(request, found.kind, done)

    def _delete_options(self, request: HttpRequest) -> Obj | None:
        if not request.body.strip():
            return None
        body = http.body_of(request)
        if not isinstance(body, dict):
            raise bad_request("the body of a DELETE must be DeleteOptions")
        return body

    def _delete_collection(self, request: HttpRequest, found: Route) -> HttpAnswer:
        """Deletes what the selectors choose; answers with what was there."""
        if found.kind.resource == "namespaces":
            raise http.not_allowed()
        options = http.options_of(request, self._delete_options(request))
        listed = listing.select(self.server.store, found.kind, found.namespace, http.list_query(request))
        raw = listing.list_json(self.server.store, found.kind, listed)
        for obj in listed.objects:
            meta = obj["metadata"]
            self.server.delete(found.kind, meta.get("namespace", ""), meta["name"], options)
        return self._out(request, 200, raw)

    # -- subresources

    def _subresource(self, request: HttpRequest, found: Route) -> HttpAnswer:
        kind, namespace, name, method = found.kind, found.namespace or "", found.name, request.method
        match found.subresource:
            case "status" | "finalize" | "ephemeralcontainers" | "resize" | "approval" as subresource:
                if method == "GET":
                    made = self._get(request, replace(found, subresource=""))
                    assert isinstance(made, HttpAnswer)
                    return made
                if method == "PUT":
                    options = http.options_of(request)
                    done = self.server.replace(kind, namespace, name, http.body_of(request), options, subresource)
                    return self._written(request, kind, done)
                if method == "PATCH":
                    return self._patch(request, found, subresource)
            case "scale":
                if method == "GET":
                    return answer(200, scale.get_scale(self.server, kind, namespace, name))
                if method == "PUT":
                    body = http.body_of(request)
                    done = scale.put_scale(self.server, kind, namespace, name, body, http.options_of(request))
                    return answer(done.code, done.obj, done.warnings)
                if method == "PATCH":
                    return self._patch(request, found, "scale")
            case "eviction":
                if method == "POST":
                    body = http.body_of(request)
                    status = eviction_request.evict(self.server, namespace, name, body, http.options_of(request))
                    return answer(201, status)
            case "binding":
                if method == "POST":
                    return self._bind(request, namespace, name)
            case "log":
                if method == "GET":
                    return self._log(request, namespace, name)
            case "exec" | "attach" | "portforward" | "proxy":
                raise Refused(
                    "BadRequest",
                    f"{found.subresource} is not possible here: the nodes are simulated and run no processes",
                )
        raise http.not_allowed()

    def _patch_scale(self, request: HttpRequest, found: Route, type: str) -> HttpAnswer:
        from quorate.objects.patch import patched_plain

        kind, namespace = found.kind, found.namespace or ""
        current = scale.get_scale(self.server, kind, namespace, found.name)
        changed = patched_plain(current, http.body_of(request), type)
        done = scale.put_scale(self.server, kind, namespace, found.name, changed, http.options_of(request))
        return answer(done.code, done.obj, done.warnings)

    def _bind(self, request: HttpRequest, namespace: str, name: str) -> HttpAnswer:
        body = http.body_of(request)
        target, meta = body.get("target") or {}, body.get("metadata") or {}
        if not target.get("name"):
            raise bad_request("target.name: Required value")
        binding.bind(
            self.server,
            namespace,
            name,
            meta.get("uid", ""),
            target["name"],
            meta.get("annotations") or {},
            http.options_of(request),
        )
        return answer(201, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201})

    def _log(self, request: HttpRequest, namespace: str, name: str) -> HttpAnswer:
        pod = self.server.store.get("pods", namespace, name)
        if pod is None:
            raise not_found("pods", "", name)
        container = request.query.get("container") or ""
        names = [c["name"] for part in ("initContainers", "containers") for c in pod["spec"].get(part) or ()]
        if not container:
            own = [c["name"] for c in pod["spec"]["containers"]]
            if len(own) > 1:
                raise bad_request(
                    f"a container name must be specified for pod {name}, choose one of: [{' '.join(names)}]"
                )
            container = own[0]
        elif container not in names:
            raise bad_request(f"container {container} is not valid for pod {name}")
        if self.logs is None:
            raise Refused("NotImplemented", "this world's nodes keep no logs")
        lines = self.logs(pod, container, request.query, self.server.pump.now())
        text = "".join(f"{line}\n" for line in lines)
        limit = request.query.get("limitBytes")
        raw = text.encode()
        return HttpAnswer(200, raw[: int(limit)] if limit and limit.isdigit() else raw, "text/plain")

    # -- bytes

    def _written(self, request: HttpRequest, kind: Kind, done: Answer) -> HttpAnswer:
        headers = http.warning_headers(done.warnings)
        obj = done.obj
        shape = _shape(request)
        if shape and obj.get("kind") == kind.kind:
            return HttpAnswer(
                done.code, orjson.dumps(self._shaped(shape, kind, [obj], request, single=True)), headers=headers
            )
        return self._out(
            request,
            done.code,
            self.server.store.json(kind.resource, obj)
            if "metadata" in obj and "name" in obj["metadata"]
            else orjson.dumps(obj),
            headers,
        )

    def _out(
        self, request: HttpRequest, code: int, raw: bytes, headers: tuple[tuple[str, str], ...] = ()
    ) -> HttpAnswer:
        accept = request.headers.get("accept", "")
        if accept.startswith("application/yaml"):
            import yaml

            text = yaml.dump(orjson.loads(raw), Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper))
            return HttpAnswer(code, text.encode(), "application/yaml", headers)
        return HttpAnswer(code, raw, headers=headers)


class _ShapedLine:
    """Watch events as Tables or as metadata; only the first Table of a stream carries its columns."""

    def __init__(self, front: Front, shape: str, kind: Kind, request: HttpRequest) -> None:
        self.front, self.shape, self.kind, self.request = front, shape, kind, request
        self.first = True

    def __call__(self, type: str, obj: Obj, raw: bytes) -> bytes:
        if type in ("BOOKMARK", "ERROR"):
            return plain_line(type, obj, raw)
        made = self.front._shaped(self.shape, self.kind, [obj], self.request, single=True)
        if self.shape == "Table":
            if not self.first:
                made = {**made, "columnDefinitions": None}
            self.first = False
        return plain_line(type, obj, orjson.dumps(made))


def _shape(request: HttpRequest) -> str:
    """What the Accept header asks for: "Table", "Partial" or "" for the object itself; the first that is known wins."""
    for choice in request.headers.get("accept", "").split(","):
        if (
            "as=Table" in choice
            and "g=meta.k8s.io" in choice
            and "protobuf" not in choice
            and "v=v1beta1" not in choice
        ):
            return "Table"
        if "as=PartialObjectMetadata" in choice and "protobuf" not in choice:
            return "Partial"
        if choice.strip().startswith(("application/json", "*/*", "application/yaml")) and "as=" not in choice:
            return ""
    return ""


__all__ = ["Front", "WatchRequest", "Watching"]
