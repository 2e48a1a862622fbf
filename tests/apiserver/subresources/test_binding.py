from typing import Any

import pytest

from ..conftest import Door, pod  # noqa: TID252 - one door for all tests of the API server

PODS = "/api/v1/namespaces/default/pods"


def binding(name: str = "p", node: str = "n", **meta: Any) -> dict[str, Any]:
    target = {"kind": "Node", "name": node}
    return {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": name, **meta}, "target": target}


@pytest.mark.parametrize("path", [f"{PODS}/p/binding", "/api/v1/namespaces/default/bindings"])
def test_a_binding_puts_a_pod_on_a_node_once(door: Door, path: str) -> None:
    door.post(PODS, pod())
    assert door.post(path, binding())["status"] == "Success"
    found = door.get(f"{PODS}/p")
    assert found["spec"]["nodeName"] == "n"
    assert [(c["type"], c["status"]) for c in found["status"]["conditions"]] == [("PodScheduled", "True")]
    code, _, message = door.refused("POST", path, binding())
    assert code == 409
    assert message.endswith('pod p is already assigned to node "n"')


def test_a_binding_gives_its_annotations_and_labels(door: Door) -> None:
    door.post(PODS, pod())
    door.post(f"{PODS}/p/binding", binding(annotations={"a": "b"}, labels={"c": "d"}))
    meta = door.get(f"{PODS}/p")["metadata"]
    assert (meta["annotations"], meta["labels"]["c"]) == ({"a": "b"}, "d")


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (binding("other"), 400, "the name of the object (other) does not match the name on the URL (p)"),
        (binding(node=""), 422, 'Binding "p" is invalid: target.name: Required value'),
        ({**binding(), "target": {"kind": "Pod", "name": "n"}}, 422, 'target.kind: Unsupported value: "Pod"'),
        (binding(uid="u"), 409, "UID in precondition: u"),
        ({**binding(), "target": []}, 400, "json: cannot unmarshal array"),
    ],
)
def test_bindings_that_are_refused(door: Door, body: Any, code: int, message: str) -> None:
    door.post(PODS, pod())
    found, _, told = door.refused("POST", f"{PODS}/p/binding", body)
    assert found == code
    assert message in told


def test_a_gated_pod_is_not_bound(door: Door) -> None:
    door.post(PODS, pod(schedulingGates=[{"name": "example.com/g"}]))
    assert door.refused("POST", f"{PODS}/p/binding", binding())[2] == "pod p has non-empty .spec.schedulingGates"
