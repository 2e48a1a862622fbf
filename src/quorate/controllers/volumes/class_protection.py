"""A deleted VolumeAttributesClass stays while claims or volumes name it (Kubernetes: pkg/controller/volume/vacprotection)."""

from collections.abc import Iterable
from typing import Any

from quorate.contract.controller import Controller, Watch
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.volumes.protection import Protected, decide

CLASSES = "volumeattributesclasses.storage.k8s.io"
FINALIZER = "kubernetes.io/vac-protection"


def class_changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    if new is None:
        return ()
    held = FINALIZER in (new["metadata"].get("finalizers") or ())
    return (("", new["metadata"]["name"]),) if held == bool(new["metadata"].get("deletionTimestamp")) else ()


def user_changed(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """A claim or volume lets classes go."""
    for name in names(old) - names(new):
        found = reader.get(CLASSES, "", name)
        if found is not None and found["metadata"].get("deletionTimestamp"):
            yield "", name


def names(obj: Obj | None) -> set[str]:
    """The classes that a claim or volume has, had and is to have."""
    if obj is None:
        return set()
    status = obj.get("status") or {}
    found = (
        (obj.get("spec") or {}).get("volumeAttributesClassName"),
        status.get("currentVolumeAttributesClassName"),
        (status.get("modifyVolumeStatus") or {}).get("targetVolumeAttributesClassName"),
    )
    return {name for name in found if name}


def class_seen(reader: Reader, key: Key, _: Any) -> Protected | None:
    """Who uses it is looked for only once it is to go: that is seldom, and wants no index."""
    found = reader.get(CLASSES, *key)
    if found is None:
        return None
    used = False
    if found["metadata"].get("deletionTimestamp"):
        kinds = ("persistentvolumeclaims", "persistentvolumes")
        used = any(key[1] in names(obj) for kind in kinds for obj in reader.list(kind))
    return Protected(CLASSES, FINALIZER, found, used)


CONTROLLER = Controller(
    name="volumeattributesclass-protection-controller",
    watches=(
        Watch(CLASSES, class_changed),
        Watch("persistentvolumeclaims", user_changed),
        Watch("persistentvolumes", user_changed),
    ),
    snapshot=class_seen,
    decide=decide,
    user="system:serviceaccount:kube-system:volumeattributesclass-protection-controller",
)
