"""What is refused of webhook configurations, policies and their bindings, with Kubernetes' texts."""

from typing import Any

import pytest
import yaml

from quorate.apiserver.defaults import default
from quorate.apiserver.validation import validate

GROUP = "admissionregistration.k8s.io"
HOOKS, MUTATING = f"validatingwebhookconfigurations.{GROUP}", f"mutatingwebhookconfigurations.{GROUP}"
POLICIES, BINDINGS = f"validatingadmissionpolicies.{GROUP}", f"validatingadmissionpolicybindings.{GROUP}"
RULE = "{apiGroups: [''], apiVersions: [v1], resources: [pods], operations: [CREATE]}"


def told(resource: str, body: dict[str, Any]) -> list[str]:
    return [
        f"{e.field}: {e.message}" for e in validate(resource, default(resource, {"metadata": {"name": "a"}, **body}))
    ]


def hook(text: str) -> dict[str, Any]:
    given = yaml.safe_load(text)
    whole = {
        "name": "a.b.c", "sideEffects": "None", "admissionReviewVersions": ["v1"], "clientConfig": {"url": "https://h/p"},
        "rules": [yaml.safe_load(RULE)], **given,
    }  # fmt: skip
    return {"webhooks": [{k: v for k, v in whole.items() if v != "absent"}]}


FORM = "; desired format: https://host[/path]"


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("{}", []),
        ("{name: ''}", ["name: Required value"]),
        ("{name: a.b}", ['name: Invalid value: "a.b": should be a domain with at least three segments separated by dots']),
        ("{sideEffects: absent}", ["sideEffects: Required value: must specify one of None, NoneOnDryRun"]),
        ("{sideEffects: Some}", ['sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"']),
        ("{failurePolicy: Maybe}", ['failurePolicy: Unsupported value: "Maybe": supported values: "Fail", "Ignore"']),
        ("{matchPolicy: Some}", ['matchPolicy: Unsupported value: "Some": supported values: "Equivalent", "Exact"']),
        ("{timeoutSeconds: 31}", ["timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds"]),
        ("{admissionReviewVersions: []}", ["admissionReviewVersions: Required value: must specify one of v1, v1beta1"]),
        ("{admissionReviewVersions: [v2]}", [
            'admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1',
        ]),
        ("{clientConfig: {}}", ["clientConfig: Required value: exactly one of url or service is required"]),
        ("{clientConfig: {url: 'http://u@h/p?q#f'}}", [
            f"clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme{FORM}",
            'clientConfig.url: Invalid value: "u": user information is not permitted in the URL',
            'clientConfig.url: Invalid value: "f": fragments are not permitted in the URL',
            'clientConfig.url: Invalid value: "q": query parameters are not permitted in the URL',
        ]),
        ("{clientConfig: {service: {name: '', namespace: n, port: 0, path: /a//b}}}", [
            "clientConfig.service.namespace: Required value: service namespace is required",
            "clientConfig.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive",
            'clientConfig.service.path: Invalid value: "/a//b": segment[1] may not be empty',
        ]),
        ("{rules: [{apiGroups: ['*', a], apiVersions: [], resources: ['*', pods, 'pods/*', pods/x], operations: ['*', SAY]}]}", [
            'rules[0].operations: Invalid value: ["*","SAY"]: if \'*\' is present, must not specify other operations',
            'rules[0].operations[1]: Unsupported value: "SAY": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
            'rules[0].apiGroups: Invalid value: ["*","a"]: if \'*\' is present, must not specify other API groups',
            "rules[0].apiVersions: Required value",
            "rules[0].resources[3]: Invalid value: \"pods/x\": if 'pods/*' is present, must not specify pods/x",
            'rules[0].resources: Invalid value: ["*","pods","pods/*","pods/x"]: if \'*\' is present, must not specify other '
            "resources without subresources",
        ]),
        ("{matchConditions: [{name: '', expression: ' '}, {name: b, expression: '1'}, {name: b, expression: 'true'}]}", [
            "matchConditions[0].expression: Required value",
            "matchConditions[0].name: Required value",
            'matchConditions[1].expression: Invalid value: "1": must evaluate to bool but got int',
            'matchConditions[2].name: Duplicate value: "b"',
        ]),
    ],
)  # fmt: skip
def test_webhooks(text: str, messages: list[str]) -> None:
    assert told(HOOKS, hook(text)) == [f"webhooks[0].{m}" for m in messages]
    assert told(MUTATING, hook(text)) == [f"webhooks[0].{m}" for m in messages]


def test_names_of_webhooks_differ() -> None:
    twice = hook("{}")["webhooks"] * 2
    assert told(HOOKS, {"webhooks": twice}) == ['webhooks[1].name: Duplicate value: "a.b.c"']


CONSTRAINTS = f"matchConstraints: {{resourceRules: [{RULE}]}}"


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("validations: [{expression: 'true'}]", []),
        ("validations: []", [
            "spec.validations: Required value: validations or auditAnnotations must contain at least one item",
            "spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item",
        ]),
        ("validations: [{expression: ' '}]", ["spec.validations[0].expression: Required value: expression is not specified"]),
        ("validations: [{expression: '1 + 1'}]", [
            'spec.validations[0].expression: Invalid value: "1 + 1": must evaluate to bool but got int',
        ]),
        ("validations: [{expression: 'true', message: ' ', reason: Bad}]", [
            'spec.validations[0].message: Invalid value: " ": message must be non-empty if specified',
            'spec.validations[0].reason: Unsupported value: "Bad": supported values: "Forbidden", "Invalid", '
            '"RequestEntityTooLarge"',
        ]),
        ("validations: [{expression: variables.a}], variables: [{name: for, expression: 'true'}, {name: a, expression: ''}]", [
            'spec.variables[0].name: Invalid value: "for": name is not a valid CEL identifier',
            "spec.variables[1].expression: Required value: expression is not specified",
        ]),
        ("validations: [{expression: 'variables.a'}], variables: [{name: a, expression: 'true'}]", []),
        ("auditAnnotations: [{key: k, valueExpression: '1'}, {key: k, valueExpression: \"'x'\"}]", [
            'spec.auditAnnotations[0].valueExpression: Invalid value: "1": must evaluate to one of [string null_type]',
            'spec.auditAnnotations[1].key: Duplicate value: "k"',
        ]),
        ("validations: [{expression: 'true'}], paramKind: {apiVersion: a/b/c}", [
            'spec.paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
            "spec.paramKind.kind: Required value",
        ]),
    ],
)  # fmt: skip
def test_policies(text: str, messages: list[str]) -> None:
    found = [
        m for m in told(POLICIES, {"spec": yaml.safe_load(f"{{{CONSTRAINTS}, {text}}}")}) if "undefined field" not in m
    ]
    assert found == messages


def test_a_policy_says_what_it_is_for() -> None:
    spec = {"validations": [{"expression": "true"}]}
    assert told(POLICIES, {"spec": spec}) == ["spec.matchConstraints: Required value"]
    assert told(POLICIES, {"spec": {**spec, "matchConstraints": {}}}) == [
        "spec.matchConstraints.resourceRules: Required value"
    ]


@pytest.mark.parametrize(
    ("spec", "messages"),
    [
        ({"policyName": "p", "validationActions": ["Deny"]}, []),
        ({"validationActions": ["Deny", "Warn", "Warn", "Say"]}, [
            "spec.policyName: Required value",
            'spec.validationActions[2]: Duplicate value: "Warn"',
            'spec.validationActions[3]: Unsupported value: "Say": supported values: "Audit", "Deny", "Warn"',
            'spec.validationActions: Invalid value: ["Deny","Warn","Warn","Say"]: must not contain both Deny and Warn '
            "(repeating the same validation failure information in the API response and headers serves no purpose)",
        ]),
        ({"policyName": "p", "validationActions": [], "paramRef": {"name": "a", "selector": {}}}, [
            "spec.paramRef.name: Forbidden: name and selector are mutually exclusive",
            "spec.paramRef.selector: Forbidden: name and selector are mutually exclusive",
            "spec.paramRef.parameterNotFoundAction: Required value",
            "spec.validationActions: Required value: at least one validation action is required",
        ]),
    ],
)  # fmt: skip
def test_bindings(spec: dict[str, Any], messages: list[str]) -> None:
    assert told(BINDINGS, {"spec": spec}) == messages
