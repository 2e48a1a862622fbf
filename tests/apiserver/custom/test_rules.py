"""x-kubernetes-validations of custom objects."""

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from conftest import WIDGETS, Api, spec_of
from quorate.apiserver.custom.definition import validate, validate_update


def ruled(*rules: dict[str, Any], **properties: Any) -> dict[str, Any]:
    found = properties or {"n": {"type": "integer"}, "m": {"type": "integer"}, "s": {"type": "string"}}
    return spec_of(found, **{"x-kubernetes-validations": list(rules)})


def causes(refused: dict[str, Any]) -> list[str]:
    return [f"{c['field']}: {c['message']}" for c in refused["details"]["causes"]]


@pytest.mark.parametrize(
    ("rule", "spec", "wanted"),
    [
        ({"rule": "self.n > 1"}, {"n": 1}, "spec: Invalid value: failed rule: self.n > 1"),
        ({"rule": "self.n > 1", "message": " too few "}, {"n": 1}, "spec: Invalid value: too few"),
        (
            {"rule": "self.n > 1", "messageExpression": "'got %d'.format([self.n])", "message": "no"}, {"n": 1},
            "spec: Invalid value: got 1",
        ),
        (
            {"rule": "self.n > 1", "messageExpression": "self.s", "message": "without s"}, {"n": 1},
            "spec: Invalid value: without s",
        ),
        (
            {"rule": "self.n > 1", "fieldPath": ".n", "reason": "FieldValueRequired"}, {"n": 1},
            "spec.n: Required value: failed rule: self.n > 1",
        ),
        ({"rule": "self.n > 1", "reason": "FieldValueDuplicate"}, {"n": 1}, "spec: Duplicate value"),
        ({"rule": "self.n > 1"}, {}, 'spec: Invalid value: "object": no such key: n evaluating rule: self.n > 1'),
        (
            {"rule": "self.n / self.m == 1"}, {"n": 1, "m": 0},
            'spec: Invalid value: "object": division by zero evaluating rule: self.n / self.m == 1',
        ),
    ],
)  # fmt: skip
def test_a_rule_that_is_not_kept(api: Api, rule: dict[str, Any], spec: Any, wanted: str) -> None:
    assert api.declare(ruled(rule))["_code"] == 201
    assert causes(api.make(spec)) == [wanted]
    assert api.make({"n": 5, "m": 5})["_code"] == 201


def test_rules_are_asked_where_they_stand(api: Api) -> None:
    odd = [{"rule": "self % 2 == 1", "message": "odd"}]
    number = {"type": "integer", "x-kubernetes-validations": odd}
    api.declare(spec_of({
        "list": {"type": "array", "items": number}, "map": {"type": "object", "additionalProperties": number},
    }))  # fmt: skip
    assert causes(api.make({"list": [1, 2], "map": {"a.b": 4}})) == [
        "spec.list[1]: Invalid value: 2: odd", "spec.map[a.b]: Invalid value: 4: odd",
    ]  # fmt: skip


def test_the_schema_is_asked_first(api: Api) -> None:
    api.declare(ruled({"rule": "self.n > 1"}))
    assert causes(api.make({"n": "x"}))[1] == (
        "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the "
        "existing errors to complete validation"
    )


def test_rules_about_change(api: Api) -> None:
    transition = {"rule": "self.n >= oldSelf.n", "message": "only up"}
    first = {"rule": "oldSelf.hasValue() || self.n == 1", "optionalOldSelf": True, "message": "starts at 1"}
    api.declare(ruled(transition, first))
    assert causes(api.make({"n": 2})) == ["spec: Invalid value: starts at 1"]
    assert api.make({"n": 1})["_code"] == 201
    assert api.merge(f"{WIDGETS}/a", {"spec": {"n": 2}})["_code"] == 200
    assert causes(api.merge(f"{WIDGETS}/a", {"spec": {"n": 1}})) == ["spec: Invalid value: only up"]


def test_items_of_a_map_are_compared_by_their_keys(api: Api) -> None:
    item = {
        "type": "object", "required": ["k"],
        "properties": {
            "k": {"type": "string"},
            "v": {"type": "integer", "x-kubernetes-validations": [{"rule": "self == oldSelf", "message": "fixed"}]},
        },
    }  # fmt: skip
    keyed = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"]}
    api.declare(spec_of({"l": {"type": "array", "items": item, **keyed}}))
    api.make({"l": [{"k": "a", "v": 1}, {"k": "b", "v": 2}]})
    moved = {"l": [{"k": "b", "v": 2}, {"k": "a", "v": 1}, {"k": "c", "v": 9}]}
    assert api.merge(f"{WIDGETS}/a", {"spec": moved})["_code"] == 200
    changed = {"l": [{"k": "b", "v": 2}, {"k": "a", "v": 5}]}
    assert causes(api.merge(f"{WIDGETS}/a", {"spec": changed})) == ["spec.l[1].v: Invalid value: 5: fixed"]


def test_numbers_and_times_are_of_their_types(api: Api) -> None:
    properties = {
        "ratio": {"type": "number"}, "when": {"type": "string", "format": "date-time"},
        "wait": {"type": "string", "format": "duration"}, "set": {
            "type": "array", "items": {"type": "integer"}, "x-kubernetes-list-type": "set"},
        "x-y": {"type": "integer"},
    }  # fmt: skip
    rules = [
        {"rule": "self.ratio / 2.0 < 1.0"}, {"rule": "self.when > timestamp('2020-01-01T00:00:00Z')"},
        {"rule": "self.wait < duration('1h')"}, {"rule": "self.set == [2, 1]"}, {"rule": "self.x__dash__y == 1"},
    ]  # fmt: skip
    assert api.declare(ruled(*rules, **properties))["_code"] == 201
    fine = {"ratio": 1, "when": "2021-01-01T00:00:00Z", "wait": "5m", "set": [1, 2], "x-y": 1}
    assert api.make(fine)["_code"] == 201


def test_a_rule_sees_the_name_of_the_object(api: Api) -> None:
    schema = {
        "type": "object",
        "x-kubernetes-validations": [{"rule": "self.metadata.name.startsWith('w')", "message": "w"}],
    }
    api.declare(schema)
    assert causes(api.make(name="a")) == ["<nil>: Invalid value: w"]
    assert api.make(name="wa")["_code"] == 201


def test_what_broke_a_rule_before_is_only_told(api: Api) -> None:
    api.declare(spec_of({"n": {"type": "integer"}, "m": {"type": "integer"}}))
    api.make({"n": 100})
    strict = spec_of({
        "n": {"type": "integer", "x-kubernetes-validations": [{"rule": "self < 10", "message": "small"}]},
        "m": {"type": "integer"},
    })  # fmt: skip
    at = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.ex.io"
    api.merge(at, {"spec": {"versions": [
        {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": strict}},
    ]}})  # fmt: skip
    done = api.merge(f"{WIDGETS}/a", {"spec": {"m": 1}})
    assert done["_code"] == 200
    assert done["_warnings"] == ['"spec.n: Invalid value: 100: small"']


@pytest.mark.parametrize(
    ("rule", "field", "why"),
    [
        ({"rule": "self.nope"}, "rule", "compilation failed: ERROR: <input>:1:5: undefined field 'nope'\n | self.nope\n | ....^"),
        ({"rule": "self.n"}, "rule", "cel expression must evaluate to a bool"),
        ({"rule": "self.n > 1", "messageExpression": "self.n"}, "messageExpression", "messageExpression must evaluate to a string"),
        ({"rule": "self.n > 1", "optionalOldSelf": True}, "optionalOldSelf", "may not be set if oldSelf is not used in rule"),
        ({"rule": "self.n > 1", "fieldPath": ".z"}, "fieldPath", "fieldPath must be a valid path"),
        ({"rule": " "}, "rule", "rule is not specified"),
        ({"rule": "self.n >\n1"}, "message", "message must be specified if rule contains line breaks"),
    ],
)  # fmt: skip
def test_a_rule_that_is_none(api: Api, rule: dict[str, Any], field: str, why: str) -> None:
    [cause] = api.declare(ruled(rule))["details"]["causes"]
    at = "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0]"
    assert cause["field"] == f"{at}.{field}"
    assert cause["message"].endswith(why)


def test_old_items_get_lost_in_plain_lists(api: Api) -> None:
    text = {"type": "string", "maxLength": 9, "x-kubernetes-validations": [{"rule": "self == oldSelf"}]}
    [cause] = api.declare(spec_of({"l": {"type": "array", "maxItems": 9, "items": text}}))["details"]["causes"]
    assert cause["message"] == (
        'Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within '
        "spec.validation.openAPIV3Schema.properties[spec].properties[l]"
    )


def test_rules_that_may_cost_too_much(api: Api) -> None:
    any_text = {"type": "string"}
    pairs = {"rule": "self.all(x, self.all(y, x == y))"}
    found = api.declare(spec_of({"list": {"type": "array", "items": any_text, "x-kubernetes-validations": [pairs]}}))
    at = "spec.validation.openAPIV3Schema"
    rule = f"{at}.properties[spec].properties[list].x-kubernetes-validations[0].rule"
    hint = (
        "(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings "
        "are declared)"
    )
    assert causes(found) == [
        f"{rule}: Forbidden: estimated rule cost exceeds budget by factor of more than 100x {hint}",
        f"{rule}: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema",
        f"{at}: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget "
        f"by factor of more than 100x {hint}",
    ]
    bounded = {
        "type": "array",
        "maxItems": 50,
        "items": {**any_text, "maxLength": 50},
        "x-kubernetes-validations": [pairs],
    }
    assert api.declare(spec_of({"list": bounded}))["_code"] == 201


def test_how_often_a_rule_is_asked_counts(api: Api) -> None:
    text = {
        "type": "string",
        "maxLength": 1000,
        "x-kubernetes-validations": [{"rule": "self.matches('^[a-z]{1,40}$')"}],
    }
    listed = {"type": "array", "maxItems": 9000, "items": text}
    found = api.declare(spec_of({"list": listed}))
    assert [c.partition(" (try")[0] for c in causes(found)] == [
        "spec.validation.openAPIV3Schema.properties[spec].properties[list].items.x-kubernetes-validations[0].rule: "
        "Forbidden: estimated rule cost exceeds budget by factor of 1.444500x"
    ]
    assert api.declare(spec_of({"list": {**listed, "maxItems": 6000}}))["_code"] == 201


def test_a_number_made_a_text_may_be_of_any_length(api: Api) -> None:
    """So real Kubernetes has it: 'got ' + string(self.n) costs too much, '%d'.format([self.n]) does not."""
    found = api.declare(ruled({"rule": "self.n > 1", "messageExpression": "'got ' + string(self.n)"}))
    at = "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].messageExpression"
    assert causes(found)[0].startswith(
        f"{at}: Forbidden: estimated messageExpression cost exceeds budget by factor of more than 100x (try simplifying"
    )


def test_a_schema_that_is_stored_may_go_on_costing_too_much(api: Api) -> None:
    text = {
        "type": "string",
        "maxLength": 1000,
        "x-kubernetes-validations": [{"rule": "self.matches('^[a-z]{1,40}$')"}],
    }
    schema = spec_of({"list": {"type": "array", "maxItems": 9000, "items": text}})
    made = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"plural": "widgets", "kind": "Widget", "singular": "widget", "listKind": "WidgetList"}
    spec = {
        "group": "ex.io",
        "scope": "Namespaced",
        "names": names,
        "versions": [made],
        "conversion": {"strategy": "None"},
    }
    old = {"metadata": {"name": "widgets.ex.io"}, "spec": spec, "status": {"storedVersions": ["v1"]}}
    assert validate(old) and not validate_update(old, old)
