"""DaemonSets (apps/validation, ValidateDaemonSetSpec)."""

from quorate.apiserver.validation.errors import FieldError, invalid, not_negative, not_supported, required
from quorate.apiserver.validation.percents import at_most_all, is_zero, number_or_percent
from quorate.apiserver.validation.pod_template import pod_template
from quorate.apiserver.validation.selectors import compiles, label_selector, shown
from quorate.apiserver.validation.workloads import always, counts, labels_fit, not_decremented, unchanged
from quorate.contract.plan import Obj

RESOURCE = "daemonsets.apps"
_STATUS = (
    "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady", "observedGeneration",
    "updatedNumberScheduled", "numberAvailable", "numberUnavailable", "collisionCount",
)  # fmt: skip


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    found = spec.get("selector")
    errors = label_selector("spec.selector", found)
    if compiles(found):
        errors += labels_fit(spec)
    if found is not None and not found.get("matchLabels") and not found.get("matchExpressions"):
        errors.append(invalid("spec.selector", shown(found), "empty selector is invalid for daemonset"))
    errors += pod_template("spec.template", spec.get("template") or {})
    errors += always(spec, "DaemonSet")
    errors += not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    errors += _strategy(spec.get("updateStrategy") or {})
    return errors + not_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit"))


def _strategy(strategy: Obj) -> list[FieldError]:
    kind, rolling, field = strategy.get("type", ""), strategy.get("rollingUpdate"), "spec.updateStrategy.rollingUpdate"
    if kind == "OnDelete":
        return []
    if kind != "RollingUpdate":
        shown_rolling = rolling and {
            "MaxUnavailable": rolling.get("maxUnavailable", 0),
            "MaxSurge": rolling.get("maxSurge", 0),
        }
        value = {"Type": kind, "RollingUpdate": shown_rolling}
        return [not_supported("spec.updateStrategy", value, ["RollingUpdate", "OnDelete"])]
    if rolling is None:
        return [required(field)]
    down, up = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    both = ((f"{field}.maxUnavailable", down), (f"{field}.maxSurge", up))
    errors = [error for rule in (number_or_percent, at_most_all) for at, value in both for error in rule(at, value)]
    if not is_zero(down) and not is_zero(up):
        errors.append(invalid(f"{field}.maxSurge", up, "may not be set when maxUnavailable is non-zero"))
    elif is_zero(down) and is_zero(up):
        errors.append(required(f"{field}.maxUnavailable", "cannot be 0 when maxSurge is 0"))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    if new["spec"] is old["spec"]:
        return []
    found, was = new["spec"].get("selector"), old["spec"].get("selector")
    return unchanged("spec.selector", found, was, shown(found)) + validate(new)


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    return counts(new.get("status") or {}, *_STATUS) + not_decremented(new, old)
