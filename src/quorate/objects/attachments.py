"""Volumes that must be attached to a node before they can be mounted (Kubernetes: pkg/volume/csi).

A CSI driver that attaches says so in its CSIDriver (attachRequired), or has none; a VolumeAttachment is the order to it.
"""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

Obj = dict[str, Any]

ATTACHMENTS, DRIVERS = "volumeattachments.storage.k8s.io", "csidrivers.storage.k8s.io"
OF_VOLUME, OF_NODE = "attachment-volume", "attachment-node"
"""Names of indexes over VolumeAttachments: `by_volume` and `by_node`."""


def driver_of(volume: Obj) -> str:
    """The CSI driver of a PersistentVolume; "" for other kinds of volumes."""
    return (volume["spec"].get("csi") or {}).get("driver") or ""


def must_attach(volume: Obj, driver: Obj | None) -> bool:
    """Whether the volume is to be attached; `driver` is the CSIDriver of its driver (None: there is none)."""
    if not driver_of(volume):
        return False
    return driver is None or (driver.get("spec") or {}).get("attachRequired") is not False


@lru_cache(maxsize=8192)
def attachment_name(driver: str, handle: str, node: str) -> str:
    return "csi-" + hashlib.sha256(f"{handle}{driver}{node}".encode()).hexdigest()


def unique_name(volume: Obj) -> str:
    """As nodes list it in volumesAttached and volumesInUse."""
    csi = volume["spec"]["csi"]
    return f"kubernetes.io/csi/{csi['driver']}^{csi['volumeHandle']}"


def volume_of(attachment: Obj) -> str:
    """The name of the PersistentVolume that is attached; "" for an inline one."""
    return ((attachment.get("spec") or {}).get("source") or {}).get("persistentVolumeName") or ""


def node_of(attachment: Obj) -> str:
    return (attachment.get("spec") or {}).get("nodeName") or ""


def by_volume(attachment: Obj) -> Iterable[str]:
    name = volume_of(attachment)
    return (name,) if name else ()


def by_node(attachment: Obj) -> Iterable[str]:
    return (node_of(attachment),)


def is_attached(attachment: Obj) -> bool:
    return bool((attachment.get("status") or {}).get("attached"))


def shares(volume: Obj) -> bool:
    """Whether several nodes may have it at once."""
    modes: Iterable[str] = volume["spec"].get("accessModes") or ()
    return any(mode in ("ReadWriteMany", "ReadOnlyMany") for mode in modes)
