"""PersistentVolumes."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.objects.quantity import value
from quorate.observe.family import Family, Kind, Sample, at, created, deleted, info, named, phases, text


def _capacity(obj: Obj) -> Iterable[Sample]:
    return (((), value(at(obj, "spec.capacity.storage") or 0)),)


def _claim(obj: Obj) -> Iterable[Sample]:
    ref = at(obj, "spec.claimRef")
    if not ref:
        return ()
    return (((("name", ref.get("name", "")), ("claim_namespace", ref.get("namespace", ""))), 1),)


SOURCES = (
    ("storageclass", "storageClassName"), ("gce_persistent_disk_name", "gcePersistentDisk.pdName"),
    ("ebs_volume_id", "awsElasticBlockStore.volumeID"), ("azure_disk_name", "azureDisk.diskName"), ("fc_wwids", "fc.wwids"),
    ("fc_lun", "fc.lun"), ("fc_target_wwns", "fc.targetWWNs"), ("iscsi_target_portal", "iscsi.targetPortal"),
    ("iscsi_iqn", "iscsi.iqn"), ("iscsi_lun", "iscsi.lun"), ("iscsi_initiator_name", "iscsi.initiatorName"),
    ("nfs_server", "nfs.server"), ("nfs_path", "nfs.path"), ("csi_driver", "csi.driver"),
    ("csi_volume_handle", "csi.volumeHandle"), ("local_path", "local.path"), ("local_fs", "local.fsType"),
    ("host_path", "hostPath.path"), ("host_path_type", "hostPath.type"),
    ("reclaim_policy", "persistentVolumeReclaimPolicy"),
)  # fmt: skip


def _info(obj: Obj) -> Iterable[Sample]:
    spec = obj["spec"]
    labels = []
    for label, path in SOURCES:
        found = at(spec, path)
        labels.append((label, ",".join(found) if isinstance(found, list) else text(spec, path)))
    return ((tuple(labels), 1),)


def _modes(obj: Obj) -> Iterable[Sample]:
    return [((("access_mode", mode),), 1) for mode in at(obj, "spec.accessModes") or ()]


P = "kube_persistentvolume_"
KIND = Kind(
    "persistentvolumes",
    named("persistentvolume", namespaced=False),
    (
        Family(P + "claim_ref", "Information about the Persistent Volume Claim Reference.", _claim),
        phases(P + "status_phase", "The phase indicates if a volume is available, bound to a claim, or released by a claim.",
               "Pending", "Available", "Bound", "Released", "Failed"),
        Family(P + "info", "Information about persistentvolume.", _info),
        Family(P + "capacity_bytes", "Persistentvolume capacity in bytes.", _capacity),
        created("persistentvolume"),
        deleted("persistentvolume"),
        Family(P + "access_mode", "Access modes of the PersistentVolume.", _modes),
        info(P + "volume_mode", "Volume Mode information for the PersistentVolume.", volumemode="spec.volumeMode"),
    ),
)  # fmt: skip
