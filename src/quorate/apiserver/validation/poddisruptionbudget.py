"""PodDisruptionBudgets (policy/validation). Since 1.15 all of the spec may change."""

from quorate.apiserver.validation.errors import FieldError, invalid, not_negative, not_supported
from quorate.apiserver.validation.percents import at_most_all, number_or_percent
from quorate.apiserver.validation.selectors import label_selector, shown
from quorate.contract.plan import Obj

RESOURCE = "poddisruptionbudgets.policy"
POLICIES = ["AlwaysAllow", "IfHealthyBudget"]
_BOUNDS = ("minAvailable", "maxUnavailable")
_STATUS = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    errors: list[FieldError] = []
    if all(spec.get(bound) is not None for bound in _BOUNDS):
        errors.append(invalid("spec", _shown(spec), "minAvailable and maxUnavailable cannot be both set"))
    for bound in _BOUNDS:
        if spec.get(bound) is not None:
            errors += number_or_percent(f"spec.{bound}", spec[bound])
            errors += at_most_all(f"spec.{bound}", spec[bound])
    errors += label_selector("spec.selector", spec.get("selector"))
    policy = spec.get("unhealthyPodEvictionPolicy")
    if policy is not None and policy not in POLICIES:
        errors.append(not_supported("spec.unhealthyPodEvictionPolicy", policy, POLICIES))
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return [] if new.get("spec") is old.get("spec") else validate(new)


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    status = new.get("status") or {}
    errors: list[FieldError] = []
    for field in _STATUS:
        errors += not_negative(f"status.{field}", status.get(field))
    return errors


def _shown(spec: Obj) -> Obj:
    """As Kubernetes prints its internal struct."""
    return {
        "MinAvailable": spec.get("minAvailable"),
        "Selector": shown(spec.get("selector")),
        "MaxUnavailable": spec.get("maxUnavailable"),
        "UnhealthyPodEvictionPolicy": spec.get("unhealthyPodEvictionPolicy"),
    }
