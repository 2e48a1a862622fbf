"""VolumeSnapshots in whole worlds: taken, ready, restored, deleted, and what is told when it does not work."""

from typing import Any

import orjson
import pytest

from quorate.apiserver.http import HttpRequest
from quorate.assemble.world import Shape, World, world
from quorate.contract.failures import Refused
from quorate.kernel.clock import MINUTE, SECOND
from quorate.nodes.csi.snapshotter.names import BOUND_FINALIZER, CLAIM_FINALIZER, SOURCE_FINALIZER

Obj = dict[str, Any]
API = "snapshot.storage.k8s.io/v1"
SNAPSHOTS, CONTENTS, CLASSES = (
    f"volumesnapshot{s}.snapshot.storage.k8s.io" for s in ("s", "contents", "classes")
)  # fmt: skip
CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"


class Play:
    """A world with the bound claim `data` of 2Gi."""

    def __init__(self) -> None:
        self.world: World = world(seed=5, shape=Shape(nodes=1, snapshots=True))
        self.client = self.world.client()
        self.claim("data")
        self.go()

    def go(self, span: int = 0) -> None:
        self.world.settle()
        if span:
            self.world.run_for(span)

    def claim(self, name: str, size: str = "2Gi", source: str = "", **spec: Any) -> None:
        if source:
            kind, _, named = source.partition("/")
            group = "" if kind == "PersistentVolumeClaim" else "snapshot.storage.k8s.io" if "Volume" in kind else "x.io"
            spec["dataSource"] = {**({"apiGroup": group} if group else {}), "kind": kind, "name": named}
        spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec}
        self.client.create(CLAIMS, {"metadata": {"name": name, "namespace": "default"}, "spec": spec})

    def snap(self, name: str = "s", source: Obj | None = None, chosen: str | None = None, **marks: str) -> None:
        spec: Obj = {"source": source or {"persistentVolumeClaimName": "data"}}
        if chosen is not None:
            spec["volumeSnapshotClassName"] = chosen
        marks = {f"sim.quorate.dev/{k.replace('_', '-')}": v for k, v in marks.items()}
        meta = {"name": name, "namespace": "default", "annotations": marks}
        self.client.create(SNAPSHOTS, {"apiVersion": API, "kind": "VolumeSnapshot", "metadata": meta, "spec": spec})
        self.go()

    def content(self, name: str = "old", **spec: Any) -> None:
        whole = {
            "driver": "csi.sim.quorate.dev", "deletionPolicy": "Retain", "source": {"snapshotHandle": "h-1"},
            "volumeSnapshotRef": {"name": "s", "namespace": "default"}, **spec,
        }  # fmt: skip
        meta = {"name": name, "annotations": {"sim.quorate.dev/restore-size": "3Gi"}}
        self.client.create(
            CONTENTS, {"apiVersion": API, "kind": "VolumeSnapshotContent", "metadata": meta, "spec": whole}
        )
        self.go()

    def class_(self, name: str, **fields: Any) -> None:
        made = {"apiVersion": API, "kind": "VolumeSnapshotClass", "metadata": {"name": name}}
        self.client.create(
            CLASSES, {**made, "driver": "csi.sim.quorate.dev", "deletionPolicy": "Delete", **fields}
        )  # fmt: skip

    def mark(self, resource: str, name: str, annotations: dict[str, str | None], namespace: str = "") -> None:
        self.client.patch(resource, namespace, name, {"metadata": {"annotations": annotations}})
        self.go()

    def get(self, resource: str, name: str) -> Obj | None:
        return self.world.get(resource, "" if resource in (CONTENTS, CLASSES, VOLUMES) else "default", name)

    def status(self, name: str = "s") -> Obj:
        return (self.get(SNAPSHOTS, name) or {}).get("status") or {}

    def bound(self, name: str = "s") -> Obj:
        found = self.get(CONTENTS, self.status(name)["boundVolumeSnapshotContentName"])
        assert found is not None
        return found

    def phase(self, claim: str) -> str:
        return str((self.get(CLAIMS, claim) or {"status": {}})["status"].get("phase"))

    def told(self, name: str, *reasons: str) -> list[str]:
        events = [e for e in self.world.reader.list("events") if e["involvedObject"]["name"] == name]
        events.sort(key=lambda e: e["metadata"]["name"].rpartition(".")[2])
        return [f"{e['reason']}: {e['message']}" for e in events if not reasons or e["reason"] in reasons]


@pytest.fixture
def on() -> Play:
    return Play()


def test_a_snapshot_is_cut_then_uploaded_then_ready(on: Play) -> None:
    on.snap(snapshot_after="10s", upload_after="30s")
    found, claim = on.get(SNAPSHOTS, "s"), on.get(CLAIMS, "data")
    assert found is not None and claim is not None
    name = f"snapcontent-{found['metadata']['uid']}"
    assert found["spec"]["volumeSnapshotClassName"] == "standard"
    assert found["status"] == {"boundVolumeSnapshotContentName": name, "readyToUse": False}
    assert CLAIM_FINALIZER in claim["metadata"]["finalizers"]
    content = on.bound()
    volume = on.get(VOLUMES, claim["spec"]["volumeName"])
    assert volume is not None
    assert content["metadata"]["annotations"] == {
        "snapshot.storage.kubernetes.io/volumesnapshot-being-created": "yes"
    }  # fmt: skip
    assert content["spec"] == {
        "deletionPolicy": "Delete", "driver": "csi.sim.quorate.dev",
        "source": {"volumeHandle": volume["spec"]["csi"]["volumeHandle"]}, "sourceVolumeMode": "Filesystem",
        "volumeSnapshotClassName": "standard",
        "volumeSnapshotRef": {
            "apiVersion": API, "kind": "VolumeSnapshot", "name": "s", "namespace": "default",
            "uid": found["metadata"]["uid"], "resourceVersion": content["spec"]["volumeSnapshotRef"]["resourceVersion"],
        },
    }  # fmt: skip
    assert on.told("s") == ["CreatingSnapshot: Waiting for a snapshot default/s to be created by the CSI driver."]
    on.go(11 * SECOND)
    assert on.status() == {
        "boundVolumeSnapshotContentName": name, "readyToUse": False, "creationTime": "2026-01-01T00:00:10Z",
        "restoreSize": "2Gi",
    }  # fmt: skip
    cut = on.bound()["status"]
    assert (cut["creationTime"] // 10**9, cut["restoreSize"], cut["readyToUse"]) == (1767225610, 2 << 30, False)
    assert not on.bound()["metadata"].get("annotations")
    on.go(25 * SECOND)
    assert on.status()["readyToUse"] is False
    on.go(MINUTE)
    assert on.status() == {**on.status(), "readyToUse": True, "creationTime": "2026-01-01T00:00:10Z"}
    found, claim = on.get(SNAPSHOTS, "s"), on.get(CLAIMS, "data")
    assert found is not None and found["metadata"]["finalizers"] == [SOURCE_FINALIZER, BOUND_FINALIZER]
    assert claim is not None and CLAIM_FINALIZER not in claim["metadata"]["finalizers"]
    assert on.told("s")[1:] == [
        "SnapshotCreated: Snapshot default/s was successfully created by the CSI driver.",
        "SnapshotReady: Snapshot default/s is ready to use.",
    ]


def test_a_claim_is_kept_until_its_snapshots_are_ready(on: Play) -> None:
    on.snap("one", upload_after="20s")
    on.snap("two", upload_after="60s")
    on.client.delete(CLAIMS, "default", "data")
    on.go(40 * SECOND)
    assert on.status("one")["readyToUse"] and on.get(CLAIMS, "data") is not None
    on.snap("three")
    on.go()
    on.go(2 * MINUTE)
    assert on.status("two")["readyToUse"]
    # A claim on its way out may be taken a snapshot of while another is in the making.
    assert on.status("three")["readyToUse"] and on.get(CLAIMS, "data") is None


@pytest.mark.parametrize("policy", ["Delete", "Retain"])
def test_what_becomes_of_the_content(on: Play, policy: str) -> None:
    on.class_("mine", deletionPolicy=policy)
    on.snap(chosen="mine")
    on.go()
    name = on.bound()["metadata"]["name"]
    on.client.delete(SNAPSHOTS, "default", "s")
    on.go()
    assert on.get(SNAPSHOTS, "s") is None
    left = on.get(CONTENTS, name)
    assert (left is None) is (policy == "Delete")
    if left is not None:
        assert left["metadata"]["annotations"] == {
            "snapshot.storage.kubernetes.io/volumesnapshot-being-deleted": "yes"
        }  # fmt: skip
        on.client.delete(CONTENTS, "", name)
        on.go()
        assert on.get(CONTENTS, name) is None


def test_a_content_that_is_deleted_alone_stays_with_its_snapshot(on: Play) -> None:
    on.snap()
    name = on.bound()["metadata"]["name"]
    on.client.delete(CONTENTS, "", name)
    on.go(MINUTE)
    assert on.get(CONTENTS, name) is not None and on.status()["readyToUse"]
    on.client.delete(SNAPSHOTS, "default", "s")
    on.go()
    assert on.get(CONTENTS, name) is None and on.get(SNAPSHOTS, "s") is None


def test_a_snapshot_that_cannot_be_deleted(on: Play) -> None:
    on.snap(fault="SnapshotDeleteError")
    name = on.bound()["metadata"]["name"]
    on.client.delete(SNAPSHOTS, "default", "s")
    on.go(10 * SECOND)
    assert on.get(SNAPSHOTS, "s") is not None
    assert on.told(name) == ["SnapshotDeleteError: Failed to delete snapshot"]
    on.mark(SNAPSHOTS, "s", {"sim.quorate.dev/fault": None}, "default")
    on.go(MINUTE)
    assert on.get(SNAPSHOTS, "s") is None and on.get(CONTENTS, name) is None


def test_one_that_was_there_before(on: Play) -> None:
    on.snap(source={"volumeSnapshotContentName": "old"})
    assert on.status()["error"]["message"] == "VolumeSnapshotContent is missing"
    assert on.told("s") == ["SnapshotContentMissing: VolumeSnapshotContent is missing"]
    on.content()
    on.go(10 * SECOND)
    held = on.status()
    assert (held["readyToUse"], held["restoreSize"], held["boundVolumeSnapshotContentName"]) == (True, "3Gi", "old")
    assert "error" not in held
    found, content = on.get(SNAPSHOTS, "s"), on.get(CONTENTS, "old")
    assert found is not None and content is not None
    assert content["spec"]["volumeSnapshotRef"]["uid"] == found["metadata"]["uid"]
    assert content["status"]["snapshotHandle"] == "h-1"
    assert found["metadata"]["finalizers"] == [SOURCE_FINALIZER]
    on.client.delete(SNAPSHOTS, "default", "s")
    on.go()
    assert on.get(SNAPSHOTS, "s") is None and on.get(CONTENTS, "old") is not None


@pytest.mark.parametrize(
    ("spec", "reason", "message"),
    [
        (
            {"source": {"volumeHandle": "v-1"}, "volumeSnapshotClassName": "standard"}, "SnapshotContentMismatch",
            "VolumeSnapshotContent is dynamically provisioned while expecting a pre-provisioned one",
        ),
        (
            {"volumeSnapshotRef": {"name": "s", "namespace": "other"}}, "SnapshotContentMisbound",
            "VolumeSnapshotContent [old] is bound to a different snapshot",
        ),
        (
            {"volumeSnapshotRef": {"name": "s", "namespace": "default", "uid": "else"}}, "SnapshotContentMisbound",
            "VolumeSnapshotContent [old] is bound to a different snapshot",
        ),
    ],
)  # fmt: skip
def test_a_content_that_is_not_meant_for_it(on: Play, spec: Obj, reason: str, message: str) -> None:
    on.content(**spec)
    on.snap(source={"volumeSnapshotContentName": "old"})
    assert (on.status()["error"]["message"], on.status()["readyToUse"]) == (message, False)
    said = on.told("s")
    assert said[0] == f"{reason}: {message}"
    assert said[1].startswith("SnapshotFinalizerError: Failed to check and update snapshot: ")


def test_a_ready_one_whose_content_goes_is_taken_again(on: Play) -> None:
    on.snap()
    name = on.bound()["metadata"]["name"]
    on.world.runtime.runners["snapshot-controller"].stop()
    on.client.patch(CONTENTS, "", name, {"metadata": {"finalizers": None}})
    on.client.delete(CONTENTS, "", name)
    on.world.runtime.runners["snapshot-controller"].start()
    on.go()
    # It says so, is not ready any more, and so another snapshot is taken.
    assert on.told("s", "SnapshotContentMissing") == ["SnapshotContentMissing: VolumeSnapshotContent is missing"]
    assert on.status()["readyToUse"] and "error" not in on.status() and on.get(CONTENTS, name) is not None
    counts = [e["count"] for e in on.world.reader.list("events") if e["reason"] == "CreatingSnapshot"]
    assert counts == [2]


UNBOUND = "the PVC waits is not yet bound to a PV, will not attempt to take a snapshot"
NOT_FOUND = 'failed to retrieve PVC nothing from the lister: "persistentvolumeclaim \\"nothing\\" not found"'


@pytest.mark.parametrize(
    ("claim", "chosen", "reason", "message"),
    [
        ("data", "none", "GetSnapshotClassFailed",
         'Failed to get snapshot class with error volumesnapshotclass.snapshot.storage.k8s.io "none" not found'),
        ("nothing", None, "SetDefaultSnapshotClassFailed", f"Failed to set default snapshot class with error {NOT_FOUND}"),
        ("waits", None, "SetDefaultSnapshotClassFailed",
         f"Failed to set default snapshot class with error {UNBOUND}"),
        ("nothing", "standard", "SnapshotContentCreationFailed",
         "Failed to create snapshot content with error snapshot controller failed to update s on API server: "
         "cannot get claim from snapshot"),
        ("waits", "standard", "SnapshotContentCreationFailed",
         "Failed to create snapshot content with error failed to get input parameters to create snapshot s: "
         f'"{UNBOUND}"'),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_once(on: Play, claim: str, chosen: str | None, reason: str, message: str) -> None:
    on.claim("waits", storageClassName="topology-aware")
    on.snap(source={"persistentVolumeClaimName": claim}, chosen=chosen)
    on.go(MINUTE)
    assert on.status()["error"]["message"] == message
    assert on.told("s") == [f"{reason}: {message}"]


def test_defaults(on: Play) -> None:
    on.mark(CLASSES, "standard", {"snapshot.storage.kubernetes.io/is-default-class": None})
    on.snap()
    said = "SetDefaultSnapshotClassFailed: Failed to set default snapshot class with error "
    assert on.told("s") == [said + "cannot find default snapshot class"]
    default = {"snapshot.storage.kubernetes.io/is-default-class": "true"}
    on.class_("one", metadata={"name": "one", "annotations": default})
    on.class_("elsewhere", driver="other.example.com", metadata={"name": "elsewhere", "annotations": default})
    on.mark(CLASSES, "standard", dict(default))
    on.go(MINUTE)
    assert on.told("s")[1:] == [said + "2 default snapshot classes were found"]
    on.client.delete(CLASSES, "", "one")
    on.go(5 * MINUTE)
    assert on.status()["readyToUse"]


def test_one_that_fails_is_tried_again_later_and_later(on: Play) -> None:
    on.snap(fault="SnapshotCreationFailed")
    on.go(30 * SECOND)
    content = on.bound()
    handle = content["spec"]["source"]["volumeHandle"]
    why = f"failed to take snapshot of the volume {handle}: "
    why += '"rpc error: code = Internal desc = simulated fault SnapshotCreationFailed"'
    assert on.told(content["metadata"]["name"]) == [
        f"SnapshotCreationFailed: Failed to create snapshot: {why}",
        f"SnapshotContentCheckandUpdateFailed: Failed to check and update snapshot content: {why}",
    ]
    assert on.status()["error"]["message"] == f"Failed to check and update snapshot content: {why}"
    assert on.status()["readyToUse"] is False and "creationTime" not in on.status()
    on.mark(SNAPSHOTS, "s", {"sim.quorate.dev/fault": None}, "default")
    on.go(MINUTE)
    assert on.status()["readyToUse"] and "error" not in on.status() and "error" not in on.bound()["status"]


def test_a_class_may_steer_all_of_its_snapshots(on: Play) -> None:
    on.mark(CLASSES, "standard", {"sim.quorate.dev/snapshot-after": "30s"})
    on.snap("slow")
    on.snap("fast", snapshot_after="0s")
    on.go(SECOND)
    assert (on.status("slow")["readyToUse"], on.status("fast")["readyToUse"]) == (False, True)


def test_a_restore_waits_until_the_snapshot_is_ready(on: Play) -> None:
    on.claim("back", "5Gi", "VolumeSnapshot/s")
    on.go(SECOND)
    on.snap(upload_after="20s")
    on.go(10 * SECOND)
    assert on.phase("back") == "Pending"
    failed = 'failed to provision volume with StorageClass "standard": '
    failed += "error getting handle for DataSource Type VolumeSnapshot by Name s: "
    assert on.told("back", "ProvisioningFailed") == [
        "ProvisioningFailed: "
        + failed
        + 'error getting snapshot s from api server: volumesnapshots.snapshot.storage.k8s.io "s" not found',
        "ProvisioningFailed: " + failed + "snapshot s is not Ready",
    ]
    on.go(2 * MINUTE)
    assert on.phase("back") == "Bound"
    volume = on.get(VOLUMES, (on.get(CLAIMS, "back") or {})["spec"]["volumeName"])
    assert volume is not None and volume["spec"]["capacity"] == {"storage": "5Gi"}


def test_a_snapshot_that_is_being_restored_stays(on: Play) -> None:
    on.snap()
    on.claim("back", "2Gi", "VolumeSnapshot/s")
    on.mark(CLAIMS, "back", {"sim.quorate.dev/fault": "ProvisioningFailed"}, "default")
    on.client.delete(SNAPSHOTS, "default", "s")
    on.go(10 * SECOND)
    assert on.told("s", "SnapshotDeletePending") == ["SnapshotDeletePending: Snapshot is being used to restore a PVC"]
    on.mark(CLAIMS, "back", {"sim.quorate.dev/fault": None}, "default")
    on.go(5 * MINUTE)
    assert on.phase("back") == "Bound" and on.get(SNAPSHOTS, "s") is not None
    on.go(15 * MINUTE)
    assert on.get(SNAPSHOTS, "s") is None


@pytest.mark.parametrize(
    ("size", "spec", "why"),
    [
        ("1Gi", {}, "requested volume size 1073741824 is less than the size 2147483648 for the source snapshot s"),
        ("2Gi", {"storageClassName": "disk"}, "snapshot s not bound"),
        ("2Gi", {"volumeMode": "Block"},
         "requested volume default/back modifies the mode of the source volume but does not have permission to do so. "
         "snapshot.storage.kubernetes.io/allow-volume-mode-change annotation is not present on snapshotcontent {content}"),
        ("2Gi", {}, ""),
        ("3Gi", {"storageClassName": "retained"}, ""),
    ],
)  # fmt: skip
def test_what_a_snapshot_can_become(on: Play, size: str, spec: Obj, why: str) -> None:
    on.client.create("storageclasses.storage.k8s.io", {
        "metadata": {"name": "disk"}, "provisioner": "disk.csi.sim.quorate.dev",
    })  # fmt: skip
    on.snap()
    on.claim("back", size, "VolumeSnapshot/s", **spec)
    on.go(5 * SECOND)
    assert on.phase("back") == ("Pending" if why else "Bound")
    said = on.told("back", "ProvisioningFailed")
    assert [text.partition("by Name s: ")[2] for text in said] == (
        [why.format(content=on.bound()["metadata"]["name"])] if why else []
    )  # fmt: skip
    if "volumeMode" in spec:
        allow = {"snapshot.storage.kubernetes.io/allow-volume-mode-change": "true"}
        on.mark(CONTENTS, on.bound()["metadata"]["name"], dict(allow))
        on.go(MINUTE)
        assert on.phase("back") == "Bound"


@pytest.mark.parametrize(
    ("source", "size", "why"),
    [
        ("data", "2Gi", ""),
        ("data", "1Gi",
         "error, new PVC request must be greater than or equal in size to the specified PVC data source, "
         "requested 1073741824 but source is 2147483648"),
        ("waits", "2Gi",
         "the PVC DataSource waits must have a status of Bound.  Got {{Pending [] map[] [] map[] map[] <nil> <nil>}}"),
        ("nothing", "2Gi",
         'error getting PVC nothing (namespace "default") from api server: persistentvolumeclaim "nothing" not found'),
    ],
)  # fmt: skip
def test_a_claim_may_be_cloned(on: Play, source: str, size: str, why: str) -> None:
    on.claim("waits", storageClassName="topology-aware")
    on.claim("copy", size, f"PersistentVolumeClaim/{source}")
    on.go(5 * SECOND)
    assert on.phase("copy") == ("Pending" if why else "Bound")
    said = [text.partition(f"by Name {source}: ")[2] for text in on.told("copy", "ProvisioningFailed")]
    assert said == ([why.format()] if why else [])


def test_what_it_does_not_know_it_leaves_to_others(on: Play) -> None:
    on.claim("filled", "2Gi", "Backup/b")
    on.go(10 * MINUTE)
    assert on.phase("filled") == "Pending" and not on.told("filled", "ProvisioningFailed")
    assert (
        on.told("filled", "Provisioning")[-1]
        == "Provisioning: Assuming an external populator will provision the volume"
    )


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"source": {}}, "exactly one of volumeSnapshotContentName and persistentVolumeClaimName must be set"),
        (
            {"source": {"persistentVolumeClaimName": "a", "volumeSnapshotContentName": "b"}},
            "exactly one of volumeSnapshotContentName and persistentVolumeClaimName must be set",
        ),
        (
            {"source": {"persistentVolumeClaimName": "a"}, "volumeSnapshotClassName": ""},
            "volumeSnapshotClassName must not be the empty string when set",
        ),
    ],
)
def test_what_is_refused(on: Play, spec: Obj, why: str) -> None:
    made = {
        "apiVersion": API,
        "kind": "VolumeSnapshot",
        "metadata": {"name": "x", "namespace": "default"},
        "spec": spec,
    }
    with pytest.raises(Refused, match=why):
        on.client.create(SNAPSHOTS, made)


def test_its_source_stays(on: Play) -> None:
    on.snap()
    with pytest.raises(Refused, match="persistentVolumeClaimName is immutable"):
        on.client.patch(SNAPSHOTS, "default", "s", {"spec": {"source": {"persistentVolumeClaimName": "other"}}})


@pytest.mark.parametrize(
    ("path", "columns"),
    [
        ("namespaces/default/volumesnapshots",
         "Name ReadyToUse SourcePVC SourceSnapshotContent RestoreSize SnapshotClass SnapshotContent CreationTime Age"),
        ("volumesnapshotcontents",
         "Name ReadyToUse RestoreSize DeletionPolicy Driver VolumeSnapshotClass VolumeSnapshot VolumeSnapshotNamespace Age"),
        ("volumesnapshotclasses", "Name Driver DeletionPolicy Age"),
    ],
)  # fmt: skip
def test_columns(on: Play, path: str, columns: str) -> None:
    headers = {"accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
    made: Any = on.world.front.handle(HttpRequest("GET", f"/apis/{API}/{path}", {}, headers))
    assert [c["name"] for c in orjson.loads(made.body)["columnDefinitions"]] == columns.split()


def test_a_namespace_takes_its_snapshots_along(on: Play) -> None:
    on.client.create("namespaces", {"metadata": {"name": "n"}})
    on.go()
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    on.client.create(CLAIMS, {"metadata": {"name": "data", "namespace": "n"}, "spec": spec})
    made = {"apiVersion": API, "kind": "VolumeSnapshot", "metadata": {"name": "s", "namespace": "n"}}
    on.client.create(SNAPSHOTS, {**made, "spec": {"source": {"persistentVolumeClaimName": "data"}}})
    on.go(MINUTE)
    on.client.delete("namespaces", "", "n")
    on.go(MINUTE)
    assert on.world.get("namespaces", "", "n") is None
    assert not on.world.reader.list(CONTENTS)
