"""Claims and volumes: several templates, claims of Deployments, volumes made by hand, data on its way out."""

from typing import Any

from bench.faulty.case import Case
from bench.faulty.play import NAMESPACE, Obj, Play
from bench.faulty.variants.making import DEPLOY, FIRST_SECONDS, STS, bare_pod, claim, job, mounts, well, well_deployment
from quorate.kernel.clock import HOUR, MINUTE, SECOND

CLASSES = "storageclasses.storage.k8s.io"
CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"


def _class(play: Play, base: str, **more: Any) -> str:
    name = play.name(base)
    body = {"provisioner": "csi.sim.quorate.dev", "volumeBindingMode": "Immediate", "reclaimPolicy": "Delete", **more}
    play.create(CLASSES, "storage.k8s.io/v1", "StorageClass", name, {}, **body)
    return name


def _volume(play: Play, of_class: str, **more: Any) -> str:
    name = play.name("disk")
    metadata = more.pop("metadata", {})
    spec = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": of_class,
        "persistentVolumeReclaimPolicy": "Retain",
        "hostPath": {"path": "/srv"},
        **more,
    }
    play.create(VOLUMES, "v1", "PersistentVolume", name, spec, metadata=metadata)
    return name


def _templates(*claims: tuple[str, Obj]) -> list[Obj]:
    plain = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    return [{"metadata": {"name": name}, "spec": {**plain, **spec}} for name, spec in claims]


def _later(play: Play, name: str, kind: str = "statefulset", minutes: int = 0) -> str:
    play.run(minutes * MINUTE or FIRST_SECONDS)
    return f"{kind}/{name}"


def second_template(play: Play) -> str:
    """One claim of each pod is bound, the other names a class that is not there."""
    templates = _templates(("data", {}), ("wal", {"storageClassName": "nvme"}))
    return _later(play, play.statefulset(claims=False, volumeClaimTemplates=templates, wait=False))


def two_templates(play: Play) -> str:
    templates = _templates(("data", {}), ("wal", {"storageClassName": "retained"}))
    return _later(play, play.statefulset(claims=False, volumeClaimTemplates=templates, wait=False))


def class_of_a_deployment(play: Play) -> str:
    claim(play, "media", storageClassName="efs")
    return _later(play, play.deployment(replicas=1, pod=mounts("media"), wait=False), "deployment")


def class_of_a_job(play: Play) -> str:
    claim(play, "scratch", storageClassName="scratch-ssd")
    return _later(play, job(play, **mounts("scratch")), "job")


def class_asked_by_claim(play: Play) -> str:
    claim(play, "alone", storageClassName="gp9")
    play.run(FIRST_SECONDS)
    return "pvc/alone"


def claim_that_waits(play: Play) -> str:
    claim(play, "idle", storageClassName="topology-aware")
    play.run(10 * MINUTE)
    return "pvc/idle"


def fails_once_a_node_is_chosen(play: Play) -> str:
    """Bound only when its pod has a node; the pod could have one; the driver makes nothing there."""
    name = play.statefulset(
        claim={"storageClassName": "topology-aware"},
        claim_annotations={"sim.quorate.dev/fault": "ProvisioningFailed"},
        wait=False,
    )
    return _later(play, name, minutes=2)


def fails_for_one(play: Play) -> str:
    """The claims of the first two are bound; the third's cannot be."""
    name = play.statefulset(replicas=2)

    def third(obj: Obj) -> None:
        obj["spec"]["replicas"] = 3

    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    meta = {"annotations": {"sim.quorate.dev/fault": "ProvisioningFailed"}, "labels": {"app": name}}
    play.create(CLAIMS, "v1", "PersistentVolumeClaim", f"data-{name}-2", spec, metadata=meta)
    play.change(STS, name, third)
    return _later(play, name, minutes=2)


def driver_gone(play: Play) -> str:
    """The class names a driver that nobody runs; only bound when a node is chosen."""
    name = _class(play, "cloud", provisioner="disk.csi.example.com", volumeBindingMode="WaitForFirstConsumer")
    return _later(play, play.statefulset(claim={"storageClassName": name}, wait=False), minutes=2)


def block(play: Play) -> str:
    of_class = _class(play, "local", provisioner="kubernetes.io/no-provisioner")
    _volume(play, of_class)
    return _later(
        play, play.statefulset(replicas=1, claim={"storageClassName": of_class, "volumeMode": "Block"}, wait=False)
    )


def released(play: Play) -> str:
    """The volume of the claim before is Released: it keeps the old claim's uid, and no new claim gets it."""
    of_class = _class(play, "local", provisioner="kubernetes.io/no-provisioner")
    _volume(play, of_class)
    name = play.statefulset(replicas=1, claim={"storageClassName": of_class})
    play.change(STS, name, lambda o: o["spec"].update(replicas=0))
    play.run(20 * SECOND)
    play.client.delete(CLAIMS, NAMESPACE, f"data-{name}-0")
    play.run(10 * SECOND)
    play.change(STS, name, lambda o: o["spec"].update(replicas=1))
    return _later(play, name)


def named_volume_missing(play: Play) -> str:
    """The claim names its volume, and there is none of that name."""
    claim(play, "restored", storageClassName="", volumeName="pv-restored")
    return _later(play, play.deployment(replicas=1, pod=mounts("restored"), wait=False), "deployment", 2)


def named_volume_taken(play: Play) -> str:
    volume = _volume(play, "")
    claim(play, "first", storageClassName="", volumeName=volume)
    play.run(10 * SECOND)
    claim(play, "second", storageClassName="", volumeName=volume)
    return _later(play, play.deployment(replicas=1, pod=mounts("second"), wait=False), "deployment", 2)


def named_volume(play: Play) -> str:
    volume = _volume(play, "")
    claim(play, "restored", storageClassName="", volumeName=volume)
    return _later(play, play.deployment(replicas=1, pod=mounts("restored"), wait=False), "deployment", 2)


def no_class_wanted(play: Play) -> str:
    """storageClassName: "" says that nobody shall make one; there is no volume that fits."""
    claim(play, "static", storageClassName="")
    return _later(play, play.deployment(replicas=1, pod=mounts("static"), wait=False), "deployment", 2)


def volumes_too_few(play: Play) -> str:
    """Two volumes for three pods."""
    of_class = _class(play, "local", provisioner="kubernetes.io/no-provisioner")
    for _ in range(2):
        _volume(play, of_class)
    return _later(play, play.statefulset(replicas=3, claim={"storageClassName": of_class}, wait=False))


def local_volumes_elsewhere(play: Play) -> str:
    """Local volumes wait for a consumer; those that there are are too small."""
    of_class = _class(
        play, "local", provisioner="kubernetes.io/no-provisioner", volumeBindingMode="WaitForFirstConsumer"
    )
    for _ in range(3):
        _volume(play, of_class, capacity={"storage": "10Mi"})
    return _later(play, play.statefulset(claim={"storageClassName": of_class}, wait=False))


def many_readers(play: Play) -> str:
    """The claim wants to be used by many nodes, and the volumes made by hand allow one."""
    of_class = _class(play, "nfs", provisioner="kubernetes.io/no-provisioner")
    _volume(play, of_class)
    claim(play, "shared", modes=("ReadWriteMany",), storageClassName=of_class)
    return _later(play, play.deployment(pod=mounts("shared"), wait=False), "deployment")


def claim_of_a_bare_pod(play: Play) -> str:
    return _later(play, bare_pod(play, **mounts("gone")), "pod")


def claim_deleted_with_its_pod(play: Play) -> str:
    """Its claim was deleted while the pod ran: it goes when the pod does, and the pod goes."""
    name = play.statefulset(pod={"terminationGracePeriodSeconds": 60}, annotations={"stop_after": "50s"})
    play.client.delete(CLAIMS, NAMESPACE, f"data-{name}-2")
    play.run(5 * SECOND)
    play.client.delete("pods", NAMESPACE, f"{name}-2")
    play.run(30 * SECOND)
    return f"statefulset/{name}"


def claim_kept_by_another_finalizer(play: Play) -> str:
    name = play.deployment(replicas=1, wait=False, pod=mounts(claim(play, "uploads")))
    play.run(20 * SECOND)
    held = play.get(CLAIMS, "uploads")
    finalizers = [*held["metadata"]["finalizers"], "snapshot.example.com/in-progress"]
    play.client.update(CLAIMS, {**held, "metadata": {**held["metadata"], "finalizers": finalizers}})
    play.client.delete(CLAIMS, NAMESPACE, "uploads")
    play.run(MINUTE)
    return f"deployment/{name}"


def all_lost(play: Play) -> str:
    name = play.statefulset(replicas=2)
    for i in range(2):
        play.fault("volume-lost", claim=f"data-{name}-{i}", namespace=NAMESPACE)
    play.run(MINUTE)
    return f"statefulset/{name}"


def lost_of_a_deployment(play: Play) -> str:
    name = play.deployment(replicas=1, pod=mounts(claim(play, "uploads")), wait=False)
    play.run(20 * SECOND)
    play.fault("volume-lost", claim="uploads", namespace=NAMESPACE)
    play.run(MINUTE)
    return f"deployment/{name}"


def grown(play: Play) -> str:
    name = play.statefulset()
    for i in range(3):
        play.client.patch(
            CLAIMS, NAMESPACE, f"data-{name}-{i}", {"spec": {"resources": {"requests": {"storage": "2Gi"}}}}
        )
    play.run(2 * MINUTE)
    return f"statefulset/{name}"


def scaled_down(play: Play) -> str:
    """The claims of the pods that went stay: nobody needs them now, nothing is wrong."""
    name = play.statefulset(replicas=3)
    play.change(STS, name, lambda o: o["spec"].update(replicas=1))
    play.run(HOUR)
    return f"statefulset/{name}"


def claim_shared(play: Play) -> str:
    return _later(play, play.deployment(replicas=2, pod=mounts(claim(play, "shared")), wait=False), "deployment")


def one_pod_only_in_a_rollout(play: Play) -> str:
    """The new pod waits for the volume that the old one has, and the old one goes only when the new one is ready."""
    claim(play, "only", modes=("ReadWriteOncePod",))
    name = play.deployment(
        replicas=1,
        pod=mounts("only"),
        strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
    )
    play.image(DEPLOY, name, "registry.example.com/app:2.0")
    return _later(play, name, "deployment")


def recreated(play: Play) -> str:
    claim(play, "only", modes=("ReadWriteOncePod",))
    name = play.deployment(replicas=1, pod=mounts("only"), strategy={"type": "Recreate"})
    play.image(DEPLOY, name, "registry.example.com/app:2.0")
    return _later(play, name, "deployment")


def class_default_lost(play: Play) -> str:
    """The class that was the default is not any more: new claims stay without, old ones are well."""
    name = play.statefulset(replicas=2)

    def plain(obj: Obj) -> None:
        obj["metadata"]["annotations"] = {}

    play.change(CLASSES, "standard", plain, namespace="")
    play.run(SECOND)
    play.change(STS, name, lambda o: o["spec"].update(replicas=3))
    return _later(play, name)


CASES = (
    Case("storage-class-missing", second_template, two_templates),
    Case("storage-class-missing", class_of_a_deployment, claim_shared),
    Case("storage-class-missing", class_of_a_job, claim_shared),
    Case("storage-class-missing", class_asked_by_claim, claim_that_waits),
    Case("provisioning-failed", fails_once_a_node_is_chosen, well),
    Case("provisioning-failed", fails_for_one, well),
    Case("provisioner-silent", driver_gone, well),
    Case("no-matching-volume", block, well),
    Case("no-matching-volume", released, scaled_down),
    Case("no-matching-volume", named_volume_missing, named_volume),
    Case("no-matching-volume", named_volume_taken, named_volume),
    Case("no-matching-volume", no_class_wanted, named_volume, also=("storage-class-unset",)),
    Case("no-matching-volume", volumes_too_few, well),
    Case("no-matching-volume", local_volumes_elsewhere, well),
    Case("no-matching-volume", many_readers, claim_shared),
    Case("claim-missing", claim_of_a_bare_pod, claim_shared),
    Case("claim-terminating", claim_deleted_with_its_pod, well, passing=True),
    Case("claim-terminating", claim_kept_by_another_finalizer, well_deployment),
    Case("claim-lost", all_lost, grown),
    Case("claim-lost", lost_of_a_deployment, claim_shared),
    Case("volume-in-use", one_pod_only_in_a_rollout, recreated),
    Case("storage-class-unset", class_default_lost, well, reach="wide"),
)
