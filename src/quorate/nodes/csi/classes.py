"""The storage objects that every world begins with."""

from quorate.contract.plan import Obj
from quorate.nodes.csi.driver import DRIVER
from quorate.objects.claims import DEFAULT_CLASS


def storage_classes() -> list[Obj]:
    return [
        _storage_class("standard", "Immediate", "Delete", {DEFAULT_CLASS: "true"}),
        _storage_class("topology-aware", "WaitForFirstConsumer", "Delete"),
        _storage_class("retained", "Immediate", "Retain"),
    ]


def _storage_class(name: str, binding: str, reclaim: str, annotations: dict[str, str] | None = None) -> Obj:
    meta: Obj = {"name": name}
    if annotations:
        meta["annotations"] = annotations
    return {
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": meta, "provisioner": DRIVER,
        "reclaimPolicy": reclaim, "volumeBindingMode": binding, "allowVolumeExpansion": True,
    }  # fmt: skip


def csi_driver() -> Obj:
    return {
        "apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": {"name": DRIVER},
        "spec": {"attachRequired": False},
    }  # fmt: skip
