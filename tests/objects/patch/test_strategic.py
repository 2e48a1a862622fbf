"""Strategic merge patch: what real Kubernetes made of these patches, and its words for those it refused."""

import copy
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from quorate.objects.patch.refusal import PatchError
from quorate.objects.patch.strategic import apply_strategic_patch

DEPLOYMENT = "io.k8s.api.apps.v1.Deployment"
SERVICE = "io.k8s.api.core.v1.Service"

LIVE: dict[str, Any] = yaml.safe_load("""
metadata: {name: d, labels: {x: "1"}, finalizers: [example.com/one, example.com/two]}
spec:
  replicas: 0
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers:
      - name: c
        image: "i:1"
        args: [x, y]
        env: [{name: A, value: "1"}, {name: B, value: "2"}]
        ports: [{containerPort: 80, protocol: TCP}, {containerPort: 81, protocol: TCP}]
      - {name: s, image: "j:1"}
      volumes: [{name: v, emptyDir: {}}, {name: w, emptyDir: {}}]
      tolerations: [{key: t, operator: Exists}]
""")


def patch(text: str, live: dict[str, Any] = LIVE, type: str = DEPLOYMENT) -> dict[str, Any]:
    before = copy.deepcopy(live)
    body = yaml.safe_load(text)
    asked = copy.deepcopy(body)
    done = apply_strategic_patch(type, live, body)
    assert live == before
    assert body == asked
    return done


def pod(text: str) -> dict[str, Any]:
    return patch(f"{{spec: {{template: {{spec: {text}}}}}}}")["spec"]["template"]["spec"]


def names(items: list[dict[str, Any]]) -> list[str]:
    return [item["name"] for item in items]


def test_items_are_merged_by_their_key_and_new_ones_come_last() -> None:
    spec = pod('{containers: [{name: s, image: "j:2"}, {name: new, image: "k:1"}]}')
    assert names(spec["containers"]) == ["c", "s", "new"]
    assert [item["image"] for item in spec["containers"]] == ["i:1", "j:2", "k:1"]
    assert spec["containers"][0] is LIVE["spec"]["template"]["spec"]["containers"][0]
    assert spec["volumes"] is LIVE["spec"]["template"]["spec"]["volumes"]


def test_lists_in_an_item() -> None:
    item = pod(
        '{containers: [{name: c, args: [z], env: [{name: B, value: "3"}, {name: C, value: "4"}], '
        "ports: [{containerPort: 81, name: web}]}]}"
    )["containers"][0]
    assert item["args"] == ["z"]
    assert item["env"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "3"}, {"name": "C", "value": "4"}]
    assert item["ports"] == [
        {"containerPort": 80, "protocol": "TCP"}, {"containerPort": 81, "protocol": "TCP", "name": "web"},
    ]  # fmt: skip


def test_remove_by_key() -> None:
    items = pod("{containers: [{name: s, $patch: delete}, {name: c, env: [{name: A, $patch: delete}]}]}")["containers"]
    assert names(items) == ["c"]
    assert items[0]["env"] == [{"name": "B", "value": "2"}]


def test_replace_a_list_and_a_map() -> None:
    assert pod('{containers: [{name: only, image: "o:1"}, {$patch: replace}]}')["containers"] == [
        {"name": "only", "image": "o:1"}
    ]
    assert patch('{metadata: {labels: {$patch: replace, z: "9"}}}')["metadata"]["labels"] == {"z": "9"}
    assert patch("{metadata: {labels: {$patch: delete}}}")["metadata"]["labels"] == {}


def test_a_set_of_strings() -> None:
    done = patch(
        "{metadata: {finalizers: [example.com/three], $deleteFromPrimitiveList/finalizers: [example.com/one]}}"
    )
    assert done["metadata"]["finalizers"] == ["example.com/three", "example.com/two"]


def test_order() -> None:
    live = copy.deepcopy(LIVE)
    live["spec"]["template"]["spec"]["containers"] = [{"name": "only", "image": "o:1"}]
    body = """{spec: {template: {spec: {$setElementOrder/containers: [{name: b}, {name: only}, {name: a}],
               containers: [{name: b, image: "b:1"}, {name: a, image: "a:1"}]}}}}"""
    assert names(patch(body, live)["spec"]["template"]["spec"]["containers"]) == ["b", "only", "a"]


def test_order_alone() -> None:
    assert names(pod("{$setElementOrder/containers: [{name: s}, {name: c}]}")["containers"]) == ["s", "c"]


def test_a_new_list_comes_in_the_order_given() -> None:
    spec = pod("{$setElementOrder/initContainers: [{name: b}, {name: a}], initContainers: [{name: b}, {name: a}]}")
    assert names(spec["initContainers"]) == ["b", "a"]


def test_retain_keys_makes_the_others_go() -> None:
    volumes = pod("{volumes: [{name: v, $retainKeys: [name, hostPath], hostPath: {path: /x}}]}")["volumes"]
    assert volumes == [{"name": "v", "hostPath": {"path": "/x"}}, {"name": "w", "emptyDir": {}}]
    assert patch("{spec: {strategy: {$retainKeys: [type], type: Recreate}}}")["spec"]["strategy"] == {
        "type": "Recreate"
    }


def test_without_retain_keys_both_stay() -> None:
    assert pod("{volumes: [{name: w, hostPath: {path: /x}}]}")["volumes"][1] == {
        "name": "w", "emptyDir": {}, "hostPath": {"path": "/x"},
    }  # fmt: skip


def test_a_list_without_a_merge_key_is_replaced() -> None:
    assert pod("{tolerations: [{key: u, operator: Exists}]}")["tolerations"] == [{"key": "u", "operator": "Exists"}]


def test_null_removes() -> None:
    live = {"spec": {"selector": {"a": "b"}, "ports": [{"name": "web", "port": 80}, {"name": "alt", "port": 81}]}}
    done = patch("{spec: {selector: {a: null, c: d}, ports: [{port: 80, targetPort: 8080}]}}", live, SERVICE)
    assert done["spec"] == {
        "selector": {"c": "d"}, "ports": [{"name": "web", "port": 80, "targetPort": 8080}, {"name": "alt", "port": 81}],
    }  # fmt: skip


def test_what_is_new_carries_neither_nulls_nor_directives() -> None:
    done = patch(
        "{metadata: {annotations: {a: null, b: x}}, "
        "spec: {template: {spec: {initContainers: [{name: i, $patch: delete}]}}}}"
    )
    assert done["metadata"]["annotations"] == {"b": "x"}
    assert done["spec"]["template"]["spec"]["initContainers"] == []


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (
            '{spec: {template: {spec: {containers: [{image: "x:1"}]}}}}', 500,
            "map: map[image:x:1] does not contain declared merge key: name",
        ),
        ('{metadata: {labels: {$patch: burn, q: "1"}}}', 500, "unknown patch type: burn in map: map[$patch:burn q:1]"),
        (
            "{spec: {template: {spec: {$setElementOrder/containers: [{name: a}], "
            'containers: [{name: b, image: "b:2"}]}}}}', 500,
            "The order in patch list:\n[map[image:b:2 name:b]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n",
        ),
        ("{spec: {strategy: {$retainKeys: type, type: Recreate}}}", 400, "invalid patch format of retainKeys"),
        ("{spec: {strategy: {$retainKeys: [x], type: Recreate}}}", 400, "invalid patch format of retainKeys"),
        ("{metadata: {$deleteFromPrimitiveListx: [a]}}", 400, "invalid patch format of primitive list"),
        ("{metadata: {$setElementOrderx: [a]}}", 400, "invalid patch format of setElementOrder list"),
        ("{metadata: {$setElementOrder/finalizers: a}}", 500, "expected a []interface {}, but received a string"),
        (
            "{metadata: {$setElementOrder/nothing: [a]}}", 500,
            'unable to find api field in struct ObjectMeta for the json field "nothing"',
        ),
        ("{metadata: {finalizers: [[a]]}}", 422, "lists of lists are not supported"),
        (
            "{metadata: {finalizers: [a, 1]}}", 500,
            "list element types are not identical: [[example.com/one example.com/two] [a 1]]",
        ),
        (
            "{spec: {template: {spec: {containers: [{name: c, $patch: merge}]}}}}", 500,
            "merging lists cannot yet be specified in the patch",
        ),
        ("[1]", 400, "json: cannot unmarshal array into Go value of type map[string]interface {}"),
    ],
)  # fmt: skip
def test_refusals(body: str, code: int, message: str) -> None:
    with pytest.raises(PatchError) as refused:
        patch(body)
    assert (str(refused.value), refused.value.code) == (message, code)


NAMES = st.lists(st.sampled_from("abcdef"), unique=True)


@pytest.mark.parametrize("name", [{}, ["a"]])
def test_a_merge_key_that_is_no_plain_value_is_none(name: Any) -> None:
    obj = {"spec": {"containers": [{"name": "c"}]}}
    with pytest.raises(PatchError, match="does not contain declared merge key: name"):
        apply_strategic_patch("io.k8s.api.core.v1.Pod", obj, {"spec": {"containers": [{"name": name}]}})


@given(NAMES, NAMES)
def test_a_list_of_items_after_a_patch(live: list[str], asked: list[str]) -> None:
    """All of both are there; each keeps its own order, but for live items that the patch moves."""
    obj = {"spec": {"containers": [{"name": n, "image": "i"} for n in live]}}
    body = {"spec": {"containers": [{"name": n, "image": "j"} for n in asked]}}
    done = names(apply_strategic_patch("io.k8s.api.core.v1.Pod", obj, body)["spec"]["containers"])
    assert sorted(done) == sorted({*live, *asked})
    assert [n for n in done if n in asked] == asked
    assert [n for n in done if n not in asked] == [n for n in live if n not in asked]


@given(NAMES, st.permutations("abcdef"))
def test_set_element_order_orders(live: list[str], order: list[str]) -> None:
    obj = {"spec": {"containers": [{"name": n} for n in live]}}
    body = {"spec": {"$setElementOrder/containers": [{"name": n} for n in order]}}
    if live:
        done = apply_strategic_patch("io.k8s.api.core.v1.Pod", obj, body)
        assert names(done["spec"]["containers"]) == [n for n in order if n in live]


@given(NAMES)
def test_a_patch_that_changes_nothing_gives_the_object_itself(live: list[str]) -> None:
    obj = {
        "metadata": {"labels": {"a": "b"}, "finalizers": live},
        "spec": {"containers": [{"name": n, "image": "i"} for n in live]},
    }
    assert apply_strategic_patch("io.k8s.api.core.v1.Pod", obj, {}) is obj
    assert apply_strategic_patch("io.k8s.api.core.v1.Pod", obj, copy.deepcopy(obj)) is obj
