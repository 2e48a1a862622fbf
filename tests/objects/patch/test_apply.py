"""Server-side apply: what real Kubernetes made of these configurations, and its words when it refused."""

import copy
import pickle
from typing import Any

import pytest
import yaml

from quorate.objects.patch.apply import apply
from quorate.objects.patch.last_applied import ANNOTATION
from quorate.objects.patch.managed import track
from quorate.objects.patch.refusal import Conflict, PatchError
from quorate.objects.schema import Field, Type

CONFIG_MAP, DEPLOYMENT, SERVICE = (
    "io.k8s.api.core.v1.ConfigMap",
    "io.k8s.api.apps.v1.Deployment",
    "io.k8s.api.core.v1.Service",
)
STATEFUL_SET = "io.k8s.api.apps.v1.StatefulSet"
T0, T1 = "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"
VERSION = {CONFIG_MAP: "v1", DEPLOYMENT: "apps/v1", SERVICE: "v1", STATEFUL_SET: "apps/v1"}
Obj = dict[str, Any]


def put(type: str, live: Obj | None, config: str, manager: str, force: bool = False, now: str = T0) -> Obj:
    """Apply a configuration written without its apiVersion, kind and name."""
    body = {"apiVersion": VERSION[type], "kind": type.rpartition(".")[2], **yaml.safe_load(config)}
    body["metadata"] = {"name": "d", **body.get("metadata", {})}
    before, asked = copy.deepcopy(live), copy.deepcopy(body)
    try:
        return apply(type, live, body, manager, force, now, VERSION[type])
    finally:
        assert (live, body) == (before, asked)


def owned(obj: Obj) -> dict[str, Any]:
    return {entry["manager"]: entry["fieldsV1"] for entry in obj["metadata"].get("managedFields", [])}


def test_the_first_apply_makes_the_object() -> None:
    made = put(CONFIG_MAP, None, '{metadata: {labels: {l: "1"}}, data: {k: v}}', "one")
    assert made["metadata"]["managedFields"] == [{
        "manager": "one", "operation": "Apply", "apiVersion": "v1", "time": T0, "fieldsType": "FieldsV1",
        "fieldsV1": {"f:data": {"f:k": {}}, "f:metadata": {"f:labels": {"f:l": {}}}},
    }]  # fmt: skip
    assert made["data"] == {"k": "v"}


def test_several_managers_of_one_object() -> None:
    one = put(CONFIG_MAP, None, '{metadata: {labels: {l: "1"}}, data: {k: v}}', "one")
    assert put(CONFIG_MAP, one, '{metadata: {labels: {l: "1"}}, data: {k: v}}', "one", now=T1) is one
    two = put(CONFIG_MAP, one, "{data: {m: n}}", "two", now=T1)
    assert two["data"] == {"k": "v", "m": "n"}
    assert owned(two) == {**owned(one), "two": {"f:data": {"f:m": {}}}}
    both = put(CONFIG_MAP, two, "{data: {k: v, m: n}}", "two", now="2026-01-01T00:00:02Z")
    assert owned(both)["two"] == {"f:data": {"f:k": {}, "f:m": {}}}
    assert [entry["time"] for entry in both["metadata"]["managedFields"]] == [T0, T1]
    three = track(CONFIG_MAP, both, {**both, "data": {"k": "v", "m": "changed", "o": "p"}}, "three", T1, "v1")
    assert owned(three) == {
        "one": owned(one)["one"], "two": {"f:data": {"f:k": {}}}, "three": {"f:data": {"f:m": {}, "f:o": {}}},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"metadata": {"name": "a"}}, "invalid object type: /, Kind="),
        ({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}, "invalid object type: /v1, Kind=Secret"),
        ({"apiVersion": "apps/v2", "kind": "ConfigMap"}, "invalid object type: apps/v2, Kind=ConfigMap"),
        (
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"managedFields": [{"manager": "x"}]}},
            "metadata.managedFields must be nil",
        ),
    ],
)
def test_what_is_no_configuration_of_this_kind(body: Obj, message: str) -> None:
    with pytest.raises(PatchError) as refused:
        apply(CONFIG_MAP, None, body, "m", False, T0, "v1")
    assert (refused.value.code, refused.value.reason, str(refused.value)) == (400, "BadRequest", message)


LISTS = """
metadata: {finalizers: [example.com/one]}
spec:
  replicas: 0
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers:
      - name: c
        image: "i:1"
        args: [x]
        ports: [{containerPort: 53, protocol: UDP, name: u}, {containerPort: 53, name: t}]
      tolerations: [{key: t, operator: Exists}]
"""
MORE = """
metadata: {finalizers: [example.com/two]}
spec:
  template:
    spec:
      containers:
      - {name: s, image: "j:1"}
      - name: c
        env: [{name: A, value: "1"}]
        ports: [{containerPort: 80}, {containerPort: 53, protocol: TCP, hostPort: 0}]
"""
OTHER = "{spec: {template: {spec: {containers: [{name: c, args: [y]}], tolerations: [{key: u, operator: Exists}]}}}}"


def spec(obj: Obj) -> Obj:
    return obj["spec"]["template"]["spec"]


def test_lists_by_their_keys() -> None:
    one = put(DEPLOYMENT, None, LISTS, "one")
    udp, tcp = 'k:{"containerPort":53,"protocol":"UDP"}', 'k:{"containerPort":53,"protocol":"TCP"}'
    assert owned(one)["one"] == {
        "f:metadata": {"f:finalizers": {'v:"example.com/one"': {}}},
        "f:spec": {
            "f:replicas": {}, "f:selector": {},
            "f:template": {
                "f:metadata": {"f:labels": {"f:a": {}}},
                "f:spec": {
                    "f:containers": {'k:{"name":"c"}': {
                        ".": {}, "f:args": {}, "f:image": {}, "f:name": {},
                        "f:ports": {
                            tcp: {".": {}, "f:containerPort": {}, "f:name": {}},
                            udp: {".": {}, "f:containerPort": {}, "f:name": {}, "f:protocol": {}},
                        },
                    }},
                    "f:tolerations": {},
                },
            },
        },
    }  # fmt: skip
    two = put(DEPLOYMENT, one, MORE, "two")
    assert [c["name"] for c in spec(two)["containers"]] == ["s", "c"]
    assert [(p["containerPort"], p.get("name")) for p in spec(two)["containers"][1]["ports"]] == [
        (53, "u"),
        (80, None),
        (53, "t"),
    ]
    assert spec(two)["containers"][1]["env"] == [{"name": "A", "value": "1"}]
    assert two["metadata"]["finalizers"] == ["example.com/one", "example.com/two"]


def test_conflicts_and_force() -> None:
    two = put(DEPLOYMENT, put(DEPLOYMENT, None, LISTS, "one"), MORE, "two")
    with pytest.raises(Conflict) as refused:
        put(DEPLOYMENT, two, OTHER, "two")
    fields = [".spec.template.spec.tolerations", '.spec.template.spec.containers[name="c"].args']
    assert refused.value.causes == [
        {"reason": "FieldManagerConflict", "message": 'conflict with "one"', "field": field} for field in fields
    ]
    assert str(refused.value) == (
        'Apply failed with 2 conflicts: conflicts with "one":\n'
        '- .spec.template.spec.tolerations\n- .spec.template.spec.containers[name="c"].args'
    )
    assert (refused.value.code, refused.value.reason) == (409, "Conflict")
    again = pickle.loads(pickle.dumps(refused.value))
    assert (again.causes, again.message) == (refused.value.causes, refused.value.message)
    forced = put(DEPLOYMENT, two, OTHER, "two", force=True)
    assert spec(forced) == {
        "containers": [{
            "name": "c", "image": "i:1", "args": ["y"],
            "ports": [{"containerPort": 53, "protocol": "UDP", "name": "u"}, {"containerPort": 53, "name": "t"}],
        }],
        "tolerations": [{"key": "u", "operator": "Exists"}],
    }  # fmt: skip
    assert forced["metadata"]["finalizers"] == ["example.com/one"]
    assert "f:tolerations" not in owned(forced)["one"]["f:spec"]["f:template"]["f:spec"]


def test_conflicts_with_updaters_name_their_version_and_subresource() -> None:
    live = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "d"},
        "spec": {"replicas": 1, "paused": False},
    }
    live = track(DEPLOYMENT, None, live, "kubectl-client-side-apply", T0, "apps/v1")
    with pytest.raises(Conflict) as refused:
        put(DEPLOYMENT, live, "{spec: {replicas: 2}}", "me")
    assert (
        str(refused.value)
        == 'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas'
    )
    live = track(DEPLOYMENT, live, {**live, "spec": {"replicas": 3, "paused": False}}, "hpa", T0, "apps/v1", "scale")
    with pytest.raises(Conflict) as refused:
        put(DEPLOYMENT, live, "{spec: {replicas: 2, paused: true}}", "me")
    assert str(refused.value) == (
        'Apply failed with 2 conflicts: conflicts with "hpa" with subresource "scale" using apps/v1:\n'
        "- .spec.replicas\n"
        'conflicts with "kubectl-client-side-apply" using apps/v1:\n- .spec.paused'
    )


def test_the_value_that_is_there_is_no_conflict() -> None:
    live = put(DEPLOYMENT, None, "{spec: {replicas: 2}}", "one")
    both = put(DEPLOYMENT, live, "{spec: {replicas: 2}}", "two", now=T1)
    assert both["spec"] is live["spec"]
    assert owned(both) == {"one": {"f:spec": {"f:replicas": {}}}, "two": {"f:spec": {"f:replicas": {}}}}
    # Nothing changed, so the new owner's entry has no time.
    assert [entry.get("time") for entry in both["metadata"]["managedFields"]] == [None, T0]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            "{spec: {template: {spec: {containers: [{name: c}, {name: c}]}}}}",
            '.spec.template.spec.containers: duplicate entries for key [name="c"]',
        ),
        ("{spec: {template: {spec: {containers: c}}}}", ".spec.template.spec.containers: expected list, got &{c}"),
        ("{spec: [1]}", ".spec: expected map, got &{[1]}"),
        ("{spec: {replicas: two}}", ".spec.replicas: expected numeric (int or float), got string"),
        (
            "{spec: {template: {spec: {containers: [{name: c, env: [{name: A, value: 8080}]}]}}}}",
            '.spec.template.spec.containers[name="c"].env[name="A"].value: '
            "expected string, got &value.valueUnstructured{Value:8080}",
        ),
        ('{spec: {paused: "yes"}}', ".spec.paused: expected boolean, got &{yes}"),
        ("{spec: {nothing: 1}}", ".spec.nothing: field not declared in schema"),
        (
            "{spec: {template: {spec: {containers: [c]}}}}",
            ".spec.template.spec.containers: element 0: associative list with keys may not have non-map elements",
        ),
        (
            "{spec: {replicas: x, paused: x}}",
            "errors:\n  .spec.replicas: expected numeric (int or float), got string\n"
            "  .spec.paused: expected boolean, got &{x}",
        ),
    ],
)  # fmt: skip
def test_configurations_that_do_not_fit_the_type(config: str, message: str) -> None:
    with pytest.raises(PatchError) as refused:
        put(DEPLOYMENT, None, config, "three")
    assert (refused.value.code, refused.value.reason) == (500, "")
    assert str(refused.value) == f"failed to create typed patch object (/d; apps/v1, Kind=Deployment): {message}"


def test_a_key_that_is_left_out_is_left_to_validation() -> None:
    live = put(DEPLOYMENT, None, LISTS, "one")
    merged = put(DEPLOYMENT, live, "{spec: {template: {spec: {containers: [{image: c}]}}}}", "three")
    assert spec(merged)["containers"][1] == {"image": "c"}


def test_order_follows_the_applier() -> None:
    def containers(*names: str) -> str:
        items = ", ".join(f"{{name: {name}, image: i}}" for name in names)
        return f"{{spec: {{template: {{spec: {{containers: [{items}]}}}}}}}}"

    live = put(DEPLOYMENT, None, containers("x", "y", "z"), "one")
    live = put(DEPLOYMENT, live, containers("z", "w", "x"), "one")
    assert [c["name"] for c in spec(live)["containers"]] == ["z", "w", "x"]


def test_ports_of_a_service() -> None:
    made = put(
        SERVICE,
        None,
        "{spec: {selector: {a: b}, ports: [{port: 53, protocol: UDP, name: u}, {port: 53, protocol: TCP, name: t}]}}",
        "one",
    )
    port = {".": {}, "f:name": {}, "f:port": {}, "f:protocol": {}}
    ports = {'k:{"port":53,"protocol":"TCP"}': port, 'k:{"port":53,"protocol":"UDP"}': port}
    assert owned(made)["one"] == {"f:spec": {"f:ports": ports, "f:selector": {}}}
    with pytest.raises(Conflict) as refused:
        put(SERVICE, made, "{spec: {selector: {a: c}}}", "two")
    assert str(refused.value) == 'Apply failed with 1 conflict: conflict with "one": .spec.selector'


def test_a_set_of_two_managers() -> None:
    template = "template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: 'app:1'}]}}"
    rest = f"serviceName: web, selector: {{matchLabels: {{app: web}}}}, {template}"
    live = put(
        STATEFUL_SET, None, f"{{metadata: {{labels: {{team: a, tmp: x}}}}, spec: {{replicas: 1, {rest}}}}}", "alice"
    )
    with pytest.raises(Conflict) as refused:
        put(STATEFUL_SET, live, "{spec: {replicas: 2}}", "bob")
    assert str(refused.value) == 'Apply failed with 1 conflict: conflict with "alice": .spec.replicas'
    live = put(STATEFUL_SET, live, "{spec: {replicas: 2}}", "bob", force=True)
    live = put(STATEFUL_SET, live, f"{{metadata: {{labels: {{team: a}}}}, spec: {{{rest}}}}}", "alice")
    assert live["metadata"]["labels"] == {"team": "a"}
    assert live["spec"]["replicas"] == 2
    assert owned(live)["bob"] == {"f:spec": {"f:replicas": {}}}


def test_what_nobody_owns_stays() -> None:
    live = put(DEPLOYMENT, None, "{spec: {replicas: 1, paused: true}}", "one")
    live = {**live, "spec": {**live["spec"], "revisionHistoryLimit": 10}}  # a default
    done = put(DEPLOYMENT, live, "{spec: {replicas: 1}}", "one")
    assert done["spec"] == {"replicas": 1, "revisionHistoryLimit": 10}


def test_the_last_of_a_map_takes_the_map_along() -> None:
    live = put(CONFIG_MAP, None, "{metadata: {labels: {a: b}}, data: {k: v}}", "one")
    done = put(CONFIG_MAP, live, "{data: {k: v}}", "one")
    assert "labels" not in done["metadata"]


def test_an_untracked_object_was_somebodys_before() -> None:
    live = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "d", "uid": "1"}, "data": {"k": "v"}}
    done = put(CONFIG_MAP, live, "{data: {m: n}}", "one")
    assert owned(done) == {"one": {"f:data": {"f:m": {}}}, "before-first-apply": {"f:data": {".": {}, "f:k": {}}}}
    with pytest.raises(Conflict) as refused:
        put(CONFIG_MAP, live, "{data: {k: other}}", "one")
    assert str(refused.value) == 'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.k'


def test_kubectl_takes_over_from_its_client_side_apply() -> None:
    last = '{"apiVersion":"v1","data":{"k":"v"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"d"}}\n'
    live = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "d", "annotations": {ANNOTATION: last}},
        "data": {"k": "v", "x": "y"},
    }
    live = track(CONFIG_MAP, None, live, "kubectl-client-side-apply", T0, "v1")
    done = put(CONFIG_MAP, live, "{data: {k: w}}", "kubectl")
    assert done["data"] == {"k": "w", "x": "y"}
    assert (
        done["metadata"]["annotations"][ANNOTATION]
        == '{"apiVersion":"v1","data":{"k":"w"},"kind":"ConfigMap","metadata":{"name":"d"}}\n'
    )
    with pytest.raises(Conflict) as refused:
        put(CONFIG_MAP, live, "{data: {k: w, x: z}}", "kubectl")
    assert [cause["field"] for cause in refused.value.causes] == [".data.x"]
    with pytest.raises(Conflict):
        put(CONFIG_MAP, live, "{data: {k: w}}", "somebody else")


def test_nulls() -> None:
    live = put(DEPLOYMENT, None, "{metadata: {labels: {a: b}}, spec: {replicas: 1}}", "one")
    done = put(DEPLOYMENT, live, "{metadata: {labels: null}, spec: {replicas: null}}", "one")
    assert "replicas" not in done["spec"]


def test_a_status_applied_to_its_subresource() -> None:
    text = Type("scalar", scalar="string")
    inner = Type("object", fields={"note": Field("note", text), "other": Field("other", text)})
    pan = Type(
        "object",
        fields={
            "apiVersion": Field("apiVersion", text),
            "kind": Field("kind", text),
            "metadata": Field("metadata", Type("map", element=text)),
            "spec": Field("spec", inner),
            "status": Field("status", inner),
        },
    )
    live = {"apiVersion": "e/v1", "kind": "Pan", "metadata": {"name": "a"}, "spec": {"note": "x"}}
    live = track(pan, None, live, "m", T0, "e/v1")
    config = {
        "apiVersion": "e/v1",
        "kind": "Pan",
        "metadata": {"name": "a"},
        "spec": {"note": "y"},
        "status": {"note": "done"},
    }
    done = apply(pan, live, config, "ctl", True, T0, "e/v1", "status", kind="Pan")
    assert done["metadata"]["managedFields"][0] == {
        "manager": "ctl", "operation": "Apply", "apiVersion": "e/v1", "time": T0, "fieldsType": "FieldsV1",
        "fieldsV1": {"f:status": {"f:note": {}}}, "subresource": "status",
    }  # fmt: skip
