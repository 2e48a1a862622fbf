"""VolumeAttachments: which volume is at which node."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.observe.family import Family, Kind, Sample, at, created, info, named, number, sanitized


def _volume(obj: Obj) -> Iterable[Sample]:
    name = at(obj, "spec.source.persistentVolumeName")
    return (((("volumename", name),), 1),) if name else ()


def _metadata(obj: Obj) -> Iterable[Sample]:
    found = at(obj, "status.attachmentMetadata") or {}
    return ((tuple((f"metadata_{sanitized(name)}", str(value)) for name, value in found.items()), 1),) if found else ()


P = "kube_volumeattachment_"
KIND = Kind(
    "volumeattachments.storage.k8s.io",
    named("volumeattachment", namespaced=False),
    (
        info(P + "info", "Information about volumeattachment.", attacher="spec.attacher", node="spec.nodeName"),
        created("volumeattachment"),
        Family(P + "spec_source_persistentvolume", "PersistentVolume source reference.", _volume),
        number(P + "status_attached", "Information about volumeattachment.", "status.attached"),
        Family(P + "status_attachment_metadata", "volumeattachment metadata.", _metadata),
    ),
)
