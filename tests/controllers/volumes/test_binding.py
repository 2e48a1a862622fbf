"""What is written to bind and to release, and what is said of a claim that waits."""

from typing import Any

import pytest

from quorate.contract.plan import Delete, Patch, Plan, Tell, Update
from quorate.controllers.volumes.binding import CONTROLLER
from quorate.kernel.clock import SECOND
from quorate.objects.collection import Collection

Obj = dict[str, Any]
NOW = 1_767_225_600 * SECOND


def claim(
    name: str = "data", annotations: Obj | None = None, status: Obj | None = None, uid: str = "", **spec: Any
) -> Obj:
    meta = {"name": name, "namespace": "n", "uid": uid or f"claim-{name}", "resourceVersion": "7"}
    if annotations:
        meta["annotations"] = annotations
    size = spec.pop("size", "1Gi")
    full = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "c",
        "resources": {"requests": {"storage": size}},
        **spec,
    }
    full = {k: v for k, v in full.items() if v is not None}
    return {
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": meta, "spec": full,
        "status": status or {"phase": "Pending"},
    }  # fmt: skip


def volume(
    name: str,
    size: str = "1Gi",
    phase: str = "Available",
    annotations: Obj | None = None,
    labels: Obj | None = None,
    **spec: Any,
) -> Obj:
    meta: Obj = {"name": name, "uid": f"volume-{name}", "resourceVersion": "9"}
    if annotations:
        meta["annotations"] = annotations
    if labels:
        meta["labels"] = labels
    full = {
        "accessModes": ["ReadWriteOnce"], "storageClassName": "c", "capacity": {"storage": size},
        "persistentVolumeReclaimPolicy": "Retain", **spec,
    }  # fmt: skip
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": meta, "spec": full, "status": {"phase": phase}}


def storage_class(name: str = "c", provisioner: str = "p.example", default: bool = False, **fields: Any) -> Obj:
    meta: Obj = {"name": name, "uid": f"class-{name}", "creationTimestamp": "2026-01-01T00:00:00Z"}
    if default:
        meta["annotations"] = {"storageclass.kubernetes.io/is-default-class": "true"}
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": meta,
        "provisioner": provisioner,
        **fields,
    }


def ref(name: str = "data", uid: str | None = "claim-data") -> Obj:
    found = {"namespace": "n", "name": name}
    return {**found, "uid": uid} if uid else found


RESOURCES = {
    "PersistentVolumeClaim": "persistentvolumeclaims", "PersistentVolume": "persistentvolumes",
    "StorageClass": "storageclasses.storage.k8s.io", "Pod": "pods",
}  # fmt: skip


def look(key: tuple[str, str], *objs: Obj, memory: Any = None, now: int = NOW) -> Plan:
    cache = Collection()
    for index in CONTROLLER.indexes:
        cache.add_index(index.resource, index.name, index.values)
    for obj in objs:
        cache.apply(RESOURCES[obj["kind"]], None, obj, 1)
    seen = CONTROLLER.snapshot(cache, key, memory)
    return CONTROLLER.decide(seen, now) if seen is not None else Plan()


def told(plan: Plan) -> list[tuple[str, str, str]]:
    out = [a for a in plan.actions if isinstance(a, Tell)]
    out += [a.outcome.told for a in plan.actions if not isinstance(a, Tell) and a.outcome.told is not None]
    return [(t.type, t.reason, t.message) for t in out]


def statuses(plan: Plan) -> list[Obj]:
    return [a.body["status"] for a in plan.actions if isinstance(a, Patch)]


def test_binding_writes_volume_then_claim() -> None:
    plan = look(("n", "data"), claim(), volume("v", "2Gi"), storage_class())
    first, phase, second, status = plan.actions
    assert isinstance(first, Update) and first.resource == "persistentvolumes"
    assert first.obj["spec"]["claimRef"] == {
        "kind": "PersistentVolumeClaim", "apiVersion": "v1", "namespace": "n", "name": "data", "uid": "claim-data",
        "resourceVersion": "7",
    }  # fmt: skip
    assert first.obj["metadata"]["annotations"] == {"pv.kubernetes.io/bound-by-controller": "yes"}
    assert first.obj["metadata"]["resourceVersion"] == "9"
    assert isinstance(phase, Patch)
    assert phase.body == {"status": {"phase": "Bound", "lastPhaseTransitionTime": "2026-01-01T00:00:00Z"}}
    assert isinstance(second, Update) and second.obj["spec"]["volumeName"] == "v"
    assert second.obj["metadata"]["annotations"] == {
        "pv.kubernetes.io/bound-by-controller": "yes", "pv.kubernetes.io/bind-completed": "yes",
    }  # fmt: skip
    assert isinstance(status, Patch) and status.subresource == "status"
    assert status.body == {
        "status": {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "2Gi"}}
    }


def test_a_provisioned_volume_is_not_marked_as_the_controllers_choice() -> None:
    made = volume(
        "pvc-1", phase="Pending", claimRef=ref(), annotations={"pv.kubernetes.io/provisioned-by": "p.example"}
    )
    plan = look(("n", "data"), claim(), made, storage_class())
    assert [type(a).__name__ for a in plan.actions] == ["Patch", "Update", "Patch"]
    updated = plan.actions[1]
    assert isinstance(updated, Update) and updated.resource == "persistentvolumeclaims"
    assert updated.obj["metadata"]["annotations"]["pv.kubernetes.io/bound-by-controller"] == "yes"


def test_a_named_volume_is_the_users_choice() -> None:
    plan = look(("n", "data"), claim(volumeName="v"), volume("v"))
    updated = [a for a in plan.actions if isinstance(a, Update)][1]
    assert updated.obj["metadata"]["annotations"] == {"pv.kubernetes.io/bind-completed": "yes"}


def test_bound_and_well_needs_nothing() -> None:
    marks = {"pv.kubernetes.io/bind-completed": "yes"}
    status = {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}}
    held = claim(annotations=marks, status=status, volumeName="v")
    taken = volume("v", "5Gi", phase="Bound", claimRef=ref())
    assert look(("n", "data"), held, taken) == Plan()  # a volume that grew leaves the claim's capacity to the resizer
    assert look(("", "v"), held, taken) == Plan()


SAYS = [
    (
        "no class",
        claim(storageClassName=""),
        [],
        ("Normal", "FailedBinding", "no persistent volumes available for this claim and no storage class is set"),
    ),
    (
        "class missing",
        claim(),
        [],
        ("Warning", "ProvisioningFailed", 'storageclass.storage.k8s.io "c" not found'),
    ),
    (
        "external provisioner",
        claim(),
        [storage_class()],
        (
            "Normal",
            "ExternalProvisioning",
            "Waiting for a volume to be created either by the external provisioner 'p.example' or manually by the "
            "system administrator. If volume creation is delayed, please verify that the provisioner is running and "
            "correctly registered.",
        ),
    ),
    (
        "no provisioner",
        claim(),
        [storage_class(provisioner="kubernetes.io/no-provisioner")],
        ("Warning", "ProvisioningFailed", "no volume plugin matched name: kubernetes.io/no-provisioner"),
    ),
    (
        "delayed",
        claim(),
        [storage_class(volumeBindingMode="WaitForFirstConsumer")],
        ("Normal", "WaitForFirstConsumer", "waiting for first consumer to be created before binding"),
    ),
    (
        "asked for, but too small",
        claim(size="2Gi", volumeName="v"),
        [volume("v")],
        ("Warning", "VolumeMismatch", 'Cannot bind to requested volume "v": requested PV is too small'),
    ),
    (
        "asked for, but of another class",
        claim(volumeName="v"),
        [volume("v", storageClassName="x")],
        ("Warning", "VolumeMismatch", 'Cannot bind to requested volume "v": storageClassName does not match'),
    ),
    (
        "asked for, but another's",
        claim(volumeName="v"),
        [volume("v", claimRef=ref("other", "u"))],
        ("Warning", "FailedBinding", 'volume "v" already bound to a different claim.'),
    ),
]


@pytest.mark.parametrize(("asked", "others", "want"), [s[1:] for s in SAYS], ids=[s[0] for s in SAYS])
def test_says_why_it_waits_and_looks_again(asked: Obj, others: list[Obj], want: tuple[str, str, str]) -> None:
    plan = look(("n", "data"), asked, *others)
    assert told(plan) == [want]
    assert plan.look_again == NOW + 15 * SECOND
    settled = {
        **asked,
        "metadata": {**asked["metadata"], "annotations": {"volume.kubernetes.io/storage-provisioner": "p.example"}},
    }
    again = look(("n", "data"), settled, *others, memory=plan.remember, now=NOW + SECOND)
    assert told(again) == [] and again.look_again == plan.look_again
    assert told(look(("n", "data"), settled, *others, memory=plan.remember, now=NOW + 15 * SECOND)) == [want]
    other = {**settled, "metadata": {**settled["metadata"], "uid": "another"}}
    assert told(look(("n", "data"), other, *others, memory=plan.remember, now=NOW + SECOND)) == [want]


def pod(name: str, node: str | None = None, phase: str = "Pending", version: str = "3") -> Obj:
    spec: Obj = {"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]}
    if node:
        spec["nodeName"] = node
    meta = {"name": name, "namespace": "n", "uid": name, "resourceVersion": version}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": {"phase": phase}}


def test_names_the_pods_that_a_delayed_claim_waits_for() -> None:
    late = storage_class(volumeBindingMode="WaitForFirstConsumer")
    one = look(("n", "data"), claim(), late, pod("a"), pod("bound", "node-0"), pod("done", phase="Failed"))
    assert told(one) == [("Normal", "WaitForPodScheduled", "waiting for pod a to be scheduled")]
    younger = look(("n", "data"), claim(), late, pod("a", version="8"))
    assert [t[1] for t in told(younger)] == ["WaitForFirstConsumer"]
    later = look(("n", "data"), claim(), late, pod("a", version="8"), memory=younger.remember, now=NOW + 15 * SECOND)
    assert [t[1] for t in told(later)] == ["WaitForPodScheduled"]
    two = look(("n", "data"), claim(), late, pod("a"), pod("b"))
    assert told(two) == [("Normal", "WaitForPodScheduled", "waiting for pods a,b to be scheduled")]


def test_a_selected_node_starts_provisioning() -> None:
    late = storage_class(volumeBindingMode="WaitForFirstConsumer")
    chosen = claim(annotations={"volume.kubernetes.io/selected-node": "node-1"})
    plan = look(("n", "data"), chosen, late)
    first = plan.actions[0]
    assert isinstance(first, Update)
    assert first.obj["metadata"]["annotations"] == {
        "volume.kubernetes.io/selected-node": "node-1",
        "volume.kubernetes.io/storage-provisioner": "p.example",
        "volume.beta.kubernetes.io/storage-provisioner": "p.example",
    }
    assert [t[1] for t in told(plan)] == ["ExternalProvisioning"]


def test_the_default_class_is_given_to_a_claim_without_one() -> None:
    plan = look(("n", "data"), claim(storageClassName=None), storage_class("old", default=True), storage_class("plain"))
    (only,) = plan.actions
    assert isinstance(only, Update) and only.obj["spec"]["storageClassName"] == "old"
    assert (
        told(look(("n", "data"), claim(storageClassName=""), storage_class("old", default=True)))[0][1]
        == "FailedBinding"
    )


LOST = [
    (
        "its volume is gone",
        "v",
        [],
        "ClaimLost",
        "Bound claim has lost its PersistentVolume. Data on the volume is lost!",
    ),
    (
        "its reference is gone",
        "",
        [],
        "ClaimLost",
        "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!",
    ),
    (
        "another has it",
        "v",
        [volume("v", claimRef=ref("o", "o"))],
        "ClaimMisbound",
        "Two claims are bound to the same volume, this one is bound incorrectly",
    ),
]


@pytest.mark.parametrize(("name", "others", "reason", "message"), [x[1:] for x in LOST], ids=[x[0] for x in LOST])
def test_lost(name: str, others: list[Obj], reason: str, message: str) -> None:
    status = {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}}
    held = claim(annotations={"pv.kubernetes.io/bind-completed": "yes"}, status=status, volumeName=name or None)
    plan = look(("n", "data"), held, *others)
    assert statuses(plan) == [{"phase": "Lost", "accessModes": None, "capacity": None}]
    assert told(plan) == [("Warning", reason, message)]
    gone = {**held, "status": {"phase": "Lost"}}
    assert look(("n", "data"), gone, *others).actions == ()


def test_a_volume_without_a_claim_is_available() -> None:
    assert statuses(look(("", "v"), volume("v", phase="Pending")))[0]["phase"] == "Available"
    assert statuses(look(("", "v"), volume("v", phase="Pending", claimRef=ref(uid=None))))[0]["phase"] == "Available"


RECLAIM: list[tuple[str, Obj, list[str], list[tuple[str, str]]]] = [
    ("retain", {}, ["Released"], []),
    (
        "delete is the driver's",
        {
            "persistentVolumeReclaimPolicy": "Delete",
            "csi": {},
            "annotations": {"pv.kubernetes.io/provisioned-by": "csi.sim.quorate.dev"},
        },
        ["Released"],
        [],
    ),
    (
        "delete what no driver has made",
        {"persistentVolumeReclaimPolicy": "Delete", "csi": {}},
        ["Released", "Failed"],
        [
            (
                "VolumeFailedDelete",
                'error getting deleter volume plugin for volume "v": no deletable volume plugin matched',
            )
        ],
    ),
    ("recycle a host path", {"persistentVolumeReclaimPolicy": "Recycle", "hostPath": {"path": "/d"}}, ["Released"], []),
    (
        "delete what nobody can",
        {"persistentVolumeReclaimPolicy": "Delete", "nfs": {}},
        ["Released", "Failed"],
        [
            (
                "VolumeFailedDelete",
                'error getting deleter volume plugin for volume "v": no deletable volume plugin matched',
            )
        ],
    ),
    (
        "a host path",
        {"persistentVolumeReclaimPolicy": "Delete", "hostPath": {"path": "/data"}},
        ["Released", "Failed"],
        [("VolumeFailedDelete", "host_path deleter only supports /tmp/.+ but received provided /data")],
    ),
    (
        "recycle",
        {"persistentVolumeReclaimPolicy": "Recycle"},
        ["Released", "Failed"],
        [("VolumeFailedRecycle", "No recycler plugin found for the volume!")],
    ),
]


@pytest.mark.parametrize(("spec", "phases", "says"), [r[1:] for r in RECLAIM], ids=[r[0] for r in RECLAIM])
def test_reclaim(spec: Obj, phases: list[str], says: list[tuple[str, str]]) -> None:
    plan = look(("", "v"), volume("v", phase="Bound", claimRef=ref(uid="gone"), **spec), claim())
    assert [s["phase"] for s in statuses(plan)] == phases
    assert [t[1:] for t in told(plan)] == says


def test_a_host_path_below_tmp_is_deleted() -> None:
    spec = {"persistentVolumeReclaimPolicy": "Delete", "hostPath": {"path": "/tmp/x"}}
    plan = look(("", "v"), volume("v", phase="Released", claimRef=ref(uid="gone"), **spec))
    assert isinstance(plan.actions[0], Delete) and plan.actions[0].ref.name == "v"


def test_a_volume_whose_claim_went_elsewhere_is_given_back() -> None:
    elsewhere = claim(volumeName="other")
    mine = volume("v", phase="Bound", claimRef=ref(), annotations={"pv.kubernetes.io/bound-by-controller": "yes"})
    first = look(("", "v"), elsewhere, mine).actions[0]
    assert (
        isinstance(first, Update) and "claimRef" not in first.obj["spec"] and "annotations" not in first.obj["metadata"]
    )
    users = look(("", "v"), elsewhere, volume("v", phase="Bound", claimRef=ref())).actions[0]
    assert isinstance(users, Update) and users.obj["spec"]["claimRef"] == ref(uid=None)
    made = volume(
        "v", phase="Bound", claimRef=ref(), persistentVolumeReclaimPolicy="Delete", csi={},
        annotations={"pv.kubernetes.io/provisioned-by": "p"},
    )  # fmt: skip
    assert statuses(look(("", "v"), elsewhere, made))[0]["phase"] == "Released"


def test_a_volume_of_another_mode_can_never_be_bound_to_its_claim() -> None:
    plan = look(("", "v"), claim(), volume("v", claimRef=ref(), volumeMode="Block"))
    assert [t[2] for t in told(plan)] == [
        'Cannot bind PersistentVolume to requested PersistentVolumeClaim "data" due to incompatible volumeMode.',
        'Cannot bind PersistentVolume "v" to requested PersistentVolumeClaim due to incompatible volumeMode.',
    ]


def test_what_wakes_whom() -> None:
    on_claim, on_volume = (w.keys for w in CONTROLLER.watches)
    cache = Collection()
    waiting = claim()
    cache.apply("persistentvolumeclaims", None, waiting, 1)
    assert list(on_claim(cache, None, waiting)) == [("n", "data")]
    assert list(on_claim(cache, claim(volumeName="v"), None)) == [("", "v")]
    assert list(on_volume(cache, None, volume("v", claimRef=ref()))) == [("", "v"), ("n", "data")]
    assert list(on_volume(cache, volume("v", claimRef=ref()), None)) == [("n", "data")]
    cache.apply("persistentvolumeclaims", waiting, claim(volumeName="v"), 2)
    bound = volume("v", claimRef=ref())
    assert list(on_volume(cache, bound, {**bound, "status": {"phase": "Bound"}})) == [("", "v")]
