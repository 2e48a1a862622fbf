"""Claims that are not bound, volumes that do not come, data at risk."""

from typing import Any

from bench.faulty.case import Case
from bench.faulty.hand import on_hand
from bench.faulty.play import NAMESPACE, Obj, Play
from quorate.kernel.clock import MINUTE, SECOND


def _set(play: Play, minutes: int = 3, **spec: Any) -> str:
    name = play.statefulset(wait=False, **spec)
    play.run(minutes * MINUTE)
    return f"statefulset/{name}"


def class_missing(play: Play) -> str:
    return _set(play, claim={"storageClassName": "fast-ssd"})


def class_there(play: Play) -> str:
    return _set(play, claim={"storageClassName": "retained"})


def class_unset(play: Play) -> str:
    def plain(obj: Obj) -> None:
        obj["metadata"]["annotations"] = {}

    play.change("storageclasses.storage.k8s.io", "standard", plain, namespace="")
    return _set(play)


def provisioning_fails(play: Play) -> str:
    return _set(play, claim_annotations={"sim.quorate.dev/fault": "ProvisioningFailed"})


def provisioning_slow(play: Play) -> str:
    name = play.statefulset(wait=False, claim_annotations={"sim.quorate.dev/provision-after": "25s"})
    play.run(15 * SECOND)
    return f"statefulset/{name}"


def provisioning_slowly(play: Play) -> str:
    """It has begun, and says nothing more: neither that it fails nor that it is done."""
    name = play.statefulset(wait=False, claim_annotations={"sim.quorate.dev/provision-after": "1000h"})
    play.run(100 * SECOND)
    return f"statefulset/{name}"


def provisioner_absent(play: Play) -> str:
    play.create(
        "storageclasses.storage.k8s.io",
        "storage.k8s.io/v1",
        "StorageClass",
        play.name("cloud"),
        {},
        provisioner="ebs.csi.example.com",
        reclaimPolicy="Delete",
        volumeBindingMode="Immediate",
    )
    name = next(
        c["metadata"]["name"]
        for c in play.client.list("storageclasses.storage.k8s.io")
        if c["provisioner"] == "ebs.csi.example.com"
    )
    return _set(play, claim={"storageClassName": name})


def waits_for_consumer(play: Play) -> str:
    """Its claims wait for a node, and its pods for something else: the claims are not what is wrong."""
    return _set(play, claim={"storageClassName": "topology-aware"})


def _static_class(play: Play) -> str:
    name = play.name("local")
    play.create(
        "storageclasses.storage.k8s.io",
        "storage.k8s.io/v1",
        "StorageClass",
        name,
        {},
        provisioner="kubernetes.io/no-provisioner",
        volumeBindingMode="Immediate",
    )
    return name


def _volume(
    play: Play, of_class: str, size: str = "1Gi", modes: tuple[str, ...] = ("ReadWriteOnce",), **more: Any
) -> None:
    spec = {
        "capacity": {"storage": size},
        "accessModes": list(modes),
        "storageClassName": of_class,
        "hostPath": {"path": "/srv"},
        "persistentVolumeReclaimPolicy": "Retain",
    }
    play.create("persistentvolumes", "v1", "PersistentVolume", play.name("disk"), spec, **more)


def volume_small(play: Play) -> str:
    of_class = _static_class(play)
    for _ in range(3):
        _volume(play, of_class, "500Mi")
    return _set(play, claim={"storageClassName": of_class})


def volume_mode(play: Play) -> str:
    of_class = _static_class(play)
    for _ in range(3):
        _volume(play, of_class, modes=("ReadOnlyMany",))
    return _set(play, claim={"storageClassName": of_class})


def volume_selector(play: Play) -> str:
    of_class = _static_class(play)
    for _ in range(3):
        _volume(play, of_class, metadata={"labels": {"tier": "slow"}})
    return _set(play, claim={"storageClassName": of_class, "selector": {"matchLabels": {"tier": "fast"}}})


def volume_fits(play: Play) -> str:
    of_class = _static_class(play)
    for _ in range(3):
        _volume(play, of_class, "2Gi")
    return _set(play, claim={"storageClassName": of_class})


def claim_missing(play: Play) -> str:
    volumes = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "uploads"}}]}
    name = play.deployment(replicas=1, pod=volumes, wait=False)
    play.run(3 * MINUTE)
    return f"deployment/{name}"


def claim_there(play: Play) -> str:
    play.create(
        "persistentvolumeclaims",
        "v1",
        "PersistentVolumeClaim",
        "uploads",
        {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    )
    volumes = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "uploads"}}]}
    return f"deployment/{play.deployment(replicas=1, pod=volumes)}"


def claim_lost(play: Play) -> str:
    name = play.statefulset()
    play.fault("volume-lost", claim=f"data-{name}-1", namespace=NAMESPACE)
    play.run(3 * MINUTE)
    return f"statefulset/{name}"


def claim_going(play: Play) -> str:
    name = play.statefulset()
    play.client.delete("persistentvolumeclaims", NAMESPACE, f"data-{name}-1")
    play.run(2 * MINUTE)
    return f"statefulset/{name}"


def well(play: Play) -> str:
    return f"statefulset/{play.statefulset()}"


def resize_fails(play: Play) -> str:
    hand, _ = on_hand(play)
    name = play.statefulset()
    claim = play.get("persistentvolumeclaims", f"data-{name}-0")
    asked = {**claim["spec"], "resources": {"requests": {"storage": "5Gi"}}}
    play.client.update("persistentvolumeclaims", {**claim, "spec": asked})
    play.run(SECOND)
    now = play.get("persistentvolumeclaims", f"data-{name}-0")
    status = {**now["status"], "capacity": {"storage": "1Gi"}}
    play.client.update("persistentvolumeclaims", {**now, "status": status}, "status")
    hand.tells(
        now,
        "Warning",
        "VolumeResizeFailed",
        'resize volume "pvc-1" by resizer "csi" failed: rpc error: quota of the project is used up',
        component="external-resizer",
    )
    play.run(10 * SECOND)
    return f"statefulset/{name}"


def resized(play: Play) -> str:
    name = play.statefulset()
    claim = play.get("persistentvolumeclaims", f"data-{name}-0")
    asked = {**claim["spec"], "resources": {"requests": {"storage": "5Gi"}}}
    play.client.update("persistentvolumeclaims", {**claim, "spec": asked})
    play.run(2 * MINUTE)
    return f"statefulset/{name}"


def _creating(play: Play, reason: str, message: str, component: str = "attachdetach-controller") -> str:
    hand, there = on_hand(play)
    name = play.statefulset(replicas=1, pod=there, wait=False)
    play.run(10 * SECOND)
    for pod in hand.pods():
        hand.waits(pod, "ContainerCreating")
        hand.tells(pod, "Warning", reason, message, component=component)
    play.run(2 * MINUTE)
    return f"statefulset/{name}"


def multi_attach(play: Play) -> str:
    return _creating(
        play,
        "FailedAttachVolume",
        'Multi-Attach error for volume "pvc-7f" Volume is already exclusively attached to one node and can\'t be attached to another',
    )


def attach(play: Play) -> str:
    return _creating(
        play,
        "FailedAttachVolume",
        'AttachVolume.Attach failed for volume "pvc-7f" : rpc error: code = Internal desc = Could not attach volume "vol-0a": timed out',
    )


def mount(play: Play) -> str:
    return _creating(
        play,
        "FailedMount",
        'MountVolume.MountDevice failed for volume "pvc-7f" : rpc error: code = Internal desc = wrong fs type, bad option, bad superblock on /dev/sdf',
        "kubelet",
    )


def sandbox(play: Play) -> str:
    message = 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox: plugin type="calico" failed (add): no IP addresses available'
    return _creating(play, "FailedCreatePodSandBox", message, "kubelet")


def silent(play: Play) -> str:
    _, there = on_hand(play)
    name = play.statefulset(replicas=1, pod=there, wait=False)
    play.run(10 * MINUTE)
    return f"statefulset/{name}"


CASES = (
    Case("sandbox-failed", sandbox, well),
    Case("start-silent", silent, well),
    Case("storage-class-missing", class_missing, class_there),
    Case("storage-class-unset", class_unset, class_there, reach="wide"),
    Case("provisioning-failed", provisioning_fails, provisioning_slow),
    Case("provisioner-silent", provisioner_absent, provisioning_slow),
    Case("no-matching-volume", volume_small, volume_fits),
    Case("no-matching-volume", volume_mode, volume_fits),
    Case("no-matching-volume", volume_selector, waits_for_consumer),
    Case("claim-pending", provisioning_slowly, provisioning_slow, also=("provisioner-silent",)),
    Case("claim-missing", claim_missing, claim_there),
    Case("claim-lost", claim_lost, well),
    Case("claim-terminating", claim_going, well),
    Case("volume-resize-pending", resize_fails, resized),
    Case("volume-multi-attach", multi_attach, well),
    Case("volume-attach-failed", attach, well),
    Case("mount-failed", mount, well),
)
