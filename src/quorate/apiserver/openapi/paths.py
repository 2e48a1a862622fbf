"""The paths of a document: what can be done with each resource, and the query parameters it takes."""

from collections.abc import Iterable

from quorate.apiserver.openapi.schemas import DELETE_OPTIONS, PATCH, STATUS, list_type_name, type_name
from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind

_TEXT, _FLAG, _NUMBER = "string", "boolean", "integer"
_PRETTY = ("pretty", _TEXT)
_WRITE = (("dryRun", _TEXT), ("fieldManager", _TEXT), ("fieldValidation", _TEXT))
_LIST = (
    ("allowWatchBookmarks", _FLAG), ("continue", _TEXT), ("fieldSelector", _TEXT), ("labelSelector", _TEXT),
    ("limit", _NUMBER), ("resourceVersion", _TEXT), ("resourceVersionMatch", _TEXT), ("sendInitialEvents", _FLAG),
    ("timeoutSeconds", _NUMBER), ("watch", _FLAG),
)  # fmt: skip
_DELETE = (
    ("dryRun", _TEXT), ("gracePeriodSeconds", _NUMBER), ("ignoreStoreReadErrorWithClusterBreakingPotential", _FLAG),
    ("orphanDependents", _FLAG), ("propagationPolicy", _TEXT),
)  # fmt: skip
_QUERY: dict[str, tuple[tuple[str, str], ...]] = {
    "list": _LIST, "create": _WRITE, "deletecollection": (*_LIST[1:-1], *_DELETE), "get": (), "update": _WRITE,
    "patch": (*_WRITE, ("force", _FLAG)), "delete": _DELETE,
}  # fmt: skip
_METHODS = {
    "list": "get", "create": "post", "deletecollection": "delete", "get": "get", "update": "put", "patch": "patch",
    "delete": "delete",
}  # fmt: skip
_ACTIONS = {"create": "post", "update": "put"}
_PATCHES = (
    "application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json",
    "application/strategic-merge-patch+json",
)  # fmt: skip
_CHANGED = frozenset({"status", "scale", "approval", "ephemeralcontainers", "resize"})
"""Subresources that are read and changed like objects; the others are streams or one-way."""
_SCALE = ("autoscaling", "v1", "Scale", "io.k8s.api.autoscaling.v1.Scale")


def paths_of(found: Iterable[Kind]) -> Obj:
    """OpenAPI 3."""
    return _Paths(3).of(found)


def swagger_paths_of(found: Iterable[Kind]) -> Obj:
    """Swagger 2."""
    return _Paths(2).of(found)


class _Paths:
    def __init__(self, version: int) -> None:
        self.version = version

    def of(self, found: Iterable[Kind]) -> Obj:
        out: Obj = {}
        for kind in found:
            out |= self._kind(kind)
        return out

    def _kind(self, kind: Kind) -> Obj:
        root = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.version}"
        base = f"{root}/namespaces/{{namespace}}/{kind.plural}" if kind.namespaced else f"{root}/{kind.plural}"
        one, listed = type_name(kind), list_type_name(kind)
        speaks = (kind.group, kind.version, kind.kind)
        many = {verb: listed if verb == "list" else one for verb in ("list", "create", "deletecollection")}
        out = {base: self._item(kind, many, speaks, ())}
        if kind.namespaced and kind.stored:
            out[f"{root}/{kind.plural}"] = self._item(kind, {"list": listed}, speaks, ("namespace",))
        single: dict[str, str] = dict.fromkeys(("get", "update", "patch", "delete"), one)
        out[f"{base}/{{name}}"] = self._item(kind, single, speaks, (), named=True)
        for name in kind.subresources:
            if name in _CHANGED:
                spoken, body = (_SCALE[:3], _SCALE[3]) if name == "scale" else (speaks, one)
                verbs: dict[str, str] = dict.fromkeys(("get", "update", "patch"), body)
                under = self._item(kind, verbs, spoken, (), named=True, always=True)
                out[f"{base}/{{name}}/{name}"] = under
        return {path: item for path, item in out.items() if any(method in item for method in _METHODS.values())}

    def _item(
        self,
        kind: Kind,
        bodies: dict[str, str],
        speaks: tuple[str, str, str],
        without: tuple[str, ...],
        *,
        named: bool = False,
        always: bool = False,
    ) -> Obj:
        """One path: its operations, by verb and the type that each answers with."""
        out: Obj = {}
        for verb, body in bodies.items():
            if always or verb in kind.verbs:
                out[_METHODS[verb]] = self._operation(verb, body, speaks)
        params = [self._param("name", _TEXT, "path")] if named else []
        if kind.namespaced and "namespace" not in without:
            params.append(self._param("namespace", _TEXT, "path"))
        params.append(self._param(*_PRETTY, "query"))
        return {**out, "parameters": params}

    def _operation(self, verb: str, body: str, speaks: tuple[str, str, str]) -> Obj:
        answers = STATUS if verb in ("delete", "deletecollection") else body
        takes = {"patch": PATCH, "delete": DELETE_OPTIONS, "deletecollection": DELETE_OPTIONS}.get(verb, body)
        params = [self._param(name, type, "query") for name, type in _QUERY[verb]]
        group, version, kind = speaks
        made: Obj = {
            "parameters": params, "responses": {"200": self._response(answers)},
            "x-kubernetes-action": _ACTIONS.get(verb, verb),
            "x-kubernetes-group-version-kind": {"group": group, "version": version, "kind": kind},
        }  # fmt: skip
        if verb in ("get", "list"):
            return made
        types = _PATCHES if verb == "patch" else ("*/*",)
        if self.version == 3:
            made["requestBody"] = {"content": {t: {"schema": self._ref(takes)} for t in types}}
        else:
            made["consumes"] = list(types)
            params.append({"name": "body", "in": "body", "schema": self._ref(takes)})
        return made

    def _ref(self, name: str) -> Obj:
        return {"$ref": ("#/components/schemas/" if self.version == 3 else "#/definitions/") + name}

    def _response(self, name: str) -> Obj:
        if self.version == 3:
            return {"description": "OK", "content": {"application/json": {"schema": self._ref(name)}}}
        return {"description": "OK", "schema": self._ref(name)}

    def _param(self, name: str, type: str, place: str) -> Obj:
        made: Obj = {"name": name, "in": place}
        if place == "path":
            made["required"] = True
        return made | ({"schema": {"type": type, "uniqueItems": True}} if self.version == 3 else {"type": type})
