"""What a missing object, resource, group, subresource or verb is answered with, and in which shape answers come."""

from typing import Any

import orjson
import pytest
import yaml

from .conftest import CONFIG_MAPS, MERGE, TABLE, Door, config_map, deployment

NOT_SERVED = "the server could not find the requested resource"
NOT_ALLOWED = "the server does not allow this method on the requested resource"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
PARTIAL = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"


@pytest.mark.parametrize(
    ("method", "path", "code", "message"),
    [
        ("GET", f"{CONFIG_MAPS}/none", 404, 'configmaps "none" not found'),
        ("GET", f"{DEPLOYMENTS}/none", 404, 'deployments.apps "none" not found'),
        ("DELETE", f"{DEPLOYMENTS}/none", 404, 'deployments.apps "none" not found'),
        ("GET", f"{DEPLOYMENTS}/none/scale", 404, 'deployments/scale.apps "none" not found'),
        ("GET", "/api/v1/namespaces/default/gadgets", 404, NOT_SERVED),
        ("GET", "/api/v1/namespaces/default/gadgets/g", 404, NOT_SERVED),
        ("GET", "/apis/apps/v9/deployments", 404, NOT_SERVED),
        ("GET", f"{CONFIG_MAPS}/none/status", 404, NOT_SERVED),
        ("GET", "/api/v1/namespaces/default/nodes", 404, NOT_SERVED),
        ("POST", f"{CONFIG_MAPS}/none", 405, NOT_ALLOWED),
        ("PUT", CONFIG_MAPS, 405, NOT_ALLOWED),
        ("PATCH", CONFIG_MAPS, 405, NOT_ALLOWED),
        ("POST", "/api/v1/configmaps", 405, NOT_ALLOWED),
        ("DELETE", "/api/v1/configmaps", 405, NOT_ALLOWED),
        ("DELETE", "/api/v1/namespaces", 405, NOT_ALLOWED),
        ("HEAD", CONFIG_MAPS, 405, NOT_ALLOWED),
        ("NONSENSE", f"{CONFIG_MAPS}/a", 405, NOT_ALLOWED),
        ("GET", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", 405, NOT_ALLOWED),
        ("POST", "/version", 405, NOT_ALLOWED),
        ("PATCH", "/api/v1/namespaces/default/finalize", 405, NOT_ALLOWED),
        ("GET", f"{CONFIG_MAPS}/..", 400, "Name parameter invalid: \"..\": may not be '..'"),
        ("GET", f"{CONFIG_MAPS}/50%", 400, "Name parameter invalid: \"50%\": may not contain '%'"),
    ],
)
def test_what_is_not_there_is_refused(door: Door, method: str, path: str, code: int, message: str) -> None:
    body = config_map("none") if method in ("POST", "PUT") else None
    found, _, told = door.refused(method, path, body)
    assert (found, told) == (code, message)


@pytest.mark.parametrize(
    "path", ["/nowhere", "/apis/no.such.group", "/apis/no.such.group/v1/x", "/api/v2", "/healthz/nope"]
)
def test_other_paths_are_no_pages(door: Door, path: str) -> None:
    made = door.raw("GET", path)
    assert (made.code, made.body, made.content_type) == (404, b"404 page not found\n", "text/plain; charset=utf-8")


def test_details_are_empty_where_kubernetes_has_them_empty(door: Door) -> None:
    assert door.ask("GET", "/apis/apps/v9/deployments")[1]["details"] == {}
    assert "details" not in door.ask("GET", f"{CONFIG_MAPS}/..")[1]


def test_health(door: Door) -> None:
    for path in ("/healthz", "/livez", "/readyz", "/readyz/ping"):
        made = door.raw("GET", path)
        assert (made.code, made.body, dict(made.headers)["X-Content-Type-Options"]) == (200, b"ok", "nosniff")
    assert door.raw("GET", "/readyz", query={"verbose": ""}).body.endswith(b"readyz check passed\n")
    door.front.ready = False
    assert door.raw("GET", "/readyz").code == 500
    assert door.raw("GET", "/livez").code == 200


def test_a_namespace_need_not_exist_to_be_listed(door: Door) -> None:
    listed = door.get("/api/v1/namespaces/nowhere/configmaps")
    assert (listed["kind"], listed["items"]) == ("ConfigMapList", [])


def test_yaml_is_read_and_written(door: Door) -> None:
    body = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n"
    made = door.raw(
        "POST", CONFIG_MAPS, body, headers={"content-type": "application/yaml", "accept": "application/yaml"}
    )
    assert (made.code, made.content_type) == (201, "application/yaml")
    assert yaml.safe_load(made.body)["data"] == {"k": "v"}
    listed = door.raw("GET", CONFIG_MAPS, headers={"accept": "application/yaml"})
    assert yaml.safe_load(listed.body)["items"][0]["metadata"]["name"] == "a"
    refused = door.raw("GET", f"{CONFIG_MAPS}/none", headers={"accept": "application/yaml"})
    assert (refused.code, refused.content_type, yaml.safe_load(refused.body)["reason"]) == (
        404,
        "application/yaml",
        "NotFound",
    )


def test_people_get_indented_json(door: Door) -> None:
    made = door.raw("GET", "/api/v1/namespaces/default", headers={"user-agent": "curl/8"})
    assert made.body.startswith(b'{\n  "kind": "Namespace"')
    assert made.body.endswith(b"}\n")


def test_everything_can_be_asked_for_as_a_table(door: Door) -> None:
    code, made = door.ask("POST", CONFIG_MAPS, config_map("c", a="b"), accept=TABLE)
    assert (code, made["kind"], made["rows"][0]["cells"][:2]) == (201, "Table", ["c", 1])
    code, made = door.ask("PATCH", f"{CONFIG_MAPS}/c", {"data": {"c": "d"}}, accept=TABLE, content_type=MERGE)
    assert (code, made["rows"][0]["cells"][:2]) == (200, ["c", 2])
    listed = door.get(CONFIG_MAPS, accept=TABLE)
    assert listed["metadata"]["resourceVersion"] == str(door.server.store.revision)
    assert listed["rows"][0]["object"]["kind"] == "PartialObjectMetadata"
    assert door.get(f"{CONFIG_MAPS}/c", {"includeObject": "None"}, TABLE)["rows"][0]["object"] is None
    old = door.get(CONFIG_MAPS, accept=TABLE.replace("v=v1;", "v=v1beta1;"))
    assert old["apiVersion"] == old["rows"][0]["object"]["apiVersion"] == "meta.k8s.io/v1beta1"
    code, status = door.ask("DELETE", f"{CONFIG_MAPS}/c", accept=TABLE)
    assert (code, status["kind"], status["status"]) == (200, "Status", "Success")
    assert door.refused("GET", f"{CONFIG_MAPS}/c", accept=TABLE)[0] == 404


def test_metadata_alone(door: Door) -> None:
    door.post(CONFIG_MAPS, config_map("a", k="v"))
    one = door.get(f"{CONFIG_MAPS}/a", accept=PARTIAL)
    assert (one["kind"], one["apiVersion"], one["metadata"]["name"]) == ("PartialObjectMetadata", "meta.k8s.io/v1", "a")
    assert "data" not in one
    listed = door.get(CONFIG_MAPS, accept=PARTIAL.replace("Metadata;", "MetadataList;"))
    assert (listed["kind"], len(listed["items"])) == ("PartialObjectMetadataList", 1)


@pytest.mark.parametrize(
    ("method", "path", "accept", "message"),
    [
        ("GET", CONFIG_MAPS, PARTIAL,
         "you requested PartialObjectMetadata, but the requested object is a list (*core.ConfigMapList)"),
        ("POST", CONFIG_MAPS, PARTIAL.replace("Metadata;", "MetadataList;"),
         "you requested PartialObjectMetadataList, but the requested object is not a list (*core.ConfigMap)"),
    ],
)  # fmt: skip
def test_the_wrong_shape_is_refused_before_anything_is_written(
    door: Door, method: str, path: str, accept: str, message: str
) -> None:
    body = config_map("a") if method == "POST" else None
    assert door.refused(method, path, body, accept=accept) == (406, "NotAcceptable", message)


def test_a_deprecated_kind_is_warned_of_whatever_is_asked(door: Door) -> None:
    path = "/api/v1/namespaces/default/endpoints"
    text = '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"'
    assert ("Warning", text) in door.raw("GET", path).headers
    assert ("Warning", text) in door.raw("GET", f"{path}/none").headers
    assert ("Warning", text) in door.raw("POST", path, {"metadata": {"name": "a"}}).headers


def test_warnings_are_headers_each_once(door: Door) -> None:
    body = b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":"b","a":"c"},"dta":{"a\\n":1},"bta":1}'
    headers = door.raw("POST", CONFIG_MAPS, body, {"dryRun": "All"}).headers
    assert [text for _, text in headers] == [
        '299 - "duplicate field \\"data.a\\""', '299 - "unknown field \\"dta\\""', '299 - "unknown field \\"bta\\""',
    ]  # fmt: skip
    assert door.raw("POST", CONFIG_MAPS, body, {"dryRun": "All", "fieldValidation": "Ignore"}).headers == ()


def test_a_retry_is_asked_for_in_a_header(door: Door) -> None:
    made = door.raw("GET", CONFIG_MAPS, query={"resourceVersion": "99999"})
    assert (made.code, made.headers) == (504, (("Retry-After", "1"),))


def test_the_api_describes_itself(door: Door) -> None:
    assert door.get("/version")["minor"] == "36"
    assert "/apis/apps/v1" in door.get("/")["paths"]
    assert door.get("/api")["versions"] == ["v1"]
    assert door.raw("GET", "/openapi/v3").code == 200


@pytest.mark.parametrize("path", ["", "/", "//", "/api/", "/api//v1", "/apis//", "/api/v1/watch", "/a/b/c/d/e/f"])
def test_odd_paths_are_answered(door: Door, path: str) -> None:
    made = door.raw("GET", path)
    assert made.code in (200, 404)


def test_bodies_of_another_kind_are_refused(door: Door) -> None:
    cases: list[tuple[Any, str]] = [
        ({"kind": "Secret", "apiVersion": "v1"},
         'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion'),
        ({"kind": "Deployment", "apiVersion": "apps/v1"},
         'Deployment in version "v1" cannot be handled as a ConfigMap: converting (v1.Deployment) to (core.ConfigMap): '
         'unknown conversion'),
        ({"kind": "Foo", "apiVersion": "v1"},
         'Foo in version "v1" cannot be handled as a ConfigMap: no kind "Foo" is registered for version "v1" in scheme '
         '"pkg/api/legacyscheme/scheme.go:30"'),
        ({"kind": "ConfigMap", "apiVersion": "a/b/c"},
         "the object provided is unrecognized (must be of type ConfigMap): unexpected GroupVersion string: a/b/c "
         '({"kind":"ConfigMap","apiVersio ...)'),
        ([], "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: "
         'json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; '
         'Kind string "json:\\"kind,omitempty\\"" } (5b5d)'),
    ]  # fmt: skip
    for body, message in cases:
        assert door.refused("POST", CONFIG_MAPS, body) == (400, "BadRequest", message)
    old = {**deployment(), "apiVersion": "apps/v1beta1"}
    assert door.refused("POST", DEPLOYMENTS, old)[2] == (
        "the API version in the data (apps/v1beta1) does not match the expected API version (apps/v1)"
    )


def test_a_body_may_leave_out_what_it_is(door: Door) -> None:
    made = door.post(CONFIG_MAPS, {"metadata": {"name": "a"}})
    assert (made["kind"], made["apiVersion"]) == ("ConfigMap", "v1")
    assert orjson.loads(door.raw("GET", f"{CONFIG_MAPS}/a").body)["kind"] == "ConfigMap"
