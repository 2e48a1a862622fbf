"""What a CSINode must keep to (Kubernetes: pkg/apis/storage/validation)."""

from quorate.apiserver.validation.errors import FieldError, duplicate, each_invalid, invalid, required
from quorate.apiserver.validation.persistentvolume import driver_name
from quorate.contract.plan import Obj
from quorate.objects.names import qualified_name_errors

RESOURCE = "csinodes.storage.k8s.io"


def validate(obj: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    names: set[str] = set()
    for i, driver in enumerate((obj.get("spec") or {}).get("drivers") or ()):
        at, name = f"spec.drivers[{i}]", driver.get("name") or ""
        errors += driver_name(f"{at}.name", name)
        if not driver.get("nodeID"):
            errors.append(required(f"{at}.nodeID"))
        count = (driver.get("allocatable") or {}).get("count")
        if count is not None and count < 0:
            errors.append(invalid(f"{at}.allocatable.count", count, "must be greater than or equal to 0"))
        if name in names:
            errors.append(duplicate(f"{at}.name", name))
        keys = driver.get("topologyKeys") or []
        for j, key in enumerate(keys):
            if not key:
                errors.append(required(f"{at}.topologyKeys"))
            if key in keys[:j]:
                errors.append(duplicate(f"{at}.topologyKeys", key))
            errors += each_invalid(f"{at}.topologyKeys", keys, qualified_name_errors(key))
        names.add(name)
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new)
