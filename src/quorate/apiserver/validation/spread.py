"""How pods spread over zones and nodes (core/validation, validateTopologySpreadConstraints)."""

from collections.abc import Sequence

from quorate.apiserver.validation.errors import FieldError, duplicate, invalid, not_supported, required
from quorate.apiserver.validation.placement import label_keys
from quorate.apiserver.validation.selectors import label_selector
from quorate.contract.plan import Obj

ACTIONS = ["DoNotSchedule", "ScheduleAnyway"]
_POLICIES = ["Honor", "Ignore"]
_POSITIVE = "must be greater than zero"


def spread_constraints(field: str, found: Sequence[Obj] | None) -> list[FieldError]:
    if not found:
        return []
    errors: list[FieldError] = []
    for i, constraint in enumerate(found):
        at = f"{field}[{i}]"
        skew, action = constraint.get("maxSkew", 0), constraint.get("whenUnsatisfiable", "")
        key = constraint.get("topologyKey", "")
        if skew <= 0:
            errors.append(invalid(f"{at}.maxSkew", skew, _POSITIVE))
        if not key:
            errors.append(required(f"{at}.topologyKey", "can not be empty"))
        if action not in ACTIONS:
            errors.append(not_supported(f"{at}.whenUnsatisfiable", action, ACTIONS))
        later = ((c.get("topologyKey", ""), c.get("whenUnsatisfiable", "")) for c in found[i + 1 :])
        if (key, action) in later:
            errors.append(duplicate(f"{at}.{{topologyKey, whenUnsatisfiable}}", f"{{{key}, {action}}}"))
        domains = constraint.get("minDomains")
        if domains is not None:
            errors += _domains(f"{at}.minDomains", domains, action)
        for name in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            if constraint.get(name) is not None and constraint[name] not in _POLICIES:
                errors.append(not_supported(f"{at}.{name}", constraint[name], _POLICIES))
        if constraint.get("matchLabelKeys"):
            errors += label_keys(at, constraint)
        errors += label_selector(f"{at}.labelSelector", constraint.get("labelSelector"))
    return errors


def _domains(field: str, least: int, action: str) -> list[FieldError]:
    errors = [] if least > 0 else [invalid(field, least, _POSITIVE)]
    if action != "DoNotSchedule":
        why = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
        errors.append(invalid(field, least, why))
    return errors
