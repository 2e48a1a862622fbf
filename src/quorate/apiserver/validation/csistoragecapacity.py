"""What a CSIStorageCapacity must keep to, and what of it may change (Kubernetes: pkg/apis/storage/validation)."""

from quorate.apiserver.validation.errors import FieldError, each_invalid, immutable, invalid
from quorate.apiserver.validation.selectors import label_selector
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_subdomain_errors
from quorate.objects.quantity import canonical, compare

RESOURCE = "csistoragecapacities.storage.k8s.io"


def validate(obj: Obj) -> list[FieldError]:
    name, capacity = obj.get("storageClassName") or "", obj.get("capacity")
    errors = label_selector("nodeTopology", obj.get("nodeTopology"))
    errors += each_invalid("storageClassName", name, dns1123_subdomain_errors(name))
    if capacity is not None and compare(capacity, "0") < 0:
        errors.append(invalid("capacity", canonical(capacity), "must be greater than or equal to 0"))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    """What the driver was asked for stays; what it answered may change."""
    return [
        immutable(field, new.get(field))
        for field in ("nodeTopology", "storageClassName")
        if (new.get(field) or None) != (old.get(field) or None)
    ]
