"""ControllerRevisions (apps/validation): what they keep never changes, only which number it has."""

from quorate.apiserver.validation.errors import FieldError, immutable, not_negative, required
from quorate.contract.plan import Obj

RESOURCE = "controllerrevisions.apps"


def validate(obj: Obj) -> list[FieldError]:
    errors = [] if obj.get("data") is not None else [required("data", "data is mandatory")]
    return errors + not_negative("revision", obj.get("revision"))


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    errors = validate(new)
    if new.get("data") != old.get("data"):
        errors.append(immutable("data", new.get("data")))
    return errors
