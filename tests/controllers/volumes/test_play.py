"""Claims and volumes in a whole world, on virtual time."""

from typing import Any

import pytest

from quorate.assemble.world import World, world
from quorate.contract.failures import Refused
from quorate.kernel.clock import MINUTE, SECOND

Obj = dict[str, Any]
CLAIMS, VOLUMES, CLASSES = "persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io"


@pytest.fixture(scope="module")
def start() -> bytes:
    return world(seed=3).frozen()


@pytest.fixture
def w(start: bytes) -> World:
    from quorate.assemble.world import thaw

    return thaw(start)


def claim(w: World, name: str = "data", storage_class: str | None = "standard", size: str = "1Gi") -> None:
    spec: Obj = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    if storage_class is not None:
        spec["storageClassName"] = storage_class
    meta = {"name": name, "namespace": "default"}
    w.client().create(CLAIMS, {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": meta, "spec": spec})


def pod(w: World, name: str = "app", claim_name: str = "data") -> None:
    spec = {
        "containers": [{"name": "c", "image": "app:1", "volumeMounts": [{"name": "v", "mountPath": "/v"}]}],
        "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": claim_name}}],
    }
    meta = {"name": name, "namespace": "default"}
    w.client().create("pods", {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec})


def status(w: World, name: str = "data") -> Obj:
    found = w.get(CLAIMS, "default", name)
    assert found is not None
    return found["status"]  # type: ignore[no-any-return]


def volumes(w: World) -> list[str]:
    return [v["status"]["phase"] for v in w.reader.list(VOLUMES)]


def reasons(w: World, name: str = "data") -> list[str]:
    return sorted(e["reason"] for e in w.reader.list("events") if e["involvedObject"]["name"] == name)


def grow(w: World, size: str) -> None:
    w.client().patch(CLAIMS, "default", "data", {"spec": {"resources": {"requests": {"storage": size}}}})


def test_the_reclaim_policy_decides_what_is_left(w: World) -> None:
    claim(w, "kept", "retained")
    claim(w, "lost", "standard")
    w.run_for(SECOND)
    assert volumes(w) == ["Bound", "Bound"]
    for name in ("kept", "lost"):
        w.client().delete(CLAIMS, "default", name)
    w.run_for(SECOND)
    assert volumes(w) == ["Released"] and w.reader.list(CLAIMS) == []


def test_a_claim_in_use_stays_until_its_pod_is_gone(w: World) -> None:
    claim(w)
    pod(w)
    w.run_for(10 * SECOND)
    w.client().delete(CLAIMS, "default", "data")
    w.run_for(MINUTE)
    assert w.get(CLAIMS, "default", "data") is not None
    w.client().delete("pods", "default", "app")
    w.run_for(MINUTE)
    assert w.get(CLAIMS, "default", "data") is None and volumes(w) == []


def test_a_volume_grows_and_then_its_file_system(w: World) -> None:
    claim(w)
    w.run_for(SECOND)
    grow(w, "4Gi")
    w.run_for(10 * SECOND)
    grow(w, "3Gi")  # not begun yet, so less will do
    w.run_for(MINUTE)
    waiting = status(w)
    assert waiting["capacity"] == {"storage": "1Gi"} and waiting["allocatedResources"] == {"storage": "3Gi"}
    assert [c["type"] for c in waiting["conditions"]] == ["FileSystemResizePending"]
    with pytest.raises(Refused):
        grow(w, "512Mi")
    pod(w)
    w.run_for(MINUTE)
    assert status(w) == {
        "phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "3Gi"},
        "allocatedResources": {"storage": "3Gi"},
    }  # fmt: skip
    (volume,) = w.reader.list(VOLUMES)
    assert volume["spec"]["capacity"] == {"storage": "3Gi"}
    told = set(reasons(w))
    assert {"ExternalExpanding", "Resizing", "FileSystemResizeRequired", "FileSystemResizeSuccessful"} <= told


def test_a_default_class_that_comes_later_is_taken_up(w: World) -> None:
    mark = "storageclass.kubernetes.io/is-default-class"
    w.client().patch(CLASSES, "", "standard", {"metadata": {"annotations": {mark: "false"}}})
    claim(w, storage_class=None)
    w.run_for(SECOND)
    assert status(w)["phase"] == "Pending" and reasons(w) == ["FailedBinding"]
    w.client().patch(CLASSES, "", "standard", {"metadata": {"annotations": {mark: "true"}}})
    w.run_for(20 * SECOND)
    found = w.get(CLAIMS, "default", "data")
    assert found is not None and found["spec"]["storageClassName"] == "standard" and found["status"]["phase"] == "Bound"


def test_a_volume_made_by_hand_is_found_at_the_next_look(w: World) -> None:
    claim(w, storage_class="")
    w.run_for(SECOND)
    spec = {
        "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "2Gi"}, "storageClassName": "", "hostPath": {"path": "/x"},
    }  # fmt: skip
    w.client().create(
        VOLUMES, {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "mine"}, "spec": spec}
    )
    w.run_for(SECOND)
    assert volumes(w) == ["Available"] and status(w)["phase"] == "Pending"
    w.run_for(15 * SECOND)
    assert volumes(w) == ["Bound"] and status(w)["capacity"] == {"storage": "2Gi"}
    w.client().delete(CLAIMS, "default", "data")
    w.run_for(SECOND)
    assert volumes(w) == ["Released"]


def test_two_claims_never_share_a_volume(w: World) -> None:
    spec = {
        "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "2Gi"}, "storageClassName": "", "hostPath": {"path": "/x"},
    }  # fmt: skip
    w.client().create(
        VOLUMES, {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "one"}, "spec": spec}
    )
    w.run_for(SECOND)
    claim(w, "a", "")
    claim(w, "b", "")
    w.run_for(MINUTE)
    assert sorted((status(w, "a")["phase"], status(w, "b")["phase"])) == ["Bound", "Pending"]


def test_a_pods_own_claim_comes_and_goes_with_it(w: World) -> None:
    template = {
        "metadata": {"labels": {"a": "b"}},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    spec = {
        "containers": [{"name": "c", "image": "app:1", "volumeMounts": [{"name": "scratch", "mountPath": "/v"}]}],
        "volumes": [{"name": "scratch", "ephemeral": {"volumeClaimTemplate": template}}],
    }
    meta = {"name": "app", "namespace": "default"}
    w.client().create("pods", {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec})
    w.run_for(10 * SECOND)
    made = w.get(CLAIMS, "default", "app-scratch")
    assert made is not None and made["status"]["phase"] == "Bound" and made["metadata"]["labels"] == {"a": "b"}
    assert made["metadata"]["ownerReferences"][0]["kind"] == "Pod"
    running = w.get("pods", "default", "app")
    assert running is not None and running["status"]["phase"] == "Running"
    w.client().delete("pods", "default", "app")
    w.run_for(MINUTE)
    assert w.reader.list(CLAIMS) == [] and volumes(w) == []
