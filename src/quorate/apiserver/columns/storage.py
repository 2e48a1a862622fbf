"""Claims, volumes, classes and what the CSI drivers say of themselves."""

from quorate.apiserver.columns.printer import (
    AGE,
    NAME,
    Cells,
    Column,
    Printer,
    age,
    is_leaving,
    name,
    spec,
    status,
)  # fmt: skip
from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant

_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
_CLASS = "volume.beta.kubernetes.io/storage-class"
_DEFAULT_CLASS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
_DEFAULT_ATTRIBUTES = ("volumeattributesclass.alpha.kubernetes.io/is-default-class",)


def _claim(obj: Obj, now: Instant) -> Cells:
    has = spec(obj)
    bound = bool(has.get("volumeName"))
    return [
        name(obj), _phase(obj), has.get("volumeName", ""),
        (status(obj).get("capacity") or {}).get("storage", "0") if bound else "",
        _modes(status(obj).get("accessModes")) if bound else "",
        _class(obj), _or_unset(has.get("volumeAttributesClassName")), age(obj, now), _or_unset(has.get("volumeMode")),
    ]  # fmt: skip


def _volume(obj: Obj, now: Instant) -> Cells:
    has, claim = spec(obj), spec(obj).get("claimRef")
    return [
        name(obj), (has.get("capacity") or {}).get("storage", "0"), _modes(has.get("accessModes")),
        has.get("persistentVolumeReclaimPolicy", ""), _phase(obj),
        f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else "",
        _class(obj), _or_unset(has.get("volumeAttributesClassName")), status(obj).get("reason", ""), age(obj, now),
        _or_unset(has.get("volumeMode")),
    ]  # fmt: skip


def _phase(obj: Obj) -> str:
    return "Terminating" if is_leaving(obj) else str(status(obj).get("phase", ""))


def _modes(modes: list[str] | None) -> str:
    return ",".join(short for mode, short in _MODES.items() if mode in (modes or ()))


def _class(obj: Obj) -> str:
    """The annotation comes from before the field and still wins."""
    annotations = obj["metadata"].get("annotations") or {}
    return str(annotations.get(_CLASS, spec(obj).get("storageClassName") or ""))


def _or_unset(value: str | None) -> str:
    return "<unset>" if value is None else value


def _marked(obj: Obj, annotations: tuple[str, ...]) -> str:
    has = obj["metadata"].get("annotations") or {}
    return name(obj) + (" (default)" if any(has.get(key) == "true" for key in annotations) else "")


def _storage_class(obj: Obj, now: Instant) -> Cells:
    return [
        _marked(obj, _DEFAULT_CLASS), obj.get("provisioner", ""), obj.get("reclaimPolicy") or "Delete",
        obj.get("volumeBindingMode") or "Immediate", bool(obj.get("allowVolumeExpansion")), age(obj, now),
    ]  # fmt: skip


def _attributes_class(obj: Obj, now: Instant) -> Cells:
    return [_marked(obj, _DEFAULT_ATTRIBUTES), obj.get("driverName", ""), age(obj, now)]


def _attachment(obj: Obj, now: Instant) -> Cells:
    has = spec(obj)
    volume = (has.get("source") or {}).get("persistentVolumeName") or ""
    attached = bool(status(obj).get("attached"))
    return [name(obj), has.get("attacher", ""), volume, has.get("nodeName", ""), attached, age(obj, now)]


def _driver(obj: Obj, now: Instant) -> Cells:
    has = spec(obj)
    attach, tokens = has.get("attachRequired"), has.get("tokenRequests")
    return [
        name(obj), True if attach is None else attach, bool(has.get("podInfoOnMount")),
        bool(has.get("storageCapacity")),
        "<unset>" if tokens is None else ",".join(token.get("audience", "") for token in tokens),
        bool(has.get("requiresRepublish")), ",".join(has.get("volumeLifecycleModes") or ()) or "<none>", age(obj, now),
    ]  # fmt: skip


def _node_drivers(obj: Obj, now: Instant) -> Cells:
    return [name(obj), len(spec(obj).get("drivers") or ()), age(obj, now)]


def _capacity(obj: Obj, _: Instant) -> Cells:
    return [name(obj), obj.get("storageClassName", ""), _or_unset(obj.get("capacity"))]


PRINTERS = {
    "persistentvolumeclaims": Printer(
        (
            NAME,
            Column("Status", about="@PersistentVolumeClaimStatus.phase"),
            Column("Volume", about="@PersistentVolumeClaimSpec.volumeName"),
            Column("Capacity", about="@PersistentVolumeClaimStatus.capacity"),
            Column("Access Modes", about="@PersistentVolumeClaimStatus.accessModes"),
            Column("StorageClass", about="StorageClass of the pvc"),
            Column("VolumeAttributesClass", about="VolumeAttributesClass of the pvc"),
            AGE,
            Column("VolumeMode", about="@PersistentVolumeClaimSpec.volumeMode", wide=True),
        ),
        _claim,
    ),
    "persistentvolumes": Printer(
        (
            NAME,
            Column("Capacity", about="@PersistentVolumeSpec.capacity"),
            Column("Access Modes", about="@PersistentVolumeSpec.accessModes"),
            Column("Reclaim Policy", about="@PersistentVolumeSpec.persistentVolumeReclaimPolicy"),
            Column("Status", about="@PersistentVolumeStatus.phase"),
            Column("Claim", about="@PersistentVolumeSpec.claimRef"),
            Column("StorageClass", about="StorageClass of the pv"),
            Column("VolumeAttributesClass", about="VolumeAttributesClass of the pv"),
            Column("Reason", about="@PersistentVolumeStatus.reason"),
            AGE,
            Column("VolumeMode", about="@PersistentVolumeSpec.volumeMode", wide=True),
        ),
        _volume,
    ),
    "storageclasses.storage.k8s.io": Printer(
        (
            NAME,
            Column("Provisioner", about="@StorageClass.provisioner"),
            Column("ReclaimPolicy", about="@StorageClass.reclaimPolicy"),
            Column("VolumeBindingMode", about="@StorageClass.volumeBindingMode"),
            Column("AllowVolumeExpansion", about="@StorageClass.allowVolumeExpansion"),
            AGE,
        ),
        _storage_class,
    ),
    "volumeattributesclasses.storage.k8s.io": Printer(
        (NAME, Column("DriverName", about="@VolumeAttributesClass.driverName"), AGE), _attributes_class
    ),
    "volumeattachments.storage.k8s.io": Printer(
        (
            NAME,
            Column("Attacher", about="@VolumeAttachmentSpec.attacher", format="name"),
            Column("PV", about="@VolumeAttachmentSource.persistentVolumeName"),
            Column("Node", about="@VolumeAttachmentSpec.nodeName"),
            Column("Attached", "boolean", "@VolumeAttachmentStatus.attached"),
            AGE,
        ),
        _attachment,
    ),
    "csidrivers.storage.k8s.io": Printer(
        (
            NAME,
            Column("AttachRequired", "boolean", "@CSIDriverSpec.attachRequired"),
            Column("PodInfoOnMount", "boolean", "@CSIDriverSpec.podInfoOnMount"),
            Column("StorageCapacity", "boolean", "@CSIDriverSpec.storageCapacity"),
            Column("TokenRequests", about="@CSIDriverSpec.tokenRequests"),
            Column("RequiresRepublish", "boolean", "@CSIDriverSpec.requiresRepublish"),
            Column("Modes", about="@CSIDriverSpec.volumeLifecycleModes"),
            AGE,
        ),
        _driver,
    ),
    "csinodes.storage.k8s.io": Printer(
        (
            NAME,
            Column("Drivers", "integer", "Drivers indicates the number of CSI drivers registered on the node"),
            AGE,
        ),
        _node_drivers,
    ),
    "csistoragecapacities.storage.k8s.io": Printer(
        (
            NAME,
            Column("StorageClassName", about="@CSIStorageCapacity.storageClassName"),
            Column("Capacity", about="@CSIStorageCapacity.capacity"),
        ),
        _capacity,
    ),
}
