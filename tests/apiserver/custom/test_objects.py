"""Custom objects: what is pruned, filled in, refused, and in which words."""

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from conftest import WIDGETS, Api, spec_of

PROPERTIES: dict[str, Any] = {
    "n": {"type": "integer", "minimum": 1, "maximum": 5},
    "r": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
    "s": {"type": "string", "enum": ["a", "b"]},
    "p": {"type": "string", "pattern": "^x+$", "maxLength": 3},
    "set": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set", "maxItems": 2},
    "map": {
        "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"],
        "items": {"type": "object", "required": ["k"], "properties": {"k": {"type": "string"}, "v": {"type": "integer"}}},
    },
    "either": {"x-kubernetes-int-or-string": True},
    "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    "pod": {"type": "object", "x-kubernetes-embedded-resource": True, "x-kubernetes-preserve-unknown-fields": True},
    "counts": {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 1},
    "null": {"type": "string", "nullable": True},
    "when": {"type": "string", "format": "date-time"},
    "one": {
        "type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
    },
    "any": {"type": "integer", "anyOf": [{"minimum": 10}, {"maximum": 3}]},
    "not": {"type": "string", "not": {"enum": ["bad"]}},
    "small": {"type": "integer", "format": "int32"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        ({"n": 0}, ["spec.n: Invalid value: 0: spec.n in body should be greater than or equal to 1"]),
        ({"n": 9}, ["spec.n: Invalid value: 9: spec.n in body should be less than or equal to 5"]),
        ({"n": "1"}, ['spec.n: Invalid value: "string": spec.n in body must be of type integer: "string"']),
        ({"n": 1.5}, ['spec.n: Invalid value: "number": spec.n in body must be of type integer: "number"']),
        ({"n": True}, ['spec.n: Invalid value: "boolean": spec.n in body must be of type integer: "boolean"']),
        ({"r": 0}, ["spec.r: Invalid value: 0: spec.r in body should be greater than 0"]),
        ({"s": "c"}, ['spec.s: Unsupported value: "c": supported values: "a", "b"']),
        ({"p": "y"}, ["spec.p: Invalid value: \"y\": spec.p in body should match '^x+$'"]),
        ({"p": "xxxx"}, ["spec.p: Too long: may not be more than 3 bytes"]),
        ({"set": ["a", "a"]}, ['spec.set[1]: Duplicate value: "a"']),
        ({"set": ["a", "b", "c"]}, ["spec.set: Too many: 3: must have at most 2 items"]),
        ({"map": [{"k": "a"}, {"k": "a"}]}, ['spec.map[1]: Duplicate value: {"k":"a"}']),
        ({"map": [{"v": 1}]}, ["spec.map[0].k: Required value"]),
        (
            {"either": 1.5},
            ['spec.either: Invalid value: "number": spec.either in body must be of type integer,string: "number"'],
        ),
        (
            {"counts": {"a": "b"}},
            ['spec.counts.a: Invalid value: "string": spec.counts.a in body must be of type integer: "string"'],
        ),
        ({"counts": {}}, ["spec.counts: Invalid value: 0: spec.counts in body should have at least 1 properties"]),
        ({"when": "now"}, ['spec.when: Invalid value: "now": spec.when in body must be of type date-time: "now"']),
        (
            {"one": {}},
            [
                '<nil>: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). Found none valid',
                "spec.one.a: Required value",
            ],
        ),
        (
            {"one": {"a": "", "b": ""}},
            [
                '<nil>: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). '
                "Found 2 valid alternatives"
            ],
        ),
        (
            {"any": 5},
            [
                '<nil>: Invalid value: "": "spec.any" must validate at least one schema (anyOf)',
                "spec.any: Invalid value: 5: spec.any in body should be greater than or equal to 10",
            ],
        ),
        ({"not": "bad"}, ['<nil>: Invalid value: "": "spec.not" must not validate the schema (not)']),
        (
            {"small": 2**31},
            ['<nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec.small'],
        ),
        ({"pod": {"kind": "Pod"}}, ["spec.pod.apiVersion: Required value"]),
        ([], ['spec: Invalid value: "array": spec in body must be of type object: "array"']),
    ],
)
def test_what_is_wrong_with_a_value(api: Api, spec: Any, wanted: list[str]) -> None:
    api.declare(spec_of(PROPERTIES))
    made = api.make(spec)
    assert made["_code"] == 422
    assert [f"{c['field']}: {c['message']}" for c in made["details"]["causes"]] == wanted


def test_what_is_fine_is_kept_as_it_is(api: Api) -> None:
    api.declare(spec_of(PROPERTIES))
    spec = {
        "n": 2, "r": 1, "s": "a", "p": "xx", "set": ["a"], "map": [{"k": "a", "v": 1}], "either": "50%",
        "free": {"x": {"y": 1}}, "pod": {"apiVersion": "v1", "kind": "Pod", "spec": {"a": 1}}, "counts": {"a": 1},
        "null": None, "when": "2020-01-01T00:00:00Z", "one": {"a": ""}, "any": 12, "not": "good", "small": 1,
    }  # fmt: skip
    made = api.make(spec)
    assert made["_code"] == 201 and made["_warnings"] == []
    assert made["spec"] == spec
    assert made["metadata"]["generation"] == 1


def test_unknown_fields_are_dropped_and_told_or_refused(api: Api) -> None:
    api.declare(spec_of(PROPERTIES))
    spec = {"nope": 1, "map": [{"k": "a", "z": 1}], "counts": {"a": 1}, "free": {"any": 1}}
    made = api.make(spec, other=1, metadata={"name": "a", "foo": 1})
    assert made["spec"] == {"map": [{"k": "a"}], "counts": {"a": 1}, "free": {"any": 1}}
    assert "other" not in made
    told = ["metadata.foo", "other", "spec.map[0].z", "spec.nope"]
    assert made["_warnings"] == [f'"unknown field \\"{path}\\""' for path in told]
    refused = api("POST", WIDGETS, {
        "apiVersion": "ex.io/v1", "kind": "Widget", "metadata": {"name": "b"}, "spec": {"nope": 1},
    }, fieldValidation="Strict")  # fmt: skip
    assert refused["message"] == (
        'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.nope"'
    )


def test_defaults_are_filled_in_before_validation_and_for_nulls(api: Api) -> None:
    inner = {"type": "object", "default": {}, "properties": {"b": {"type": "string", "default": "x"}}}
    api.declare(spec_of({"n": {"type": "integer", "default": 3}, "a": inner, "s": {"type": "string"}}, required=["n"]))
    assert api.make({})["spec"] == {"n": 3, "a": {"b": "x"}}
    assert api.make({"n": None, "s": None}, name="b")["spec"] == {"n": 3, "a": {"b": "x"}}
    assert api.merge(f"{WIDGETS}/b", {"spec": {"n": None}})["spec"]["n"] == 3


def test_a_default_that_came_later_shows_when_an_object_is_read(api: Api) -> None:
    api.declare(spec_of({"n": {"type": "integer"}}))
    api.make({"n": 1})
    later = spec_of({"n": {"type": "integer"}, "m": {"type": "integer", "default": 7}})
    at = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.ex.io"
    api.merge(at, {"spec": {"versions": [
        {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": later}},
    ]}})  # fmt: skip
    assert api("GET", f"{WIDGETS}/a")["spec"] == {"n": 1, "m": 7}
    assert api("GET", WIDGETS)["items"][0]["spec"] == {"n": 1, "m": 7}


def test_what_was_wrong_before_may_stay_as_it_was(api: Api) -> None:
    api.declare(spec_of({"n": {"type": "integer"}, "m": {"type": "integer"}}))
    api.make({"n": 100, "m": 1})
    stricter = spec_of({"n": {"type": "integer", "maximum": 10}, "m": {"type": "integer"}})
    at = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.ex.io"
    api.merge(at, {"spec": {"versions": [
        {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": stricter}},
    ]}})  # fmt: skip
    assert api.merge(f"{WIDGETS}/a", {"spec": {"m": 2}})["_code"] == 200
    assert api.merge(f"{WIDGETS}/a", {"spec": {"n": 101}})["_code"] == 422


def test_generation_counts_what_is_asked_for(api: Api) -> None:
    schema = spec_of({"n": {"type": "integer"}})
    schema["properties"]["status"] = {"type": "object", "properties": {"seen": {"type": "integer"}}}
    api.declare(schema)
    api.make({"n": 1})
    assert api.merge(f"{WIDGETS}/a", {"metadata": {"labels": {"a": "b"}}})["metadata"]["generation"] == 1
    assert api.merge(f"{WIDGETS}/a", {"spec": {"n": 2}})["metadata"]["generation"] == 2
    # Without the subresource, the status is asked for like the rest.
    assert api.merge(f"{WIDGETS}/a", {"status": {"seen": 2}})["metadata"]["generation"] == 3
    assert api("GET", f"{WIDGETS}/a/status")["_code"] == 404


def test_the_status_is_written_by_its_subresource_alone(api: Api) -> None:
    schema = spec_of({"n": {"type": "integer"}})
    schema["properties"]["status"] = {"type": "object", "properties": {"seen": {"type": "integer"}}}
    api.declare(schema, subresources={"status": {}})
    made = api.make({"n": 1}, status={"seen": 9})
    assert "status" not in made
    done = api.merge(
        f"{WIDGETS}/a/status", {"status": {"seen": 1}, "spec": {"n": 5}, "metadata": {"labels": {"a": "b"}}}
    )
    assert (done["status"], done["spec"], done["metadata"].get("labels")) == ({"seen": 1}, {"n": 1}, None)
    assert done["metadata"]["generation"] == 1
    assert api.merge(f"{WIDGETS}/a", {"status": {"seen": 2}, "spec": {"n": 2}})["status"] == {"seen": 1}
    refused = api.merge(f"{WIDGETS}/a/status", {"status": {"seen": "x"}})
    assert refused["details"]["causes"][0]["field"] == "status.seen"


def test_a_put_says_which_version_it_read(api: Api) -> None:
    api.declare(spec_of({"n": {"type": "integer"}}))
    api.make({"n": 1})
    obj = {"apiVersion": "ex.io/v1", "kind": "Widget", "metadata": {"name": "a"}, "spec": {"n": 2}}
    refused = api("PUT", f"{WIDGETS}/a", obj)
    assert refused["message"].endswith("metadata.resourceVersion: Invalid value: 0: must be specified for an update")


def test_there_is_no_strategic_merge(api: Api) -> None:
    api.declare(spec_of({}))
    api.make({})
    refused = api("PATCH", f"{WIDGETS}/a", {}, "application/strategic-merge-patch+json")
    assert (refused["_code"], refused["reason"]) == (415, "UnsupportedMediaType")


def test_server_side_apply_knows_the_lists_of_the_schema(api: Api) -> None:
    api.declare(spec_of(PROPERTIES))

    def apply(manager: str, spec: Any) -> dict[str, Any]:
        body = {"apiVersion": "ex.io/v1", "kind": "Widget", "metadata": {"name": "a"}, "spec": spec}
        return api("PATCH", f"{WIDGETS}/a", body, "application/apply-patch+yaml", fieldManager=manager)

    assert apply("one", {"map": [{"k": "a", "v": 1}], "set": ["x"]})["_code"] == 201
    done = apply("two", {"map": [{"k": "b", "v": 2}], "set": ["y"]})
    assert done["spec"] == {"map": [{"k": "a", "v": 1}, {"k": "b", "v": 2}], "set": ["x", "y"]}
    refused = apply("two", {"map": [{"k": "a", "v": 2}]})
    assert refused["message"] == 'Apply failed with 1 conflict: conflict with "one": .spec.map[k="a"].v'
    assert apply("one", {"set": ["x"]})["spec"] == {"map": [{"k": "b", "v": 2}], "set": ["x", "y"]}


@pytest.mark.parametrize(
    ("change", "code", "why"),
    [
        ({"kind": "Other"}, 422, 'kind: Invalid value: "Other": must be Widget'),
        (
            {"apiVersion": "ex.io/v9"},
            400,
            "the API version in the data (ex.io/v9) does not match the expected API version",
        ),
        ({"kind": ""}, 400, "the object provided is unrecognized (must be of type Widget): Object 'Kind' is missing"),
        ({"metadata": {"name": "A"}}, 422, 'metadata.name: Invalid value: "A": a lowercase RFC 1123 subdomain'),
        ({"metadata": {"name": "a", "labels": {"x": 1}}}, 400, "json: cannot unmarshal number into Go struct field"),
    ],
)
def test_an_object_says_what_it_is(api: Api, change: Any, code: int, why: str) -> None:
    api.declare(spec_of({}))
    refused = api("POST", WIDGETS, {"apiVersion": "ex.io/v1", "kind": "Widget", "metadata": {"name": "a"}, **change})
    assert refused["_code"] == code
    assert why in refused["message"]


def test_finalizers_are_better_qualified(api: Api) -> None:
    api.declare(spec_of({}))
    made = api.make(metadata={"name": "a", "finalizers": ["mine", "ex.io/fine"]})
    assert len(made["_warnings"]) == 1
    assert 'metadata.finalizers: \\"mine\\": prefer a domain-qualified finalizer name' in made["_warnings"][0]


def test_scale_reads_and_writes_the_paths_of_the_definition(api: Api) -> None:
    schema = spec_of({"deep": {"type": "object", "properties": {"size": {"type": "integer"}}}})
    scale = {"specReplicasPath": ".spec.deep.size", "statusReplicasPath": ".status.size"}
    api.declare(schema, subresources={"scale": scale})
    api.make({})
    refused = api("GET", f"{WIDGETS}/a/scale")
    assert refused["message"] == 'Internal error occurred: the spec replicas field ".spec.deep.size" does not exist'
    assert api.merge(f"{WIDGETS}/a/scale", {})["message"] == 'the spec replicas field ".spec.deep.size" cannot be empty'
    assert api.merge(f"{WIDGETS}/a/scale", {"spec": {"replicas": 3}})["spec"] == {"replicas": 3}
    assert api("GET", f"{WIDGETS}/a")["spec"] == {"deep": {"size": 3}}
    refused = api.merge(f"{WIDGETS}/a/scale", {"spec": {"replicas": -1}})
    assert refused["details"]["causes"][0]["message"] == "Invalid value: -1: should be a non-negative integer"
