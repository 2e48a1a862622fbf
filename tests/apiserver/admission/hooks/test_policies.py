"""ValidatingAdmissionPolicies and their bindings."""

from typing import Any

import pytest

Obj = dict[str, Any]
MAPS = "/api/v1/namespaces/default/configmaps"
PREFIX = "configmaps \"a\" is forbidden: ValidatingAdmissionPolicy 'rules' with binding 'rules-here' denied request: "


@pytest.mark.parametrize(
    ("validation", "message"),
    [
        ("object.data.k == '1'", None),
        ("object.data.k == '2'", "failed expression: object.data.k == '2'"),
        ({"expression": "false", "message": " no "}, "no"),
        ({"expression": "false", "message": "no", "messageExpression": "'k is ' + object.data.k"}, "k is 1"),
        ({"expression": "false", "message": "no", "messageExpression": "string(object.data.gone)"}, "no"),
        ({"expression": "false", "message": "no", "messageExpression": r"'a\nb'"}, "no"),
        ("object.data.gone == '1'", "expression 'object.data.gone == '1'' resulted in error: no such key: gone"),
        ("oldObject == null && request.operation == 'CREATE' && request.name == 'a'", None),
        ("request.userInfo.username == 'system:admin' && !request.dryRun", None),
        ("namespaceObject.metadata.name == 'default' && namespaceObject.status.phase == 'Active'", None),
        ("has(object.metadata.labels)", "failed expression: has(object.metadata.labels)"),
        ("object.kind == 'ConfigMap' && object.apiVersion == 'v1'", None),
    ],
)
def test_what_a_validation_says(api: Any, validation: Any, message: str | None) -> None:
    made = api.policy(validation)
    assert made["_code"] == 201, made
    said = api.map("a", {"k": "1"})
    if message is None:
        assert said["_code"] == 201, said
        return
    assert (said["_code"], said["reason"], said["message"]) == (422, "Invalid", PREFIX + message)
    assert said["details"] == {
        "name": "a", "kind": "configmaps", "causes": [{"message": said["message"].split(": ", 1)[1]}],
    }  # fmt: skip


@pytest.mark.parametrize(("reason", "code"), [("Forbidden", 403), ("RequestEntityTooLarge", 413), ("Invalid", 422)])
def test_reasons(api: Any, reason: str, code: int) -> None:
    api.policy({"expression": "false", "reason": reason})
    said = api.map()
    assert (said["_code"], said["code"], said["reason"]) == (code, code, reason)


def test_variables_know_those_before_them_and_wait_until_they_are_asked_for(api: Any) -> None:
    api.policy(
        "variables.wanted == '1' && variables.both == '1-1'",
        "!has(object.data.k) || variables.wanted != 'x'",
        variables=[
            {"name": "wanted", "expression": "object.data.k"},
            {"name": "both", "expression": "variables.wanted + '-' + variables.wanted"},
            {"name": "broken", "expression": "object.data.gone"},
            {"name": "nothing", "expression": "has(object.data.gone) ? object.data.gone : null"},
        ],
    )
    assert api.map("a", {"k": "1"})["_code"] == 201
    assert "resulted in error: no such key: data" in api.map("b")["message"]
    api.policy("variables.nothing == null", name="null", variables=[
        {"name": "nothing", "expression": "has(object.data.gone) ? object.data.gone : null"},
    ])  # fmt: skip
    assert api.map("c", {"k": "1"})["_code"] == 201


def test_errors_and_conditions_follow_the_failure_policy(api: Any) -> None:
    api.policy("object.data.gone == '1'", failurePolicy="Ignore")
    assert api.map("a", {"k": "1"})["_code"] == 201
    api.policy("false", name="unsure", matchConditions=[{"name": "x", "expression": "object.data.gone == '1'"}])
    said = api.map("b", {"k": "1"})
    assert said["message"].endswith(
        "denied request: expression 'object.data.gone == '1'' resulted in error: no such key: gone"
    )
    api("DELETE", "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/unsure-here")
    api.policy("false", name="never", matchConditions=[{"name": "x", "expression": "request.name == 'special'"}])
    assert api.map("b", {"k": "1"})["_code"] == 201
    assert api.map("special", {"k": "1"})["_code"] == 422


@pytest.mark.parametrize(
    ("actions", "code", "warnings"), [(["Warn"], 201, 1), (["Audit"], 201, 0), (["Warn", "Audit"], 201, 1), (["Deny"], 422, 0)]
)  # fmt: skip
def test_actions(api: Any, actions: list[str], code: int, warnings: int) -> None:
    api.policy({"expression": "false", "message": "no"}, binding={"validationActions": actions})
    said = api.map()
    assert (said["_code"], len(said["_warnings"])) == (code, warnings)
    if warnings:
        assert said["_warnings"] == [
            "\"Validation failed for ValidatingAdmissionPolicy 'rules' with binding 'rules-here': no\""
        ]


CONFIG = {"apiVersion": "v1", "kind": "ConfigMap"}


NO_PARAMS = "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction"


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        ({"name": "limits"}, None),
        ({"selector": {"matchLabels": {"for": "policies"}}}, None),
        ({"selector": {"matchLabels": {"for": "nobody"}}}, "*"),
        ({"name": "none", "parameterNotFoundAction": "Deny"}, NO_PARAMS),
        (None, "expression 'object.data.k == params.data.k' resulted in error: no such overload"),
    ],
)  # fmt: skip
def test_parameters(api: Any, ref: Obj | None, message: str | None) -> None:
    api.map("limits", {"k": "1"}, namespace="kube-system", labels={"for": "policies"})
    if ref is not None:
        ref = {"namespace": "kube-system", "parameterNotFoundAction": "Allow", **ref}
    api.policy("object.data.k == params.data.k", paramKind=CONFIG, binding={"paramRef": ref} if ref else {})
    said = api.map("a", {"k": "2"})
    if message == "*":
        assert said["_code"] == 201
        return
    assert said["_code"] == 422, said
    assert said["message"] == PREFIX + (message or "failed expression: object.data.k == params.data.k")
    assert api.map("b", {"k": "1"})["_code"] == (201 if message is None else 422)


def test_parameters_of_a_namespace_are_those_of_the_objects_own(api: Any) -> None:
    api.map("limits", {"k": "1"})
    api.policy(
        "object.metadata.name == 'limits' || object.data.k == params.data.k", paramKind=CONFIG,
        binding={"paramRef": {"name": "limits", "parameterNotFoundAction": "Deny"}},
    )  # fmt: skip
    assert api.map("a", {"k": "1"})["_code"] == 201
    assert api.map("b", {"k": "2"})["_code"] == 422
    assert "no params found" in api.map("b", {"k": "2"}, namespace="kube-system")["message"]


def test_bindings_narrow_what_a_policy_means(api: Any) -> None:
    here = {"matchResources": {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "default"}}}}
    api.policy("false", binding=here)
    assert api.map()["_code"] == 422
    assert api.map(namespace="kube-system")["_code"] == 201


def test_rules_can_leave_out_and_name_names(api: Any) -> None:
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}
    api.policy("false", matchConstraints={
        "resourceRules": [rule], "excludeResourceRules": [{**rule, "resourceNames": ["fine"]}],
    })  # fmt: skip
    assert api.map("fine")["_code"] == 201 and api.map("other")["_code"] == 422


def test_deletions_are_validated_as_well(api: Any) -> None:
    api.map("a")
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["DELETE"], "resources": ["configmaps"]}
    api.policy("object == null && oldObject.metadata.name != 'a'", matchConstraints={"resourceRules": [rule]})
    assert api("DELETE", f"{MAPS}/a")["_code"] == 422


def test_policies_hold_in_a_fork(api: Any) -> None:
    api.policy("false")
    api.map()
    assert type(api)(api.world.fork()).map()["_code"] == 422


def test_what_is_left_out_is_filled_in(api: Any) -> None:
    spec = api.policy("true")["spec"]
    assert spec["failurePolicy"] == "Fail"
    assert spec["matchConstraints"]["matchPolicy"] == "Equivalent"
    assert spec["matchConstraints"]["namespaceSelector"] == {}
    assert spec["matchConstraints"]["resourceRules"][0]["scope"] == "*"
