"""Expressions of policies that do not fit the kinds that they match."""

from typing import Any

import pytest

from quorate.controllers.admissionpolicies.typing import matched, warnings

Obj = dict[str, Any]
APPS = {"apiGroups": ["apps"], "apiVersions": ["v1"], "resources": ["deployments", "deployments/scale", "statefulsets"]}
PODS = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}


def policy(*validations: Any, rules: tuple[Obj, ...] = (PODS,), **more: Any) -> Obj:
    rows = [{"expression": v} if isinstance(v, str) else v for v in validations]
    return {
        "metadata": {"name": "p"},
        "spec": {"matchConstraints": {"resourceRules": list(rules)}, "validations": rows, **more},
    }


def test_kinds_that_are_named_outright() -> None:
    def names(*rules: Obj) -> list[str]:
        return [kind.kind for kind in matched(policy("true", rules=rules)["spec"])]

    assert names(APPS, PODS) == ["Pod", "Deployment", "StatefulSet"]
    assert names({**APPS, "apiGroups": ["*"]}, {**PODS, "apiVersions": ["*"]}, {**PODS, "resources": ["*"]}) == []
    assert len(names({"apiGroups": ["", "apps", "batch"], "apiVersions": ["v1"], "resources": [
        "pods", "nodes", "services", "secrets", "configmaps", "namespaces", "endpoints", "events", "limitranges",
        "deployments", "jobs", "cronjobs",
    ]})) == 10  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "object.spec.containers.all(c, !c.image.endsWith(':latest'))",
        "has(object.metadata.labels) && 'app' in object.metadata.labels",
        "oldObject == null || object.spec == oldObject.spec",
        "object.metadata.creationTimestamp < timestamp('2030-01-01T00:00:00Z')",
        "object.spec.containers.all(c, quantity(c.resources.limits['cpu']).isLessThan(quantity('1')))",
        "object.spec.containers[0].ports[0].containerPort > 1024 && request.operation == 'CREATE'",
        "namespaceObject.metadata.name != 'x' && authorizer.requestResource.check('get').allowed()",
        "object.spec.?nodeName.orValue('') == ''",
    ],
)
def test_what_fits(text: str) -> None:
    assert warnings(policy(text)) == []


def test_what_does_not_fit() -> None:
    found = warnings(
        policy({"expression": "object.spec.replicas > '1'", "messageExpression": "'a' + object.nope"}, rules=(APPS,))
    )
    assert found == [
        {
            "fieldRef": "spec.validations[0].expression",
            "warning": "apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, "
            "string)'\n | object.spec.replicas > '1'\n | .....................^\n\n"
            "apps/v1, Kind=StatefulSet: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, string)'\n"
            " | object.spec.replicas > '1'\n | .....................^\n",
        },
        {
            "fieldRef": "spec.validations[0].messageExpression",
            "warning": "apps/v1, Kind=Deployment: ERROR: <input>:1:13: undefined field 'nope'\n | 'a' + object.nope\n"
            " | ............^\n\napps/v1, Kind=StatefulSet: ERROR: <input>:1:13: undefined field 'nope'\n"
            " | 'a' + object.nope\n | ............^\n",
        },
    ]  # fmt: skip


def test_variables_and_params_have_types() -> None:
    made = policy(
        "variables.count > params.data['most']", "variables.broken == 1", "params.nope == 1",
        variables=[
            {"name": "count", "expression": "object.spec.containers.size()"},
            {"name": "broken", "expression": "object.nope"},
        ],
        paramKind={"apiVersion": "v1", "kind": "ConfigMap"},
    )  # fmt: skip
    found = {row["fieldRef"]: row["warning"] for row in warnings(made)}
    assert list(found) == ["spec.validations[0].expression", "spec.validations[2].expression"]
    assert "applied to '(int, string)'" in found["spec.validations[0].expression"]
    assert warnings(policy("params.nope == 1", paramKind={"apiVersion": "ex.io/v1", "kind": "Limit"})) == []
