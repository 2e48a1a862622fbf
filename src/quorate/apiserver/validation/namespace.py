"""Namespaces (core/validation, ValidateNamespace)."""

from quorate.apiserver.validation import meta
from quorate.apiserver.validation.errors import FieldError, each_invalid, invalid
from quorate.contract.plan import Obj
from quorate.objects.names import qualified_name_errors

RESOURCE = "namespaces"


def validate(obj: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    field = "spec.finalizers"
    for name in (obj.get("spec") or {}).get("finalizers") or ():
        wrong = qualified_name_errors(name)
        errors += each_invalid(field, name, wrong) if wrong else meta.finalizer_name(field, name)
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new)


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    phase = (new.get("status") or {}).get("phase", "")
    if new["metadata"].get("deletionTimestamp"):
        if phase != "Terminating":
            why = "may only be 'Terminating' if `deletionTimestamp` is not empty"
            return [invalid("status.Phase", phase, why)]
    elif phase != "Active":
        return [invalid("status.Phase", phase, "may only be 'Active' if `deletionTimestamp` is empty")]
    return []
