from typing import Any

import pytest

from quorate.apiserver import discovery
from quorate.objects.kinds import Kind, Kinds

Obj = dict[str, Any]
ALL = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]


def body(path: str, kinds: Kinds | None = None) -> Obj:
    found = discovery.answer(kinds or Kinds(), path)
    assert found is not None
    return found[0]


def named(rows: list[Obj], name: str, field: str = "name") -> Obj:
    return next(row for row in rows if row[field] == name)


OF_PODS = {"namespaced": True, "singularName": ""}
CHANGE = ["get", "patch", "update"]
RESOURCES = [
    (
        "/api/v1", "pods",
        {"kind": "Pod", "namespaced": True, "singularName": "pod", "shortNames": ["po"], "categories": ["all"],
         "verbs": ALL, "storageVersionHash": "xPOwRZ+Yhw8="},
    ),
    (
        "/api/v1", "namespaces",
        {"kind": "Namespace", "namespaced": False, "singularName": "namespace", "shortNames": ["ns"],
         "verbs": [verb for verb in ALL if verb != "deletecollection"], "storageVersionHash": "Q3oi5N2YM8M="},
    ),
    (
        "/api/v1", "namespaces/finalize",
        {"kind": "Namespace", "namespaced": False, "singularName": "", "verbs": ["update"]},
    ),
    ("/api/v1", "pods/binding", {"kind": "Binding", **OF_PODS, "verbs": ["create"]}),
    (
        "/api/v1", "pods/eviction",
        {"group": "policy", "version": "v1", "kind": "Eviction", **OF_PODS, "verbs": ["create"]},
    ),
    ("/api/v1", "pods/status", {"kind": "Pod", **OF_PODS, "verbs": CHANGE}),
    (
        "/apis/apps/v1", "statefulsets/scale",
        {"group": "autoscaling", "version": "v1", "kind": "Scale", "namespaced": True, "singularName": "",
         "verbs": ["get", "patch", "update"]},
    ),
    (
        "/apis/apps/v1", "controllerrevisions",
        {"kind": "ControllerRevision", "namespaced": True, "singularName": "controllerrevision", "verbs": ALL,
         "storageVersionHash": "85nkx63pcBU="},
    ),
    (
        "/apis/apiextensions.k8s.io/v1", "customresourcedefinitions",
        {"kind": "CustomResourceDefinition", "namespaced": False, "singularName": "customresourcedefinition",
         "shortNames": ["crd", "crds"], "categories": ["api-extensions"], "verbs": ALL,
         "storageVersionHash": "jfWCUB31mvA="},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("path", "name", "expected"), RESOURCES)
def test_resources(path: str, name: str, expected: Obj) -> None:
    assert named(body(path)["resources"], name) == {"name": name, **expected}


def test_roots() -> None:
    assert body("/api")["versions"] == ["v1"]
    groups = body("/apis")["groups"]
    assert named(groups, "autoscaling") == {
        "name": "autoscaling",
        "versions": [
            {"groupVersion": "autoscaling/v2", "version": "v2"}, {"groupVersion": "autoscaling/v1", "version": "v1"},
        ],
        "preferredVersion": {"groupVersion": "autoscaling/v2", "version": "v2"},
    }  # fmt: skip
    assert body("/apis/apps")["kind"] == "APIGroup"
    assert "apiVersion" not in body("/api/v1")
    assert body("/apis/apps/v1")["apiVersion"] == "v1"


@pytest.mark.parametrize("path", ["/apis/apps/v2", "/apis/no.such.group", "/api/v2", "/healthz", "/apis/apps/v1/x"])
def test_what_is_not_there(path: str) -> None:
    assert discovery.answer(Kinds(), path) is None


def test_one_storage_has_one_hash() -> None:
    older = named(body("/apis/autoscaling/v1")["resources"], "horizontalpodautoscalers")
    newer = named(body("/apis/autoscaling/v2")["resources"], "horizontalpodautoscalers")
    assert older["storageVersionHash"] == newer["storageVersionHash"]
    assert named(body("/apis/events.k8s.io/v1")["resources"], "events")["storageVersionHash"] == "r2yiGXH7wu8="


def test_aggregated_when_asked_for() -> None:
    asked = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
    found = discovery.answer(Kinds(), "/apis", asked)
    assert found is not None
    made, content_type = found
    assert content_type == "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    assert made["apiVersion"] == "apidiscovery.k8s.io/v2"
    apps = next(item for item in made["items"] if item["metadata"]["name"] == "apps")
    sets = named(apps["versions"][0]["resources"], "statefulsets", "resource")
    assert sets["scope"] == "Namespaced"
    assert sets["responseKind"] == {"group": "apps", "version": "v1", "kind": "StatefulSet"}
    assert named(sets["subresources"], "scale", "subresource") == {
        "subresource": "scale", "responseKind": {"group": "autoscaling", "version": "v1", "kind": "Scale"},
        "verbs": ["get", "patch", "update"],
    }  # fmt: skip
    core = discovery.answer(Kinds(), "/api", asked)
    assert core is not None
    assert core[0]["items"][0]["versions"][0]["version"] == "v1"


def test_added_kinds_are_discovered() -> None:
    kinds = Kinds()
    kinds.add(Kind("example.com", "v1", "Widget", "widgets", "widget", True, "", subresources=("status",)))
    assert named(body("/apis", kinds)["groups"], "example.com")["preferredVersion"]["version"] == "v1"
    names = [row["name"] for row in body("/apis/example.com/v1", kinds)["resources"]]
    assert names == ["widgets", "widgets/status"]
