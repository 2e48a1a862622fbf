"""Schemas that stand where something else may stand too."""

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from conftest import DEFINITIONS, WIDGETS, Api, spec_of

PREFIX = 'CustomResourceDefinition in version "v1" cannot be handled as a CustomResourceDefinition: '
LIST = {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}


@pytest.mark.parametrize(("inner", "why"), [
    ({"type": "array", "items": {"required": 1.5}},
     "json: cannot unmarshal number into Go struct field JSONSchemaProps.required of type []string"),
    ({"type": "array", "items": {"properties": "x"}},
     "json: cannot unmarshal string into Go struct field JSONSchemaProps.properties of type map[string]v1.JSONSchemaProps"),
    ({"type": "array", "items": ["x"]}, "json: cannot unmarshal string into Go value of type v1.JSONSchemaProps"),
    ({"type": "object", "additionalProperties": "x"}, "boolean or JSON schema expected"),
    ({"type": "object", "additionalProperties": {"additionalProperties": 1}}, "boolean or JSON schema expected"),
])  # fmt: skip
def test_what_is_of_a_wrong_type_within_is_refused(api: Api, inner: Any, why: str) -> None:
    told = api.declare(spec_of({"a": inner}))
    assert (told["_code"], told["message"]) == (400, PREFIX + why)


@pytest.mark.parametrize("items", ["x", {"properties": {"a": None}}])
def test_what_stands_for_no_schema_is_none(api: Api, items: Any) -> None:
    assert api.declare(spec_of({"a": {"type": "array", "items": items}}))["_code"] == 422


def test_unknown_words_within_are_dropped(api: Api) -> None:
    made = api.declare(spec_of({"a": {"type": "array", "items": {"type": "string", "nonsense": 1}}}))
    schema = made["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    assert schema["properties"]["spec"]["properties"]["a"]["items"] == {"type": "string"}


def test_what_is_stored_may_not_fit_a_later_schema(api: Api) -> None:
    """Nothing can be applied to it then."""
    items = {"type": "object", "properties": {"name": {"type": "string"}}}
    assert api.declare(spec_of({"a": {"type": "array", "items": items}}))["_code"] == 201
    assert api.make({"a": [{}]})["_code"] == 201
    now = api("GET", f"{DEFINITIONS}/widgets.ex.io")
    keyed = spec_of({"a": {**LIST, "items": {**items, "required": ["name"]}}})
    now["spec"]["versions"][0]["schema"]["openAPIV3Schema"] = keyed
    assert api("PUT", f"{DEFINITIONS}/widgets.ex.io", now)["_code"] == 200
    body = {"apiVersion": "ex.io/v1", "kind": "Widget", "metadata": {"name": "a"}, "spec": {"a": [{"name": "n"}]}}
    told = api("PATCH", f"{WIDGETS}/a", body, "application/apply-patch+yaml", fieldManager="m")
    assert told["_code"] == 500
    assert told["message"].startswith("failed to create typed live object (default/a; ex.io/v1, Kind=Widget): ")
