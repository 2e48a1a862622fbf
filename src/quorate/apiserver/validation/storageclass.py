"""What a StorageClass must keep to, and what of it may change (Kubernetes: pkg/apis/storage/validation)."""

from quorate.apiserver.validation.errors import (
    FieldError,
    each_invalid,
    immutable,
    invalid,
    not_supported,
    required,
)  # fmt: skip
from quorate.contract.plan import Obj
from quorate.objects.names import qualified_name_errors

RESOURCE = "storageclasses.storage.k8s.io"
RECLAIM = ("Delete", "Retain")
BINDING = ("Immediate", "WaitForFirstConsumer")
_KEPT = ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode")


def validate(obj: Obj) -> list[FieldError]:
    provisioner = obj.get("provisioner") or ""
    if provisioner:
        errors = each_invalid("provisioner", provisioner, qualified_name_errors(provisioner.lower()))
    else:
        errors = [required("provisioner")]
    for key in obj.get("parameters") or ():
        if not key:
            errors.append(invalid("parameters", key, "field can not be empty."))
    reclaim, binding = obj.get("reclaimPolicy"), obj.get("volumeBindingMode")
    if reclaim and reclaim not in RECLAIM:
        errors.append(not_supported("reclaimPolicy", reclaim, RECLAIM))
    if binding is None:
        errors.append(required("volumeBindingMode"))
    elif binding not in BINDING:
        errors.append(not_supported("volumeBindingMode", binding, BINDING))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    errors = validate(new)
    for field in _KEPT:
        if (new.get(field) or None) != (old.get(field) or None):
            errors.append(immutable(field, new.get(field)))
    return errors
