import json
from typing import Any

import pytest

from quorate.apiserver import openapi
from quorate.objects.kinds import Kind, Kinds

from .conftest import Door

Obj = dict[str, Any]
BOWL = Kind("example.com", "v1", "Bowl", "bowls", "bowl", True, "", subresources=("status",))


def document(path: str, kinds: Kinds | None = None, **more: Any) -> Obj:
    found = openapi.answer(kinds or Kinds(), path, "application/json", **more)
    assert found is not None
    body: Obj = json.loads(found[0])
    return body


def refs(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(refs(part) for part in value.values()))
    return set().union(*(refs(part) for part in value)) if isinstance(value, list) else set()


def test_the_index_names_every_group_version() -> None:
    paths = document("/openapi/v3")["paths"]
    assert {"api/v1", "apis/apps/v1", "apis/autoscaling/v2", "apis/autoscaling/v1"} <= set(paths)
    url = paths["apis/apps/v1"]["serverRelativeURL"]
    assert url.startswith("/openapi/v3/apis/apps/v1?hash=")
    assert document("/openapi/v3")["paths"] == paths


@pytest.mark.parametrize("root", ["api/v1", "apis/apps/v1", "apis/apiextensions.k8s.io/v1", "apis/autoscaling/v1"])
def test_every_reference_is_kept(root: str) -> None:
    made = document(f"/openapi/v3/{root}")
    known = {f"#/components/schemas/{name}" for name in made["components"]["schemas"]}
    assert refs(made) <= known


def test_what_kubectl_apply_looks_for() -> None:
    made = document("/openapi/v3/apis/apps/v1")
    patch = made["paths"]["/apis/apps/v1/namespaces/{namespace}/statefulsets/{name}"]["patch"]
    assert patch["x-kubernetes-group-version-kind"] == {"group": "apps", "version": "v1", "kind": "StatefulSet"}
    assert {"fieldValidation", "dryRun", "fieldManager", "force"} <= {p["name"] for p in patch["parameters"]}
    assert "application/strategic-merge-patch+json" in patch["requestBody"]["content"]
    sets = made["components"]["schemas"]["io.k8s.api.apps.v1.StatefulSet"]
    assert {"group": "apps", "version": "v1", "kind": "StatefulSet"} in sets["x-kubernetes-group-version-kind"]
    containers = made["components"]["schemas"]["io.k8s.api.core.v1.PodSpec"]["properties"]["containers"]
    assert containers["x-kubernetes-patch-merge-key"] == "name"
    assert containers["x-kubernetes-patch-strategy"] == "merge"
    assert containers["x-kubernetes-list-type"] == "map"


def test_what_kubectl_explain_looks_for() -> None:
    made = document("/openapi/v3/api/v1")
    get = made["paths"]["/api/v1/namespaces/{namespace}/pods"]["get"]
    assert get["x-kubernetes-group-version-kind"]["kind"] == "Pod"
    schemas = made["components"]["schemas"]
    assert schemas["io.k8s.api.core.v1.Pod"]["description"].startswith("Pod is a collection of containers")
    spec = schemas["io.k8s.api.core.v1.Pod"]["properties"]["spec"]
    assert spec["allOf"] == [{"$ref": "#/components/schemas/io.k8s.api.core.v1.PodSpec"}]
    assert "Specification" in spec["description"]
    assert "containers" in schemas["io.k8s.api.core.v1.PodSpec"]["required"]
    assert "/api/v1/nodes/{name}" in made["paths"]
    assert "delete" not in made["paths"]["/api/v1/namespaces"]


def test_version_2_is_one_document() -> None:
    made = document("/openapi/v2")
    assert made["swagger"] == "2.0"
    known = {f"#/definitions/{name}" for name in made["definitions"]}
    assert refs(made) <= known
    patch = made["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]["patch"]
    assert "fieldValidation" in {p["name"] for p in patch["parameters"]}
    assert "allOf" not in made["definitions"]["io.k8s.api.core.v1.Pod"]["properties"]["spec"]


def test_who_speaks_only_protobuf_gets_a_document_without_definitions() -> None:
    kinds = Kinds()
    asked = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
    spoken = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
    assert openapi.answer(kinds, "/openapi/v2", asked) == (b"\n\x032.0", spoken)
    made = openapi.answer(kinds, "/openapi/v2", f"{asked}, application/json")
    assert made is not None and made[1] == "application/json"


@pytest.mark.parametrize("path", ["/openapi/v3/apis/apps/v2", "/openapi/v4", "/openapi", "/api"])
def test_what_is_not_there(path: str) -> None:
    assert openapi.answer(Kinds(), path) is None


def test_custom_kinds() -> None:
    kinds = Kinds()
    before = document("/openapi/v3")["paths"]
    kinds.add(BOWL)
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "string"}}}}}
    made = document("/openapi/v3/apis/example.com/v1", kinds, schema_of={BOWL: schema}.get)
    bowl = made["components"]["schemas"]["com.example.v1.Bowl"]
    assert bowl["properties"]["spec"] == schema["properties"]["spec"]
    assert bowl["x-kubernetes-group-version-kind"] == [{"group": "example.com", "version": "v1", "kind": "Bowl"}]
    assert "/apis/example.com/v1/namespaces/{namespace}/bowls/{name}/status" in made["paths"]
    after = document("/openapi/v3", kinds, schema_of={BOWL: schema}.get)["paths"]
    changed = document("/openapi/v3", kinds, schema_of={BOWL: {"type": "object"}}.get)["paths"]
    assert after["apis/example.com/v1"] != changed["apis/example.com/v1"]
    assert after["api/v1"] == before["api/v1"]
    bare = document("/openapi/v3/apis/example.com/v1", kinds)["components"]["schemas"]["com.example.v1.Bowl"]
    assert bare["x-kubernetes-preserve-unknown-fields"] is True


@pytest.mark.parametrize("path", ["/openapi/v2", "/openapi/v3", "/openapi/v3/apis/apps/v1", "/apis"])
def test_what_a_client_has_already_is_not_sent_again(door: Door, path: str) -> None:
    accept = (
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
        if path == "/apis"
        else "application/json"
    )
    first = door.raw("GET", path, headers={"accept": accept})
    tag = dict(first.headers)["Etag"]
    assert first.code == 200 and tag.startswith('"') and dict(first.headers)["Vary"] == "Accept"
    for known, code in ((tag, 304), (f'"other", W/{tag}', 304), ("*", 304), ('"other"', 200)):
        again = door.raw("GET", path, headers={"accept": accept, "if-none-match": known})
        assert (again.code, dict(again.headers)["Etag"]) == (code, tag)
        assert bool(again.body) == (code == 200)
