"""A VolumeAttributesClass that is deleted goes when nobody names it any more."""

from quorate.assemble.world import Shape, world
from quorate.controllers.volumes.class_protection import CLASSES

VERSIONED = {"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttributesClass", "metadata": {"name": "fast"}}
CLASS = {**VERSIONED, "driverName": "csi.sim.quorate.dev", "parameters": {"iops": "1"}}
CLAIM = {
    "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c", "namespace": "default"},
    "spec": {
        "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "volumeAttributesClassName": "fast",
        "storageClassName": "nobodys",
    },
}  # fmt: skip


def test_it_waits_for_the_claims_that_name_it() -> None:
    made = world(1, Shape(nodes=0))
    client = made.client("user")
    client.create(CLASSES, CLASS)
    client.create("persistentvolumeclaims", CLAIM)
    made.settle()
    found = made.get(CLASSES, "", "fast")
    assert found is not None and found["metadata"]["finalizers"] == ["kubernetes.io/vac-protection"]
    client.delete(CLASSES, "", "fast")
    made.settle()
    found = made.get(CLASSES, "", "fast")
    assert found is not None and found["metadata"]["deletionTimestamp"]
    client.delete("persistentvolumeclaims", "default", "c")
    made.settle()
    assert made.get(CLASSES, "", "fast") is None


def test_unused_it_goes_at_once() -> None:
    made = world(1, Shape(nodes=0))
    made.client("user").create(CLASSES, CLASS)
    made.client("user").delete(CLASSES, "", "fast")
    made.settle()
    assert made.get(CLASSES, "", "fast") is None
