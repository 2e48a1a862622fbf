"""What a VolumeAttributesClass must keep to (Kubernetes: pkg/apis/storage/validation)."""

from quorate.apiserver.validation.errors import FieldError, each_invalid, forbidden, invalid, required
from quorate.contract.plan import Obj
from quorate.objects.names import qualified_name_errors

RESOURCE = "volumeattributesclasses.storage.k8s.io"


def validate(obj: Obj) -> list[FieldError]:
    driver, parameters = obj.get("driverName") or "", obj.get("parameters") or {}
    if driver:
        errors = each_invalid("driverName", driver, qualified_name_errors(driver.lower()))
    else:
        errors = [required("driverName")]
    errors += [invalid("parameters", key, "field can not be empty.") for key in parameters if not key]
    if not parameters:
        errors.append(required("parameters", "must contain at least one key/value pair"))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    errors = [
        forbidden(field, f"updates to {field} are forbidden.")
        for field in ("driverName", "parameters")
        if (new.get(field) or None) != (old.get(field) or None)
    ]
    return errors + validate(new)
