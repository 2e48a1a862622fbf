"""Leases (coordination/validation, ValidateLeaseSpec)."""

from quorate.apiserver.validation.errors import FieldError, invalid, not_negative, not_supported, required
from quorate.contract.plan import Obj

RESOURCE = "leases.coordination.k8s.io"


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    errors: list[FieldError] = []
    duration = spec.get("leaseDurationSeconds")
    if duration is not None and duration <= 0:
        errors.append(invalid("spec.leaseDurationSeconds", duration, "must be greater than 0"))
    errors += not_negative("spec.leaseTransitions", spec.get("leaseTransitions"))
    strategy, preferred = spec.get("strategy"), spec.get("preferredHolder")
    if strategy is not None and "/" not in strategy and strategy != "OldestEmulationVersion":
        errors.append(not_supported("spec.strategy", strategy, ["OldestEmulationVersion"]))
    if preferred and strategy is None:
        errors.append(required("spec.strategy", "must be set when `preferredHolder` is set"))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return validate(new)
