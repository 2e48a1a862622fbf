"""Deployments (apps/validation, ValidateDeploymentSpec)."""

from quorate.apiserver.validation.errors import FieldError, forbidden, invalid, not_negative, not_supported, required
from quorate.apiserver.validation.percents import at_most_all, is_zero, number_or_percent
from quorate.apiserver.validation.selectors import shown
from quorate.apiserver.validation.workloads import (
    counts,
    not_above,
    not_decremented,
    running_template,
    selector,
    unchanged,
)
from quorate.contract.plan import Obj

RESOURCE = "deployments.apps"
_STATUS = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    errors = not_negative("spec.replicas", spec.get("replicas"))
    errors += selector(spec, "deployment")
    errors += running_template(spec, "ReplicaSet", "invalid label selector")
    errors += _strategy(spec.get("strategy") or {})
    errors += not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    errors += not_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit"))
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None:
        errors += not_negative("spec.progressDeadlineSeconds", deadline)
        if deadline <= spec.get("minReadySeconds", 0):
            errors.append(invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"))
    return errors


def _strategy(strategy: Obj) -> list[FieldError]:
    kind, rolling, field = strategy.get("type", ""), strategy.get("rollingUpdate"), "spec.strategy.rollingUpdate"
    if kind == "Recreate":
        why = "may not be specified when strategy `type` is 'Recreate'"
        return [] if rolling is None else [forbidden(field, why)]
    if kind != "RollingUpdate":
        shown_rolling = rolling and {
            "MaxUnavailable": rolling.get("maxUnavailable", 0),
            "MaxSurge": rolling.get("maxSurge", 0),
        }
        value = {"Type": kind, "RollingUpdate": shown_rolling}
        return [not_supported("spec.strategy", value, ["Recreate", "RollingUpdate"])]
    if rolling is None:
        return [required(field, "this should be defaulted and never be nil")]
    down, up = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    errors = number_or_percent(f"{field}.maxUnavailable", down) + number_or_percent(f"{field}.maxSurge", up)
    if is_zero(down) and is_zero(up):
        errors.append(invalid(f"{field}.maxUnavailable", down, "may not be 0 when `maxSurge` is 0"))
    return errors + at_most_all(f"{field}.maxUnavailable", down)


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    if new["spec"] is old["spec"]:
        return []
    found, was = new["spec"].get("selector"), old["spec"].get("selector")
    return validate(new) + unchanged("spec.selector", found, was, shown(found))


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    status = new.get("status") or {}
    errors = counts(status, "observedGeneration", *_STATUS, "unavailableReplicas", "collisionCount")
    errors += not_above(status, "replicas", "status.replicas", *_STATUS[1:])
    errors += not_above(status, "readyReplicas", "readyReplicas", "availableReplicas")
    return errors + not_decremented(new, old)
