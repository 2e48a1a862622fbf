"""Volumes that must be attached, in whole worlds: orders, mounts, nodes that are lost, given up, or never were."""

from typing import Any

import pytest

from quorate.assemble.world import Shape, World, world
from quorate.kernel.clock import MINUTE, SECOND, Duration
from quorate.nodes.csi import DISK_DRIVER
from quorate.objects.attachments import ATTACHMENTS, attachment_name

Obj = dict[str, Any]
CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"
SIM = "sim.quorate.dev/"


class Play:
    def __init__(self, made: World) -> None:
        self.world, self.client = made, made.client()
        self.client.create("storageclasses.storage.k8s.io", {
            "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "disk"},
            "provisioner": DISK_DRIVER, "reclaimPolicy": "Delete", "allowVolumeExpansion": True,
        })  # fmt: skip

    def claim(self, name: str = "data", mode: str = "ReadWriteOnce", **annotations: str) -> None:
        meta = {
            "name": name,
            "namespace": "default",
            "annotations": {SIM + k.replace("_", "-"): v for k, v in annotations.items()},
        }
        self.client.create(CLAIMS, {
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": meta,
            "spec": {"accessModes": [mode], "storageClassName": "disk", "resources": {"requests": {"storage": "1Gi"}}},
        })  # fmt: skip
        self.go()

    def pod(self, name: str, node: str, claim: str = "data", **annotations: str) -> None:
        tolerations = [{"operator": "Exists"}]
        volume = {"name": "disk", "persistentVolumeClaim": {"claimName": claim}}
        self.client.create("pods", {
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": "default", "annotations": {SIM + k: v for k, v in annotations.items()}},
            "spec": {
                "nodeName": node, "tolerations": tolerations, "volumes": [volume],
                "containers": [{"name": "main", "image": "app:1"}],
            },
        })  # fmt: skip

    def go(self, duration: Duration = 2 * SECOND) -> None:
        self.world.run_for(duration)

    def delete(self, pod: str, **how: Any) -> None:
        self.client.delete("pods", "default", pod, **how)
        self.go()

    def node(self, name: str, **body: Any) -> None:
        self.client.patch("nodes", "", name, body)

    def down(self, node: str, down: bool = True) -> None:
        self.node(node, metadata={"annotations": {SIM + "down": "true" if down else None}})

    def attached(self) -> list[str]:
        """The nodes that have the volume."""
        return sorted(a["spec"]["nodeName"] for a in self.world.reader.list(ATTACHMENTS) if a["status"]["attached"])

    def phase(self, pod: str) -> str:
        found = self.world.get("pods", "default", pod)
        return found["status"]["phase"] if found is not None else "gone"

    def in_status(self, node: str) -> tuple[list[str], list[str]]:
        """What the node says is attached to it, and in use."""
        status = self.world.get("nodes", "", node)["status"]  # type: ignore[index]
        return [v["name"] for v in status.get("volumesAttached", [])], status.get("volumesInUse", [])

    def told(self, pod: str, reason: str = "FailedAttachVolume") -> list[str]:
        found = [e for e in self.world.reader.list("events", "default") if e["involvedObject"]["name"] == pod]
        return [e["message"].replace(self.volume, "VOLUME") for e in found if e["reason"] == reason]

    @property
    def volume(self) -> str:
        return self.world.reader.list(VOLUMES)[0]["metadata"]["name"]  # type: ignore[index]


@pytest.fixture
def on() -> Play:
    return Play(world(seed=3, shape=Shape(nodes=3)))


def test_a_volume_is_attached_mounted_and_detached(on: Play) -> None:
    on.claim(attach_after="5s", detach_after="3s")
    on.pod("a", "node-0")
    on.go(3 * SECOND)
    assert (on.phase("a"), on.attached()) == ("Pending", [])
    on.go(5 * SECOND)
    assert (on.phase("a"), on.attached()) == ("Running", ["node-0"])
    assert on.told("a", "SuccessfulAttachVolume") == ['AttachVolume.Attach succeeded for volume "VOLUME" ']
    handle = on.world.reader.list(VOLUMES)[0]["spec"]["csi"]["volumeHandle"]
    name = f"kubernetes.io/csi/{DISK_DRIVER}^{handle}"
    assert on.in_status("node-0") == ([name], [name])
    attachment = on.world.reader.list(ATTACHMENTS)[0]
    assert attachment["metadata"]["name"] == attachment_name(DISK_DRIVER, handle, "node-0")
    assert attachment["metadata"]["finalizers"] == ["external-attacher/disk-csi-sim-quorate-dev"]
    assert attachment["spec"] == {
        "attacher": DISK_DRIVER, "nodeName": "node-0", "source": {"persistentVolumeName": on.volume}
    }  # fmt: skip
    on.delete("a")
    assert on.in_status("node-0") == ([], [])
    assert on.attached() == ["node-0"]
    on.go(3 * SECOND)
    assert on.attached() == [] and list(on.world.reader.list(ATTACHMENTS)) == []


def test_the_first_driver_attaches_nothing(on: Play) -> None:
    on.client.create(CLAIMS, {
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "plain", "namespace": "default"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    })  # fmt: skip
    on.go()
    on.pod("a", "node-0", "plain")
    on.go()
    assert on.phase("a") == "Running" and list(on.world.reader.list(ATTACHMENTS)) == []


def test_a_second_node_has_to_wait(on: Play) -> None:
    on.claim()
    on.pod("a", "node-0")
    on.go()
    on.pod("b", "node-1")
    on.go(5 * MINUTE)
    assert (on.phase("b"), on.attached()) == ("Pending", ["node-0"])
    assert on.told("b") == ['Multi-Attach error for volume "VOLUME" Volume is already used by pod(s) a']
    text = (
        "unmounted volumes=[disk], unattached volumes=[disk], failed to process volumes=[]: context deadline exceeded"
    )
    assert on.told("b", "FailedMount") == [f"Unable to attach or mount volumes: {text}"]
    on.delete("a")
    on.go()
    assert (on.phase("b"), on.attached()) == ("Running", ["node-1"])


def test_a_shared_volume_is_attached_to_both(on: Play) -> None:
    on.claim(mode="ReadWriteMany")
    on.pod("a", "node-0")
    on.pod("b", "node-1")
    on.go()
    assert on.attached() == ["node-0", "node-1"]
    assert on.phase("a") == on.phase("b") == "Running"


def test_two_pods_of_one_node_share_it(on: Play) -> None:
    on.claim()
    on.pod("a", "node-0")
    on.pod("b", "node-0")
    on.go()
    assert on.phase("a") == on.phase("b") == "Running"
    on.delete("a")
    assert on.attached() == ["node-0"]


def test_a_lost_node_keeps_its_volume_as_long_as_the_pod_is_there(on: Play) -> None:
    on.claim()
    on.pod("a", "node-0")
    on.go()
    on.down("node-0")
    on.go(2 * MINUTE)
    on.client.delete("pods", "default", "a")
    on.go(20 * MINUTE)
    assert on.phase("a") == "Running" and on.attached() == ["node-0"]


def test_six_minutes_after_its_pod_a_lost_node_loses_its_volume(on: Play) -> None:
    on.claim()
    on.pod("a", "node-0")
    on.go()
    on.down("node-0")
    on.go(2 * MINUTE)
    on.delete("a", grace_seconds=0)
    on.pod("b", "node-1")
    on.go(5 * MINUTE)
    assert on.attached() == ["node-0"]
    assert on.told("b") == [
        'Multi-Attach error for volume "VOLUME" '
        "Volume is already exclusively attached to one node and can't be attached to another"
    ]
    on.go(2 * MINUTE)
    assert (on.attached(), on.phase("b")) == (["node-1"], "Running")
    # The kubelet that comes back finds nothing left to use.
    on.down("node-0", False)
    on.go(MINUTE)
    assert on.in_status("node-0") == ([], [])


def test_a_healthy_node_is_never_forced(on: Play) -> None:
    on.claim()
    on.pod("a", "node-0")
    on.go()
    on.down("node-0")
    on.go(SECOND)
    # Nobody has noticed yet that its kubelet stands still.
    on.delete("a", grace_seconds=0)
    on.go(20 * SECOND)
    assert on.attached() == ["node-0"]
    on.down("node-0", False)
    on.go(10 * SECOND)
    assert on.attached() == []


def test_a_node_out_of_service_is_given_up_at_once(on: Play) -> None:
    on.claim()
    on.pod("a", "node-0")
    on.go()
    on.down("node-0")
    on.go(2 * MINUTE)
    taints = on.world.get("nodes", "", "node-0")["spec"]["taints"]  # type: ignore[index]
    out = {"key": "node.kubernetes.io/out-of-service", "value": "nodeshutdown", "effect": "NoExecute"}
    on.node("node-0", spec={"taints": [*taints, out]})
    on.delete("a", grace_seconds=0)
    assert on.attached() == []


def test_an_attachment_that_fails_is_told_until_it_does_not(on: Play) -> None:
    on.claim(fault="AttachFailed")
    on.pod("a", "node-0")
    on.go(3 * SECOND)
    error = "rpc error: code = Internal desc = simulated fault AttachFailed"
    assert on.told("a") == [f'AttachVolume.Attach failed for volume "VOLUME" : {error}']
    on.go(2 * MINUTE)
    handle = on.world.reader.list(VOLUMES)[0]["spec"]["csi"]["volumeHandle"]
    late = f"timed out waiting for external-attacher of {DISK_DRIVER} CSI driver to attach volume {handle}"
    assert f'AttachVolume.Attach failed for volume "VOLUME" : {late}' in on.told("a")
    on.client.patch(CLAIMS, "default", "data", {"metadata": {"annotations": {SIM + "fault": None}}})
    on.go(5 * MINUTE)
    assert (on.phase("a"), on.attached()) == ("Running", ["node-0"])
    assert "attachError" not in on.world.reader.list(ATTACHMENTS)[0]["status"]


def test_one_that_cannot_be_detached_holds_up_the_next(on: Play) -> None:
    on.claim(fault="DetachFailed")
    on.pod("a", "node-0")
    on.go()
    on.delete("a")
    on.pod("b", "node-1")
    on.go(MINUTE)
    assert on.attached() == ["node-0"]
    assert on.world.reader.list(ATTACHMENTS)[0]["status"]["detachError"]["message"].endswith("DetachFailed")
    on.client.patch(CLAIMS, "default", "data", {"metadata": {"annotations": {SIM + "fault": None}}})
    on.go(5 * MINUTE)
    assert (on.attached(), on.phase("b")) == (["node-1"], "Running")


def test_a_finished_pod_needs_its_volume_no_more(on: Play) -> None:
    on.claim()
    on.pod("a", "node-0", fault="Succeeded")
    on.go(5 * SECOND)
    assert (on.phase("a"), on.attached()) == ("Succeeded", [])


def test_a_volume_is_deleted_once_it_is_detached(on: Play) -> None:
    on.claim()
    on.client.patch(VOLUMES, "", on.volume, {"metadata": {"annotations": {SIM + "detach-after": "10s"}}})
    on.pod("a", "node-0")
    on.go()
    on.client.delete(CLAIMS, "default", "data")
    on.delete("a")
    assert len(on.world.reader.list(VOLUMES)) == 1  # type: ignore[arg-type]
    on.go(15 * SECOND)
    assert list(on.world.reader.list(VOLUMES)) == [] and list(on.world.reader.list(ATTACHMENTS)) == []


def test_a_stateful_set_moves_with_its_disk(on: Play) -> None:
    template = {"metadata": {"name": "data"}, "spec": {
        "accessModes": ["ReadWriteOnce"], "storageClassName": "disk", "resources": {"requests": {"storage": "1Gi"}},
    }}  # fmt: skip
    on.client.create("statefulsets.apps", {
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db", "namespace": "default"},
        "spec": {
            "replicas": 1, "serviceName": "db", "selector": {"matchLabels": {"app": "db"}}, "volumeClaimTemplates": [template],
            "template": {
                "metadata": {"labels": {"app": "db"}}, "spec": {"containers": [{"name": "main", "image": "db:1"}]},
            },
        },
    })  # fmt: skip
    on.go(5 * SECOND)
    before = on.attached()
    assert on.phase("db-0") == "Running" and len(before) == 1
    on.node(before[0], spec={"unschedulable": True})
    on.delete("db-0")
    on.go(5 * SECOND)
    assert on.phase("db-0") == "Running" and on.attached() != before
