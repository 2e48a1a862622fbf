"""What is refused of roles and bindings."""

import pytest

from quorate.apiserver.defaults import default
from quorate.apiserver.validation import validate, validate_update

GROUP = "rbac.authorization.k8s.io"
RULE = {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}
REF = {"apiGroup": GROUP, "kind": "ClusterRole", "name": "view"}


def role(*rules: dict, **more: object) -> dict:
    return {"metadata": {"name": "x", "namespace": "n"}, "rules": list(rules), **more}


def binding(ref: dict, *subjects: dict) -> dict:
    return {"metadata": {"name": "x", "namespace": "n"}, "roleRef": ref, "subjects": list(subjects)}


def cluster(obj: dict) -> dict:
    return {**obj, "metadata": {"name": "x"}}


def told(resource: str, obj: dict) -> list[str]:
    return [f"{e.field}: {e.message}" for e in validate(f"{resource}.{GROUP}", obj)]


@pytest.mark.parametrize(("resource", "obj", "errors"), [
    ("roles", role(RULE), []),
    ("roles", role(), []),
    ("roles", role({}), [
        "rules[0].verbs: Required value: verbs must contain at least one value",
        "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
        "rules[0].resources: Required value: resource rules must supply at least one resource"]),
    ("roles", role({"verbs": ["get"], "nonResourceURLs": ["/x"]}), [
        'rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs']),
    ("clusterroles", cluster(role({"verbs": ["get"], "nonResourceURLs": ["/x"]})), []),
    ("clusterroles", cluster(role({**RULE, "nonResourceURLs": ["/x"]})), [
        'rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs']),
    ("clusterroles", cluster(role(aggregationRule={})), [
        "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is "
        "non-nil"]),
    ("rolebindings", binding(REF, {"kind": "User", "apiGroup": GROUP, "name": "a"}), []),
    ("rolebindings", binding({"apiGroup": GROUP, "kind": "Role", "name": "a%b"}), [
        "roleRef.name: Invalid value: \"a%b\": may not contain '%'"]),
    ("rolebindings", binding({"apiGroup": "x", "kind": "Rule"}), [
        f'roleRef.apiGroup: Unsupported value: "x": supported values: "{GROUP}"',
        'roleRef.kind: Unsupported value: "Rule": supported values: "Role", "ClusterRole"', "roleRef.name: Required value"]),
    ("clusterrolebindings", cluster(binding({**REF, "kind": "Role"})), [
        'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"']),
    ("rolebindings", binding(REF, {"kind": "ServiceAccount", "name": "a"}), []),
    ("clusterrolebindings", cluster(binding(REF, {"kind": "ServiceAccount", "name": "a"})), [
        "subjects[0].namespace: Required value"]),
    ("rolebindings", binding(REF, {"kind": "ServiceAccount", "name": "a", "apiGroup": GROUP}), [
        f'subjects[0].apiGroup: Unsupported value: "{GROUP}": supported values: ""']),
    ("rolebindings", binding(REF, {"kind": "Robot"}), [
        "subjects[0].name: Required value",
        'subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"']),
])  # fmt: skip
def test_what_is_wrong(resource: str, obj: dict, errors: list[str]) -> None:
    assert told(resource, obj) == errors


def test_a_binding_keeps_its_role() -> None:
    old = {**binding(REF), "metadata": {"name": "x", "namespace": "n", "resourceVersion": "1", "uid": "u"}}
    new = {**old, "roleRef": {**REF, "name": "edit"}}
    assert [e.message for e in validate_update(f"rolebindings.{GROUP}", new, old)] == [
        f'Invalid value: {{"APIGroup":"{GROUP}","Kind":"ClusterRole","Name":"edit"}}: cannot change roleRef'
    ]
    assert validate_update(f"rolebindings.{GROUP}", {**old, "subjects": []}, old) == []


def test_groups_are_filled_in() -> None:
    given = binding(
        {"kind": "Role", "name": "a"}, {"kind": "User", "name": "u"}, {"kind": "ServiceAccount", "name": "s"}
    )
    made = default(f"rolebindings.{GROUP}", given)
    assert made["roleRef"]["apiGroup"] == GROUP
    assert [s.get("apiGroup") for s in made["subjects"]] == [GROUP, None]
    assert default(f"rolebindings.{GROUP}", made) == made
