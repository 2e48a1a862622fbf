from typing import Any

import pytest

from ..conftest import APPLY, MERGE, Door, deployment  # noqa: TID252 - one door for all tests of the API server

PATH = "/apis/apps/v1/namespaces/default/deployments/d/scale"


@pytest.fixture
def scaled(door: Door) -> Door:
    door.post("/apis/apps/v1/namespaces/default/deployments", deployment())
    return door


def test_a_scale_is_the_replicas_behind_one_shape(scaled: Door) -> None:
    found = scaled.get(PATH)
    assert (found["kind"], found["apiVersion"], found["spec"]) == ("Scale", "autoscaling/v1", {"replicas": 1})
    assert found["status"] == {"replicas": 0, "selector": "a=b"}
    assert set(found["metadata"]) == {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}


def test_put_and_patch_set_the_replicas(scaled: Door) -> None:
    found = scaled.get(PATH)
    code, made = scaled.ask("PUT", PATH, {**found, "spec": {"replicas": 5}})
    assert (code, made["spec"]) == (200, {"replicas": 5})
    assert scaled.patch(PATH, {"spec": {"replicas": 0}})["spec"] == {}
    owner = scaled.get("/apis/apps/v1/namespaces/default/deployments/d")
    assert (owner["spec"]["replicas"], owner["metadata"]["generation"]) == (0, 3)
    assert "scale" in [m.get("subresource") for m in owner["metadata"]["managedFields"]]


def test_a_dry_run_scales_nothing(scaled: Door) -> None:
    before = scaled.server.store.revision
    assert scaled.patch(PATH, {"spec": {"replicas": 7}}, query={"dryRun": "All"})["spec"] == {"replicas": 7}
    assert scaled.server.store.revision == before


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"metadata": {"name": "d"}, "spec": {"replicas": -1}}, 422,
         'Scale.autoscaling "d" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0'),
        ({"metadata": {"name": "other"}}, 400, "the name of the object (other) does not match the name on the URL (d)"),
        ({"metadata": {"name": "d", "resourceVersion": "1"}}, 409, "the object has been modified"),
        ({"metadata": {"name": "d", "uid": "u"}}, 409, "UID in precondition: u"),
        ({"metadata": {"name": "d"}, "spec": {"replicas": "x"}}, 400, "json: cannot unmarshal string into Go struct field"),
        ({"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "d"}}, 400, "cannot be handled as a Scale"),
        ([], 400, "must be of type Scale"),
    ],
)  # fmt: skip
def test_scales_that_are_refused(scaled: Door, body: object, code: int, message: str) -> None:
    found, _, told = scaled.refused("PUT", PATH, body)
    assert found == code
    assert message in told


def test_the_wrong_patch_is_refused(scaled: Door) -> None:
    assert scaled.refused("PATCH", PATH, b"[1]", content_type=MERGE)[0] == 400
    assert scaled.refused("DELETE", PATH)[0] == 405


@pytest.mark.parametrize(
    ("method", "workloads", "named"),
    [
        ("GET", "/apis/apps/v1/namespaces/default/deployments", "deployments/scale.apps"),
        ("GET", "/apis/apps/v1/namespaces/default/replicasets", "replicasets/scale.apps"),
        ("GET", "/apis/apps/v1/namespaces/default/statefulsets", "statefulsets.apps"),
        ("GET", "/api/v1/namespaces/default/replicationcontrollers", "replicationcontrollers/scale.autoscaling"),
        ("PATCH", "/apis/apps/v1/namespaces/default/deployments", "deployments.apps"),
    ],
)
def test_a_scale_that_is_not_there(door: Door, method: str, workloads: str, named: str) -> None:
    body = {"spec": {"replicas": 1}} if method == "PATCH" else None
    found = door.refused(method, f"{workloads}/none/scale", body, content_type=MERGE)
    assert (found[0], found[2]) == (404, f'{named} "none" not found')


def test_an_applied_scale_owns_the_replicas_and_conflicts_with_who_did(scaled: Door) -> None:
    owner = PATH.removesuffix("/scale")

    def applied(manager: str, replicas: int, **query: str) -> tuple[int, Any]:
        body = {
            "apiVersion": "autoscaling/v1",
            "kind": "Scale",
            "metadata": {"name": "d"},
            "spec": {"replicas": replicas},
        }
        return scaled.ask("PATCH", PATH, body, {"fieldManager": manager, **query}, content_type=APPLY)

    config = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": {"replicas": 2}}
    scaled.ask("PATCH", owner, config, {"fieldManager": "one", "force": "true"}, content_type=APPLY)
    code, told = applied("two", 3)
    assert code == 409
    assert told["message"] == 'Apply failed with 1 conflict: conflict with "one": .spec.replicas'
    code, made = applied("two", 3, force="true")
    assert (code, made["spec"]) == (200, {"replicas": 3})
    entries = {m["manager"]: m for m in scaled.get(owner)["metadata"]["managedFields"]}
    assert "one" not in entries
    assert entries["two"] == {
        "manager": "two", "operation": "Apply", "apiVersion": "apps/v1", "fieldsType": "FieldsV1",
        "fieldsV1": {"f:spec": {"f:replicas": {}}}, "subresource": "scale",
    }  # fmt: skip
    # Whoever says the same shares it.
    assert applied("three", 3)[0] == 200
    assert applied("four", -1, force="true")[0] == 422
    assert applied("", 3)[0] == 422
