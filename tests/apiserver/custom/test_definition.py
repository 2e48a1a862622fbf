"""CustomResourceDefinitions: what is refused, in which words, and how their kinds come to be served."""

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from conftest import DEFINITIONS, WIDGETS, Api, spec_of
from quorate.kernel.clock import MINUTE, SECOND

AT = "spec.validation.openAPIV3Schema"
OPEN: dict[str, Any] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def causes(refused: dict[str, Any]) -> list[str]:
    assert refused["_code"] == 422
    return [f"{c['field']}: {c['message']}" for c in refused["details"]["causes"]]


@pytest.mark.parametrize(
    ("properties", "wanted"),
    [
        ({"a": {}}, ["properties[a].type: Required value: must not be empty for specified object fields"]),
        ({"a": {"type": "array"}}, ["properties[a].items: Required value: must be specified"]),
        (
            {"a": {"type": "array", "items": {}}},
            ["properties[a].items.type: Required value: must not be empty for specified array items"],
        ),
        (
            {"a": {"type": "text"}},
            [
                'properties[a].type: Unsupported value: "text": supported values: "array", "boolean", "integer", '
                '"number", "object", "string"'
            ],
        ),
        (
            {"a": {"type": "string", "anyOf": [{"type": "string"}]}},
            ["properties[a].anyOf[0].type: Forbidden: must be empty to be structural"],
        ),
        (
            {"a": {"type": "object", "not": {"properties": {"b": {"minLength": 1}}}}},
            [f"properties[a].properties[b]: Required value: because it is defined in {AT}.properties[a].not.properties[b]"],
        ),
        (
            {"a": {"type": "string", "pattern": "["}},
            [
                'properties[a].pattern: Invalid value: "[": must be a valid regular expression, but isn\'t: error parsing '
                "regexp: missing closing ]: `[`"
            ],
        ),
        (
            {"a": {"type": "integer", "default": "x"}},
            [
                'properties[a].default: Invalid value: "string": '
                ' in body must be of type integer: "string"'
            ],
        ),
        (
            {"a": {"type": "object", "default": {"b": 1}}},
            ['properties[a].default: Invalid value: {"b":1}: must not have unknown fields'],
        ),
        ({"metadata": {"type": "object", "properties": {"labels": {"type": "object"}}}}, [
            "properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is "
            "implicitly specified"]),
        (
            {"a": {"type": "object", "properties": {"b": {"type": "string"}}, "additionalProperties": {"type": "string"}}},
            ["properties[a].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive"],
        ),
        (
            {"a": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "map"}},
            [
                "properties[a].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map",
                'properties[a].items.type: Invalid value: "string": must be object if parent array\'s '
                "x-kubernetes-list-type is map",
            ],
        ),
        (
            {"a": {"type": "string", "x-kubernetes-list-type": "set"}},
            ['properties[a].type: Invalid value: "string": must be array if x-kubernetes-list-type is specified'],
        ),
        (
            {"a": {"type": "object", "x-kubernetes-embedded-resource": True}},
            [
                "properties[a].properties: Required value: must not be empty if x-kubernetes-embedded-resource is true "
                "without x-kubernetes-preserve-unknown-fields"
            ],
        ),
        (
            {"a": {"type": "array", "items": {"type": "string"}, "uniqueItems": True}},
            [
                "properties[a].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity "
                "becomes quadratic"
            ],
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_schema(api: Api, properties: Any, wanted: list[str]) -> None:
    refused = api.declare({"type": "object", "properties": properties})
    assert causes(refused) == [f"{AT}.{text}" for text in wanted]


def test_several_versions_name_their_own_schemas(api: Api) -> None:
    versions = [
        {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}},
        {"name": "v2", "served": True, "storage": False, "schema": {"openAPIV3Schema": {"type": "string"}}},
    ]
    found = causes(api.declare(versions=versions))
    assert found == [
        'spec.versions[1].schema.openAPIV3Schema.type: Invalid value: "string": must be object at the root'
    ]


def test_one_version_is_stored(api: Api) -> None:
    [first, *_] = causes(api.declare(OPEN, storage=False))
    assert first == (
        'spec.versions: Invalid value: [{"Name":"v1","Served":true,"Storage":false,"Deprecated":false,'
        '"DeprecationWarning":null,"Schema":null,"Subresources":null,"AdditionalPrinterColumns":null,'
        '"SelectableFields":null}]: must have exactly one version marked as storage version'
    )


def test_the_names_make_the_name(api: Api) -> None:
    refused = api("POST", DEFINITIONS, {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "x.ex.io"},
        "spec": {
            "group": "ex.io", "scope": "Any", "names": {"plural": "widgets", "kind": "Widget"},
            "versions": [{"name": "v1", "served": True, "storage": True}],
        },
    })  # fmt: skip
    assert causes(refused) == [
        'metadata.name: Invalid value: "x.ex.io": must be spec.names.plural+"."+spec.group',
        'spec.scope: Unsupported value: "Any": supported values: "Cluster", "Namespaced"',
        "spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required",
    ]


def test_subresources_and_columns_have_their_rules(api: Api) -> None:
    refused = api.declare(
        OPEN, subresources={"scale": {"specReplicasPath": "spec.n", "statusReplicasPath": ".spec.n"}},
        additionalPrinterColumns=[{"name": "A", "type": "text", "jsonPath": ".a"}],
        selectableFields=[{"jsonPath": ".spec.a"}],
    )  # fmt: skip
    assert causes(refused) == [
        'spec.subresources.scale.specReplicasPath: Invalid value: "spec.n": must be a simple json path starting with .',
        'spec.subresources.scale.statusReplicasPath: Invalid value: ".spec.n": should be a json path under .status',
        'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
        'spec.selectableFields[0].jsonPath: Invalid value: ".spec.a": is an invalid path: does not refer to a valid field',
    ]


def status_of(api: Api, name: str = "widgets.ex.io") -> dict[str, Any]:
    found: dict[str, Any] = api("GET", f"{DEFINITIONS}/{name}")["status"]
    return found


def conditions(api: Api, name: str = "widgets.ex.io") -> dict[str, tuple[str, str, str]]:
    found = status_of(api, name)["conditions"]
    return {c["type"]: (c["status"], c["reason"], c["message"]) for c in found}


def test_a_definition_is_born_established_and_served(api: Api) -> None:
    made = api.declare(OPEN)
    assert made["status"] == {
        "conditions": None, "acceptedNames": {"plural": "", "kind": ""}, "storedVersions": ["v1"],
    }  # fmt: skip
    assert made["spec"]["names"] == {
        "plural": "widgets",
        "singular": "widget",
        "kind": "Widget",
        "listKind": "WidgetList",
    }
    assert made["spec"]["conversion"] == {"strategy": "None"}
    assert conditions(api) == {
        "NamesAccepted": ("True", "NoConflicts", "no conflicts found"),
        "Established": ("True", "InitialNamesAccepted", "the initial names have been accepted"),
    }
    assert status_of(api)["acceptedNames"] == made["spec"]["names"]
    resources = api("GET", "/apis/ex.io/v1")["resources"]
    assert [r["name"] for r in resources] == ["widgets"]
    assert "/apis/ex.io/v1/namespaces/{namespace}/widgets/{name}" in api("GET", "/openapi/v3/apis/ex.io/v1")["paths"]


def test_of_two_that_want_a_name_the_second_waits(api: Api) -> None:
    api.declare(OPEN)
    api.declare(OPEN, plural="gadgets", names={"shortNames": ["widget"]})
    assert conditions(api, "gadgets.ex.io") == {
        "NamesAccepted": ("False", "ListKindConflict", '"WidgetList" is already in use'),
        "Established": ("False", "NotAccepted", "not all names are accepted"),
    }
    assert api("GET", "/apis/ex.io/v1/gadgets")["_code"] == 404
    api("DELETE", f"{DEFINITIONS}/widgets.ex.io")
    api.world.run_for(SECOND)
    assert conditions(api, "gadgets.ex.io")["Established"][0] == "True"
    assert api("GET", "/apis/ex.io/v1/gadgets")["_code"] == 200


def test_its_objects_go_before_it(api: Api) -> None:
    api.declare(OPEN)
    api.make(metadata={"name": "a", "finalizers": ["ex.io/hold"]})
    api.make(name="b")
    going = api("DELETE", f"{DEFINITIONS}/widgets.ex.io")
    assert going["metadata"]["finalizers"] == ["customresourcecleanup.apiextensions.k8s.io"]
    assert going["status"]["conditions"][-1]["reason"] == "InstanceDeletionPending"
    assert conditions(api)["Terminating"][:2] == ("True", "InstanceDeletionInProgress")
    assert [o["metadata"]["name"] for o in api("GET", WIDGETS)["items"]] == ["a"]
    refused = api.make(name="c")
    assert (refused["_code"], refused["message"]) == (
        405, "create not allowed while custom resource definition is terminating",
    )  # fmt: skip
    api.world.run_for(2 * MINUTE)
    assert conditions(api)["Terminating"][1] == "InstanceDeletionCheck"
    api.merge(f"{WIDGETS}/a", {"metadata": {"finalizers": None}})
    api.world.run_for(SECOND)
    assert api("GET", f"{DEFINITIONS}/widgets.ex.io")["_code"] == 404
    assert api("GET", WIDGETS)["_code"] == 404
    assert api("GET", "/apis/ex.io")["_code"] == 404


def test_what_cannot_change_once_it_is_established(api: Api) -> None:
    api.declare(OPEN)
    refused = api.merge(f"{DEFINITIONS}/widgets.ex.io", {"spec": {"scope": "Cluster", "names": {"kind": "Other"}}})
    assert causes(refused) == [
        'spec.scope: Invalid value: "Cluster": field is immutable',
        'spec.names.kind: Invalid value: "Other": field is immutable',
    ]


def two_versions(storage: str) -> list[dict[str, Any]]:
    def version(name: str, **properties: Any) -> dict[str, Any]:
        schema = {"openAPIV3Schema": spec_of({"a": {"type": "string"}, **properties})}
        return {"name": name, "served": True, "storage": name == storage, "schema": schema}

    return [version("v1", b={"type": "integer", "default": 3}), version("v2", c={"type": "string", "default": "x"})]


def test_every_version_shows_every_object(api: Api) -> None:
    api.declare(versions=two_versions("v1"))
    made = api.make({"a": "1", "c": "y"}, version="v2")
    assert (made["apiVersion"], made["spec"]) == ("ex.io/v2", {"a": "1", "c": "y"})
    kept = api.world.get("widgets.ex.io", "default", "a")
    assert kept is not None and kept["apiVersion"] == "ex.io/v1"
    assert api("GET", WIDGETS + "/a")["spec"] == {"a": "1", "b": 3}
    [listed] = api("GET", "/apis/ex.io/v2/widgets")["items"]
    assert (listed["apiVersion"], listed["spec"]) == ("ex.io/v2", {"a": "1", "c": "y"})
    groups = api("GET", "/apis/ex.io")
    assert [v["version"] for v in groups["versions"]] == ["v2", "v1"]


def test_a_version_that_objects_were_stored_as_stays(api: Api) -> None:
    api.declare(versions=two_versions("v1"))
    at = f"{DEFINITIONS}/widgets.ex.io"
    assert api.merge(at, {"spec": {"versions": two_versions("v2")}})["status"]["storedVersions"] == ["v1", "v2"]
    [cause] = causes(api.merge(at, {"spec": {"versions": two_versions("v2")[1:]}}))
    assert cause.startswith(
        'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously'
    )
    api.merge(f"{at}/status", {"status": {"storedVersions": ["v2"]}})
    assert api.merge(at, {"spec": {"versions": two_versions("v2")[1:]}})["_code"] == 200
    assert api("GET", WIDGETS)["_code"] == 404


def test_a_deprecated_version_says_so(api: Api) -> None:
    api.declare(OPEN, deprecated=True)
    assert api("GET", WIDGETS)["_warnings"] == ['"ex.io/v1 Widget is deprecated"']


def test_formats_that_mean_nothing_are_told_once(api: Api) -> None:
    def schema(*formats: str) -> dict[str, Any]:
        texts = {f"t{i}": {"type": "string", "format": name} for i, name in enumerate(formats)}
        inner = {"type": "array", "items": {"type": "object", "properties": texts}}
        return {"type": "object", "properties": {"spec": {"type": "object", "properties": {"list": inner}}}}

    made = api.declare(schema("date-time", "k8s-short-name", "ip", "ip"))
    assert (made["_code"], made["_warnings"]) == (201, ['"unrecognized format \\"ip\\""'])
    versions = [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema("ip", "path")}}]
    changed = api.merge(f"{DEFINITIONS}/widgets.ex.io", {"spec": {"versions": versions}})
    assert (changed["_code"], changed["_warnings"]) == (200, ['"unrecognized format \\"path\\""'])


@pytest.mark.parametrize(
    ("conversion", "wanted"),
    [
        ({"strategy": "Foo"}, ['strategy: Unsupported value: "Foo": supported values: "None", "Webhook"']),
        ({"strategy": "Webhook"}, [
            "webhookClientConfig: Required value: required when strategy is set to Webhook",
            "conversionReviewVersions: Required value",
        ]),
        ({"strategy": "None", "webhook": {"clientConfig": {"url": "https://a"}, "conversionReviewVersions": ["v1"]}}, [
            "webhookClientConfig: Forbidden: should not be set when strategy is not set to Webhook",
            "conversionReviewVersions: Forbidden: should not be set when strategy is not set to Webhook",
        ]),
        ({"strategy": "Webhook", "webhook": {"clientConfig": {"url": "http://a"}, "conversionReviewVersions": ["v3", "v3"]}}, [
            "webhookClientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: "
            "https://host[/path]",
            'conversionReviewVersions[1]: Invalid value: "v3": duplicate version',
            'conversionReviewVersions: Invalid value: ["v3","v3"]: must include at least one of v1, v1beta1',
        ]),
        ({"strategy": "Webhook", "webhook": {"clientConfig": {"service": {"name": "a"}}, "conversionReviewVersions": ["v1"]}}, [
            "webhookClientConfig.service.name: Required value: service name is required",
        ]),
    ],
)  # fmt: skip
def test_how_versions_are_said_to_be_converted(api: Api, conversion: dict[str, Any], wanted: list[str]) -> None:
    api.declare(versions=two_versions("v1"))
    refused = api.merge(f"{DEFINITIONS}/widgets.ex.io", {"spec": {"conversion": conversion}})
    assert causes(refused) == [f"spec.conversion.{line}" for line in wanted]


def test_conversion_by_webhook_is_refused_clearly(api: Api) -> None:
    api.declare(versions=two_versions("v1"))
    webhook = {"clientConfig": {"url": "https://a.b/c"}, "conversionReviewVersions": ["v1"]}
    at = f"{DEFINITIONS}/widgets.ex.io"
    assert api.merge(at, {"spec": {"conversion": {"strategy": "Webhook", "webhook": webhook}}})["_code"] == 200
    assert api.make({"a": "1"})["_code"] == 201
    refused = api("GET", "/apis/ex.io/v2/namespaces/default/widgets/a")
    assert refused["_code"] == 500
    assert "conversion webhooks are not called here, ask for ex.io/v1" in refused["message"]


def test_a_forked_world_serves_the_same_kinds(api: Api) -> None:
    api.declare(OPEN)
    api.make({"n": 1})
    other = Api(api.world.fork())
    assert other("GET", f"{WIDGETS}/a")["spec"] == {"n": 1}
    other("DELETE", f"{DEFINITIONS}/widgets.ex.io")
    other.world.run_for(SECOND)
    assert other("GET", WIDGETS)["_code"] == 404
    assert api("GET", WIDGETS)["_code"] == 200


def test_a_store_brings_its_kinds_along(api: Api) -> None:
    from quorate.assemble.world import Shape, world

    api.declare(OPEN)
    api.make({"n": 1})
    again = Api(world(seed=2, shape=Shape(nodes=0, keep=100), store=api.world.store))
    assert again("GET", f"{WIDGETS}/a")["spec"] == {"n": 1}


def test_custom_objects_own_and_are_owned(api: Api) -> None:
    api.declare(OPEN)
    owner = api.make()
    ref = {"apiVersion": "ex.io/v1", "kind": "Widget", "name": "a", "uid": owner["metadata"]["uid"]}
    api("POST", "/api/v1/namespaces/default/configmaps", {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "ownerReferences": [ref]},
    })  # fmt: skip
    api.make(metadata={"name": "b", "ownerReferences": [ref]})
    api("DELETE", f"{WIDGETS}/a")
    api.world.run_for(5 * SECOND)
    assert api("GET", "/api/v1/namespaces/default/configmaps/c")["_code"] == 404
    assert api("GET", f"{WIDGETS}/b")["_code"] == 404


def test_versions_with_the_same_selectable_fields_share_them_but_not_their_schemas(api: Api) -> None:
    text = {"type": "string"}
    shared = {"served": True, "selectableFields": [{"jsonPath": ".spec.a"}]}
    found = api.declare(versions=[
        {"name": "v1", "storage": True, "schema": {"openAPIV3Schema": spec_of({"a": text, "b": text})}, **shared},
        {"name": "v2", "storage": False, "schema": {"openAPIV3Schema": spec_of({"a": text})}, **shared},
    ])  # fmt: skip
    assert [c["message"] for c in found["details"]["causes"]] == [
        'Invalid value: "": may only be set when validations.schema is included'
    ]


def test_what_is_served_no_more_goes_with_its_definition(api: Api) -> None:
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}
    other = {**version, "name": "v2", "storage": False}
    api.declare(versions=[version, other])
    assert api.make()["_code"] == 201
    now = api("GET", f"{DEFINITIONS}/widgets.ex.io")
    now["spec"]["versions"] = [{**version, "served": False}, {**other, "served": False}]
    assert api("PUT", f"{DEFINITIONS}/widgets.ex.io", now)["_code"] == 200
    assert api("GET", WIDGETS)["_code"] == 404
    api("DELETE", f"{DEFINITIONS}/widgets.ex.io")
    api.world.run_for(MINUTE)
    assert api("GET", f"{DEFINITIONS}/widgets.ex.io")["_code"] == 404
    assert not api.world.store.objects.list("widgets.ex.io")
