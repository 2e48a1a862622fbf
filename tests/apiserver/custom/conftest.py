"""A world with an API to talk to, and short ways to declare and make custom objects."""

from typing import Any

import orjson
import pytest

from quorate.apiserver.front import HttpAnswer
from quorate.apiserver.http import HttpRequest
from quorate.assemble.world import Shape, World, world

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
WIDGETS = "/apis/ex.io/v1/namespaces/default/widgets"
Obj = dict[str, Any]


class Api:
    def __init__(self, made: World) -> None:
        self.world = made

    def __call__(self, method: str, path: str, body: Any = None, type: str = "application/json", **query: str) -> Obj:
        """The answer's body, with its code as `_code` and its warnings as `_warnings`."""
        raw = b"" if body is None else orjson.dumps(body)
        headers = {"content-type": type, "accept": "application/json"}
        made = self.world.front.handle(HttpRequest(method, path, query, headers, raw))
        assert isinstance(made, HttpAnswer)
        self.world.settle()
        out: Obj = orjson.loads(made.body) if made.content_type == "application/json" else {}
        warnings = [value.split(" ", 2)[2] for name, value in made.headers if name == "Warning"]
        return {**out, "_code": made.code, "_warnings": warnings}

    def declare(self, schema: Obj | None = None, plural: str = "widgets", kind: str = "Widget", **version: Any) -> Obj:
        """A definition of one version, or of those in `versions`."""
        spec = {
            "group": "ex.io", "scope": version.pop("scope", "Namespaced"),
            "names": {"plural": plural, "kind": kind, **version.pop("names", {})},
            "versions": version.pop("versions", None)
            or [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}, **version}],
        }  # fmt: skip
        return self("POST", DEFINITIONS, {
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": f"{plural}.ex.io"}, "spec": spec,
        })  # fmt: skip

    def make(self, spec: Any = None, name: str = "a", version: str = "v1", **more: Any) -> Obj:
        """A widget."""
        obj = {"apiVersion": f"ex.io/{version}", "kind": "Widget", "metadata": {"name": name}, **more}
        if spec is not None:
            obj["spec"] = spec
        return self("POST", f"/apis/ex.io/{version}/namespaces/default/widgets", obj)

    def merge(self, path: str, body: Any, **query: str) -> Obj:
        return self("PATCH", path, body, "application/merge-patch+json", **query)


def spec_of(properties: Obj, **more: Any) -> Obj:
    """A schema with these properties of its spec."""
    return {"type": "object", "properties": {"spec": {"type": "object", "properties": properties, **more}}}


@pytest.fixture
def api() -> Api:
    return Api(world(seed=1, shape=Shape(nodes=0, keep=1000, managed_fields=True)))
