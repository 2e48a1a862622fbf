"""What a VolumeAttachment must keep to (Kubernetes: pkg/apis/storage/validation)."""

from quorate.apiserver.validation.errors import FieldError, immutable, required
from quorate.apiserver.validation.persistentvolume import driver_name
from quorate.contract.plan import Obj

RESOURCE = "volumeattachments.storage.k8s.io"


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    errors = driver_name("spec.attacher", spec.get("attacher") or "")
    source = spec.get("source") or {}
    volume = source.get("persistentVolumeName")
    if source.get("inlineVolumeSpec") is None and not volume:
        if volume is None:
            why = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"
            errors.append(required("spec.source", why))
        else:
            why = "must specify non empty persistentVolumeName"
            errors.append(required("spec.source.persistentVolumeName", why))
    if not spec.get("nodeName"):
        errors.append(required("spec.nodeName"))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    errors = validate(new)
    if new.get("spec") != old.get("spec"):
        errors.append(immutable("spec", new.get("spec")))
    return errors
