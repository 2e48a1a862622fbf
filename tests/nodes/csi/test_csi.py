"""The simulated driver: what it makes, when it fails, what it deletes, how a volume grows."""

import re
from typing import Any

import pytest

from quorate.contract.plan import Create, Delete, Patch, Plan, Tell
from quorate.kernel.clock import SECOND
from quorate.nodes.csi import csi_driver, storage_classes
from quorate.nodes.csi.driver import DRIVER, stable_uid
from quorate.nodes.csi.provisioner import CONTROLLER as PROVISIONER
from quorate.nodes.csi.resizer import CONTROLLER as RESIZER
from quorate.objects.collection import Collection

Obj = dict[str, Any]
NOW = 1_767_225_600 * SECOND
CLASSES = {c["metadata"]["name"]: {**c, "metadata": {**c["metadata"], "uid": "x"}} for c in storage_classes()}
NODE = {"metadata": {"name": "node-1", "uid": "n", "labels": {"topology.kubernetes.io/zone": "zone-b"}}, "spec": {}}


def claim(class_name: str = "standard", uid: str = "u-1", **annotations: str) -> Obj:
    marks = {"volume.kubernetes.io/storage-provisioner": DRIVER}
    marks |= {k.replace("__", "/").replace("_", "-"): v for k, v in annotations.items()}
    return {
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "namespace": "n", "uid": uid, "resourceVersion": "5", "annotations": marks},
        "spec": {
            "accessModes": ["ReadWriteOnce"], "storageClassName": class_name, "volumeMode": "Filesystem",
            "resources": {"requests": {"storage": "2Gi"}},
        },
        "status": {"phase": "Pending"},
    }  # fmt: skip


def marked(key: str, value: str, base: Obj) -> Obj:
    meta = base["metadata"]
    return {**base, "metadata": {**meta, "annotations": {**meta["annotations"], key: value}}}


def look(claim_: Obj, *nodes: Obj, memory: Any = None, now: int = NOW, storage_class: Obj | None = None) -> Plan | None:
    cache = Collection()
    cache.apply("persistentvolumeclaims", None, claim_, 1)
    named = storage_class or CLASSES[claim_["spec"]["storageClassName"]]
    cache.apply("storageclasses.storage.k8s.io", None, named, 1)
    for node in nodes:
        cache.apply("nodes", None, node, 1)
    seen = PROVISIONER.snapshot(cache, ("n", "data"), memory)
    return None if seen is None else PROVISIONER.decide(seen, now)


def events(plan: Plan) -> list[tuple[str, str]]:
    return [(a.reason, a.message) for a in plan.actions if isinstance(a, Tell)]


def test_makes_a_volume_that_follows_from_the_claim() -> None:
    plan = look(claim())
    assert plan is not None
    assert events(plan) == [("Provisioning", 'External provisioner is provisioning volume for claim "n/data"')]
    made = plan.actions[1]
    assert isinstance(made, Create) and made.resource == "persistentvolumes"
    handle = made.obj["spec"]["csi"]["volumeHandle"]
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", handle)
    assert made.obj["metadata"] == {"name": "pvc-u-1", "annotations": {"pv.kubernetes.io/provisioned-by": DRIVER}}
    assert made.obj["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": "2Gi"},
        "csi": {"driver": DRIVER, "volumeHandle": handle},
        "claimRef": {
            "kind": "PersistentVolumeClaim",
            "apiVersion": "v1",
            "namespace": "n",
            "name": "data",
            "uid": "u-1",
            "resourceVersion": "5",
        },
        "persistentVolumeReclaimPolicy": "Delete",
        "storageClassName": "standard",
        "volumeMode": "Filesystem",
    }
    assert made.outcome.told is not None
    assert made.outcome.told.message == "Successfully provisioned volume pvc-u-1"


def test_a_delayed_class_waits_for_a_node_and_pins_the_volume_to_its_zone() -> None:
    assert look(claim("topology-aware"), NODE) is None
    plan = look(marked("volume.kubernetes.io/selected-node", "node-1", claim("topology-aware")), NODE)
    assert plan is not None and isinstance(plan.actions[1], Create)
    (term,) = plan.actions[1].obj["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"]
    assert term == {
        "matchExpressions": [{"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["zone-b"]}]
    }


def test_a_selected_node_that_has_gone_is_given_up() -> None:
    plan = look(marked("volume.kubernetes.io/selected-node", "node-9", claim("topology-aware")))
    assert plan is not None
    assert events(plan)[1:] == [("ProvisioningFailed", 'node "node-9" not found')]
    given_up = plan.actions[2]
    assert isinstance(given_up, Patch)
    assert given_up.body["metadata"]["annotations"] == {"volume.kubernetes.io/selected-node": None}


def test_takes_as_long_as_it_is_told() -> None:
    slow = marked("sim.quorate.dev/provision-after", "5s", claim())
    plan = look(slow)
    assert plan is not None and plan.look_again == NOW + 5 * SECOND
    assert [reason for reason, _ in events(plan)] == ["Provisioning"]
    later = look(slow, memory=plan.remember, now=NOW + 2 * SECOND)
    assert later is not None and later.actions == () and later.look_again == NOW + 5 * SECOND
    done = look(slow, memory=plan.remember, now=NOW + 5 * SECOND)
    assert done is not None and isinstance(done.actions[0], Create)
    unreadable = look(marked("sim.quorate.dev/provision-after", "soon", claim()))
    assert unreadable is not None and isinstance(unreadable.actions[1], Create)


def test_a_failure_is_told_and_tried_again_ever_later() -> None:
    broken = marked("sim.quorate.dev/fault", "ProvisioningFailed", claim())
    memory, now, waits = None, NOW, []
    for _ in range(11):
        plan = look(broken, memory=memory, now=now)
        assert plan is not None and plan.look_again is not None
        assert events(plan)[-1] == (
            "ProvisioningFailed",
            'failed to provision volume with StorageClass "standard": '
            "rpc error: code = Internal desc = simulated fault ProvisioningFailed",
        )
        waits.append((plan.look_again - now) // SECOND)
        memory, now = plan.remember, plan.look_again
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    repaired = look(claim(), memory=memory, now=now)
    assert repaired is not None and isinstance(repaired.actions[-1], Create)
    assert look(
        marked("sim.quorate.dev/fault", "ProvisioningFailed", claim(uid="u-2")), memory=memory, now=NOW
    ).look_again == (NOW + SECOND)  # type: ignore[union-attr]


def test_leaves_alone_what_is_not_its_own() -> None:
    assert look({**claim(), "metadata": {**claim()["metadata"], "annotations": {}}}) is None
    assert look({**claim(), "metadata": {**claim()["metadata"], "deletionTimestamp": "x"}}) is None
    assert look({**claim(), "spec": {**claim()["spec"], "volumeName": "v"}}) is None


def released(**changes: Any) -> Obj:
    spec = {"persistentVolumeReclaimPolicy": changes.get("policy", "Delete")}
    marks = {"pv.kubernetes.io/provisioned-by": changes.get("by", DRIVER)}
    meta = {"name": "pvc-1", "uid": "v", "annotations": marks}
    return {"metadata": meta, "spec": spec, "status": {"phase": changes.get("phase", "Released")}}


@pytest.mark.parametrize(
    ("volume", "deleted"),
    [
        (released(), True),
        (released(policy="Retain"), False),
        (released(by="other"), False),
        (released(phase="Bound"), False),
    ],
)
def test_deletes_what_it_made_once_released(volume: Obj, deleted: bool) -> None:
    cache = Collection()
    cache.apply("persistentvolumes", None, volume, 1)
    seen = PROVISIONER.snapshot(cache, ("", "pvc-1"), None)
    assert (seen is not None) is deleted
    if deleted:
        (only,) = PROVISIONER.decide(seen, NOW).actions
        assert isinstance(only, Delete) and only.ref.name == "pvc-1" and only.uid == "v"


# -- growing


def growing(
    mode: str = "Filesystem", volume_size: str = "1Gi", pod: bool = False, memory: Any = None, now: int = NOW
) -> Plan:
    held = claim()
    held["spec"] |= {"volumeName": "pvc-1", "volumeMode": mode}
    held["status"] = {"phase": "Bound", "capacity": {"storage": "1Gi"}}
    cache = Collection()
    cache.apply("persistentvolumeclaims", None, held, 1)
    spec = {"csi": {"driver": DRIVER}, "capacity": {"storage": volume_size}}
    cache.apply("persistentvolumes", None, {"metadata": {"name": "pvc-1", "uid": "v"}, "spec": spec}, 1)
    if pod:
        volumes = [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]
        spec = {"nodeName": "node-1", "volumes": volumes}
        user = {"metadata": {"name": "p", "namespace": "n", "uid": "p"}, "spec": spec, "status": {"phase": "Running"}}
        cache.apply("pods", None, user, 1)
    return RESIZER.decide(RESIZER.snapshot(cache, ("n", "data"), memory), now)


def test_the_disk_grows_after_a_while() -> None:
    first = growing()
    assert first.actions == () and first.look_again == NOW + 30 * SECOND
    plan = growing(memory=first.remember, now=NOW + 30 * SECOND)
    begun, _, grown, pending, _ = plan.actions
    assert isinstance(begun, Patch) and isinstance(grown, Patch) and isinstance(pending, Patch)
    assert begun.body["status"]["allocatedResourceStatuses"] == {"storage": "ControllerResizeInProgress"}
    assert [c["type"] for c in begun.body["status"]["conditions"]] == ["Resizing"]
    assert grown.body == {"spec": {"capacity": {"storage": "2Gi"}}}
    assert pending.body["status"]["allocatedResourceStatuses"] == {"storage": "NodeResizePending"}
    assert pending.body["status"]["conditions"][0]["message"] == (
        "Waiting for user to (re-)start a pod to finish file system resize of volume on node."
    )
    assert events(plan) == [
        ("Resizing", "External resizer is resizing volume pvc-1"),
        ("FileSystemResizeRequired", "Require file system resize of volume on node"),
    ]


def test_the_file_system_grows_under_a_running_pod() -> None:
    plan = growing(volume_size="2Gi", pod=True)
    status = plan.actions[0]
    assert isinstance(status, Patch)
    assert status.body["status"] == {
        "capacity": {"storage": "2Gi"}, "allocatedResources": {"storage": "2Gi"}, "allocatedResourceStatuses": None,
        "conditions": None,
    }  # fmt: skip
    message = 'MountVolume.NodeExpandVolume succeeded for volume "pvc-1" node-1'
    assert events(plan) == [("FileSystemResizeSuccessful", message)] * 2


def test_a_block_device_has_no_file_system_to_grow() -> None:
    plan = growing("Block", volume_size="2Gi")
    assert events(plan) == [("VolumeResizeSuccessful", "Resize volume succeeded")]


# -- what every world begins with


def test_default_objects() -> None:
    assert [(c["metadata"]["name"], c["volumeBindingMode"], c["reclaimPolicy"]) for c in storage_classes()] == [
        ("standard", "Immediate", "Delete"), ("topology-aware", "WaitForFirstConsumer", "Delete"),
        ("retained", "Immediate", "Retain"),
    ]  # fmt: skip
    assert all(c["allowVolumeExpansion"] and c["provisioner"] == DRIVER for c in storage_classes())
    assert [bool(c["metadata"].get("annotations")) for c in storage_classes()] == [True, False, False]
    assert csi_driver()["spec"] == {"attachRequired": False} and csi_driver()["metadata"]["name"] == DRIVER


def test_stable_uids_differ_and_stay() -> None:
    assert stable_uid("a") == stable_uid("a") != stable_uid("b")
