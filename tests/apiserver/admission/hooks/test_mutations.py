"""MutatingAdmissionPolicies: what they make of requests, and how they fail."""

from typing import Any

import pytest

Obj = dict[str, Any]
ADMISSION = "/apis/admissionregistration.k8s.io/v1"
MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
DENIED = "policy 'm' with binding 'm-here' denied request: "


def rule(resource: str, group: str = "") -> Obj:
    return {"apiGroups": [group], "apiVersions": ["*"], "resources": [resource], "operations": ["CREATE", "UPDATE"]}


def patches(text: str) -> Obj:
    return {"patchType": "JSONPatch", "jsonPatch": {"expression": text}}


def applies(text: str) -> Obj:
    return {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": text}}


def policy(api: Any, *mutations: Obj, name: str = "m", resource: str = "configmaps", **more: Any) -> Obj:
    spec = {
        "matchConstraints": {"resourceRules": [rule(resource)]}, "mutations": list(mutations),
        "reinvocationPolicy": "Never", **more,
    }  # fmt: skip
    made = api("POST", f"{ADMISSION}/mutatingadmissionpolicies", {"metadata": {"name": name}, "spec": spec})
    if made["_code"] == 201:
        bound = api("POST", f"{ADMISSION}/mutatingadmissionpolicybindings", {
            "metadata": {"name": f"{name}-here"}, "spec": {"policyName": name},
        })  # fmt: skip
        assert bound["_code"] == 201, bound
    return made


def pod(api: Any, **spec: Any) -> Obj:
    containers = [{"name": "c", "image": "i"}]
    return api("POST", PODS, {"metadata": {"name": "p"}, "spec": {"containers": containers, **spec}})


@pytest.mark.parametrize(
    ("mutation", "data"),
    [
        (patches("[JSONPatch{op: 'add', path: '/data/x', value: '1'}]"), {"k": "v", "x": "1"}),
        (patches("[JSONPatch{op: 'add', path: '/data/' + jsonpatch.escapeKey('a/b~c'), value: '1'}]"), None),
        (patches("has(object.data.k) ? [JSONPatch{op: 'remove', path: '/data/k'}] : []"), None),
        (patches("[JSONPatch{op: 'move', from: '/data/k', path: '/data/l'}]"), {"l": "v"}),
        (patches("[JSONPatch{op: 'test', path: '/data/k', value: 'w'}, JSONPatch{op: 'remove', path: '/data/k'}]"), {"k": "v"}),
        (applies("Object{data: {'x': object.data.k + '!'}}"), {"k": "v", "x": "v!"}),
        (applies("Object{data: object.data.k == 'v' ? {'x': variables.y} : {'z': ''}}"), {"k": "v", "x": "yes"}),
        (applies("Object{?data: optional.none()}"), {"k": "v"}),
    ],
)  # fmt: skip
def test_what_a_mutation_makes(api: Any, mutation: Obj, data: Any) -> None:
    made = policy(api, mutation, variables=[{"name": "y", "expression": "'yes'"}])
    assert made["_code"] == 201, made
    said = api.map("a", {"k": "v"})
    if data is not None:
        assert said.get("data") == data, said
    elif "escapeKey" in str(mutation):
        assert said["_code"] == 422 and 'data[a/b~c]: Invalid value: "a/b~c"' in said["message"]
    else:
        assert said["_code"] == 201 and not said.get("data")


def test_mutations_follow_each_other(api: Any) -> None:
    policy(
        api, applies("Object{data: {'a': '1'}}"), patches("[JSONPatch{op: 'copy', from: '/data/a', path: '/data/b'}]")
    )
    made = api.map("x", {})
    assert made["data"] == {"a": "1", "b": "1"}
    api.merge(f"{MAPS}/x", {"data": {"a": None}})
    assert api("GET", f"{MAPS}/x")["data"] == {"a": "1", "b": "1"}


def test_a_list_is_merged_by_its_keys_and_defaulted(api: Any) -> None:
    text = (
        "Object{spec: Object.spec{initContainers: [Object.spec.initContainers{name: 'mesh', image: 'proxy', "
        "restartPolicy: 'Always'}]}}"
    )
    policy(api, applies(text), resource="pods")
    first = pod(api, initContainers=[{"name": "own", "image": "i"}])["spec"]["initContainers"]
    assert [c["name"] for c in first] == ["own", "mesh"]
    assert first[1]["restartPolicy"] == "Always" and first[1]["imagePullPolicy"] == "Always"


@pytest.mark.parametrize(
    ("mutation", "why"),
    [
        (patches("[JSONPatch{op: 'remove', path: '/spec/gone/x'}]"), "JSONPath: "),
        (applies("Object{spec: Object.spec{nope: 1}}"),
         "error applying patch: failed to convert patch object to typed object: failed to create typed patch object "
         "(/; /v1, Kind=Pod): .spec.nope: field not declared in schema"),
        (applies("Object{spec: Object.wrong{}}"),
         'type mismatch: unexpected type name "Object.wrong", expected "Object.spec", which matches field name path from '
         "root Object type"),
        (applies("Object{spec: Object.spec{tolerations: [Object.spec.tolerations{key: 'a'}]}}"),
         "error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.tolerations"),
        (applies("Object{metadata: Object.metadata{name: object.metadata.labels.gone}}"),
         "expression 'Object{metadata: Object.metadata{name: object.metadata.labels.gone}}' resulted in error: no such key: "),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_unless_failures_are_ignored(api: Any, mutation: Obj, why: str) -> None:
    policy(api, mutation, resource="pods")
    said = pod(api)
    assert (said["_code"], said["reason"]) == (403, "Invalid")
    assert said["message"].startswith(DENIED + why), said["message"]
    assert said["details"] == {"name": "p", "kind": "pods", "causes": [{"message": said["message"]}]}
    api.merge(f"{ADMISSION}/mutatingadmissionpolicies/m", {"spec": {"failurePolicy": "Ignore"}})
    assert pod(api)["_code"] == 201


def test_who_wishes_is_asked_again_when_others_have_changed_it(api: Any) -> None:
    count = (
        "Object{data: {'count': string(has(object.data) && has(object.data.count) ? int(object.data.count) + 1 : 1)}}"
    )
    policy(api, applies(count), reinvocationPolicy="IfNeeded")
    assert api.map("alone")["data"] == {"count": "1"}
    policy(api, applies("Object{data: {'other': '1'}}"), name="other")
    assert api.map("both")["data"] == {"count": "2", "other": "1"}


def test_a_webhook_sees_what_policies_have_made(api: Any) -> None:
    seen: list[Any] = []

    def note(request: Obj) -> Obj:
        seen.append(request["object"].get("data"))
        return {"allowed": True}

    api.hook(note, kind="Mutating")
    policy(api, applies("Object{data: {'x': '1'}}"))
    api.map("a")
    assert seen == [{"x": "1"}]


@pytest.mark.parametrize(
    ("mutation", "more", "messages"),
    [
        (patches("['x']"), {}, ["must evaluate to list(JSONPatch) but got list(string)"]),
        (patches("[JSONPatch{op: 1}]"), {}, ["expected type of field 'op' is 'string' but provided type is 'int'"]),
        (patches("[JSONPatch{foo: 1}]"), {}, ["undefined field 'foo'"]),
        (applies("{'data': 1}"), {}, ["must evaluate to Object but got map(string, int)"]),
        (applies("Thing{}"), {}, ["undeclared reference to 'Thing' (in container '')"]),
        ({"patchType": "Other"}, {}, ['spec.mutations[0].patchType: Unsupported value: "Other": supported values: ']),
        ({"patchType": "JSONPatch"}, {}, ["spec.mutations[0].jsonPatch: Required value: must be specified when patchType is "]),
        (applies("Object{}"), {"reinvocationPolicy": ""}, ["spec.reinvocationPolicy: Required value"]),
    ],
)  # fmt: skip
def test_what_is_refused(api: Any, mutation: Obj, more: Obj, messages: list[str]) -> None:
    said = policy(api, mutation, **more)
    assert said["_code"] == 422
    for message in messages:
        assert message in said["message"]
