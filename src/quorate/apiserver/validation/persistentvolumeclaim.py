"""What a PersistentVolumeClaim must keep to, and what of it may change.

(Kubernetes: pkg/apis/core/validation, ValidatePersistentVolumeClaim and ValidatePersistentVolumeClaimUpdate.) Whether a
claim may grow at all is asked by the admission rule PersistentVolumeClaimResize.
"""

from quorate.apiserver.validation.claim_specs import claim_spec
from quorate.apiserver.validation.differences import shown
from quorate.apiserver.validation.errors import FieldError, forbidden, immutable
from quorate.apiserver.validation.quantities import amount_of
from quorate.contract.plan import Obj
from quorate.objects.claims import BETA_CLASS, annotation, requested
from quorate.objects.quantity import compare

RESOURCE = "persistentvolumeclaims"
_IMMUTABLE = (
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"
)


def validate(obj: Obj) -> list[FieldError]:
    return claim_spec(obj.get("spec") or {}, "spec")


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    errors = validate(new)
    if annotation(new, BETA_CLASS) != annotation(old, BETA_CLASS):
        errors.append(immutable(f"metadata.annotations[{BETA_CLASS}]", annotation(new, BETA_CLASS)))
    spec, was = new.get("spec") or {}, old.get("spec") or {}
    if spec == was:
        return errors
    compared = _tolerated(new, old)
    if compared != was:
        errors.append(forbidden("spec", _IMMUTABLE + shown(was, compared)))
    size, had = requested(new), requested(old)
    capacity = ((old.get("status") or {}).get("capacity") or {}).get("storage") or "0"
    if compare(size, had) < 0 and compare(size, capacity) <= 0:
        # A request that could not be met may be taken back, as far as what there is already.
        errors.append(forbidden("spec.resources.requests.storage", "field can not be less than status.capacity"))
    return errors


def _tolerated(new: Obj, old: Obj) -> Obj:
    """The new spec with those changes undone that are allowed."""
    spec, was = {**new["spec"]}, old["spec"]
    if not was.get("volumeName"):
        # The binder names the volume, once.
        _as_before(spec, was, "volumeName")
    if was.get("storageClassName") is None and annotation(old, BETA_CLASS) is None:
        # A claim older than the default class is given it.
        _as_before(spec, was, "storageClassName")
    if (new.get("status") or {}).get("phase") == "Bound":
        resources = spec.get("resources") or {}
        if resources.get("requests") is not None:
            before = ((was.get("resources") or {}).get("requests") or {}).get("storage")
            requests = {**resources["requests"], "storage": before}
            spec["resources"] = {**resources, "requests": requests}
        if spec.get("volumeAttributesClassName") is not None:
            _as_before(spec, was, "volumeAttributesClassName")
    return spec


def _as_before(spec: Obj, was: Obj, field: str) -> None:
    spec.pop(field, None)
    if field in was:
        spec[field] = was[field]


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    capacity = (new.get("status") or {}).get("capacity") or {}
    return [e for name, amount in capacity.items() for e in amount_of(f"status.capacity[{name}]", name, amount)]
