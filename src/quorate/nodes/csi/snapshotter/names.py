"""What VolumeSnapshots, their contents and classes are called and say to each other (external-snapshotter: pkg/utils)."""

from collections.abc import Iterable
from typing import Any

from quorate.contract.plan import Obj
from quorate.objects.claims import annotation

GROUP = "snapshot.storage.k8s.io"
SNAPSHOTS, CONTENTS, CLASSES = (
    f"{plural}.{GROUP}" for plural in ("volumesnapshots", "volumesnapshotcontents", "volumesnapshotclasses")
)
KIND = "VolumeSnapshot"

_DOMAIN = "snapshot.storage.kubernetes.io"
DEFAULT_CLASS = f"{_DOMAIN}/is-default-class"
CLAIM_FINALIZER = f"{_DOMAIN}/pvc-as-source-protection"
SOURCE_FINALIZER = f"{_DOMAIN}/volumesnapshot-as-source-protection"
BOUND_FINALIZER = f"{_DOMAIN}/volumesnapshot-bound-protection"
CONTENT_FINALIZER = f"{_DOMAIN}/volumesnapshotcontent-bound-protection"
BEING_CREATED, BEING_DELETED = f"{_DOMAIN}/volumesnapshot-being-created", f"{_DOMAIN}/volumesnapshot-being-deleted"
MODE_CHANGE = f"{_DOMAIN}/allow-volume-mode-change"

OF_CLAIM, RESTORING, HANDLE = "snapshots-of-claim", "restoring", "volume-handle"
"""Indexes: of snapshots by the claim that they are of, of claims by the snapshot that they restore, of volumes."""


def key_text(obj: Obj) -> str:
    return f"{obj['metadata']['namespace']}/{obj['metadata']['name']}"


def status_of(obj: Obj) -> dict[str, Any]:
    return obj.get("status") or {}


def is_ready(snapshot: Obj) -> bool:
    return status_of(snapshot).get("readyToUse") is True


def source_claim(snapshot: Obj) -> str:
    """The name of the claim that it is of; "" for one of a content that was there before."""
    return (snapshot["spec"].get("source") or {}).get("persistentVolumeClaimName") or ""


def source_content(snapshot: Obj) -> str:
    return (snapshot["spec"].get("source") or {}).get("volumeSnapshotContentName") or ""


def bound_content(snapshot: Obj) -> str:
    return status_of(snapshot).get("boundVolumeSnapshotContentName") or ""


def dynamic_content(snapshot: Obj) -> str:
    """What the content of a snapshot is called that is made for it."""
    return f"snapcontent-{snapshot['metadata']['uid']}"


def content_ref(content: Obj) -> Obj:
    return content["spec"].get("volumeSnapshotRef") or {}


def refers_to(content: Obj, snapshot: Obj) -> bool:
    """Whether the content is bound to this very snapshot."""
    ref, meta = content_ref(content), snapshot["metadata"]
    return (ref.get("namespace"), ref.get("name"), ref.get("uid")) == (meta["namespace"], meta["name"], meta["uid"])


def finalizers(obj: Obj) -> list[str]:
    return obj["metadata"].get("finalizers") or []


def data_source(claim: Obj) -> Obj | None:
    source: Obj | None = claim["spec"].get("dataSource") or claim["spec"].get("dataSourceRef")
    return source


def restores(claim: Obj) -> str:
    """The name of the snapshot that a claim is to be made from; "" for none."""
    source = data_source(claim) or {}
    return source["name"] if source.get("kind") == KIND and source.get("apiGroup") == GROUP else ""


def is_default(snapshot_class: Obj) -> bool:
    return annotation(snapshot_class, DEFAULT_CLASS) == "true"


def by_claim(snapshot: Obj) -> Iterable[str]:
    """Index value of a snapshot: namespace/claim."""
    name = source_claim(snapshot)
    return (f"{snapshot['metadata']['namespace']}/{name}",) if name else ()


def by_restored(claim: Obj) -> Iterable[str]:
    """Index value of a claim: namespace/snapshot."""
    name = restores(claim)
    return (f"{claim['metadata']['namespace']}/{name}",) if name else ()


def by_handle(volume: Obj) -> Iterable[str]:
    """Index value of a volume: driver/handle."""
    csi = volume["spec"].get("csi")
    return (f"{csi.get('driver')}/{csi.get('volumeHandle')}",) if csi else ()
