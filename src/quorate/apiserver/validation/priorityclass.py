"""What a PriorityClass must keep to (Kubernetes: pkg/apis/scheduling/validation)."""

from quorate.apiserver.validation.errors import FieldError, forbidden, immutable, not_supported
from quorate.contract.plan import Obj
from quorate.objects.priorities import HIGHEST_OF_USERS, SYSTEM_PREFIX, system_classes

RESOURCE = "priorityclasses.scheduling.k8s.io"
POLICIES = ("Never", "PreemptLowerPriority")


def validate(obj: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    name, value = obj["metadata"].get("name") or "", obj.get("value", 0)
    if name.startswith(SYSTEM_PREFIX):
        why = _not_a_system_class(obj, name, value)
        if why:
            said = "priority class names with 'system-' prefix are reserved for system use only"
            errors.append(forbidden("metadata.name", f"{said}. error: {why}"))
    elif value > HIGHEST_OF_USERS:
        errors.append(forbidden("value", f"maximum allowed value of a user defined priority is {HIGHEST_OF_USERS}"))
    policy = obj.get("preemptionPolicy")
    if policy is not None and policy not in POLICIES:
        errors.append(not_supported("preemptionPolicy", policy, POLICIES))
    return errors


def _not_a_system_class(obj: Obj, name: str, value: int) -> str:
    for known in system_classes():
        if known["metadata"]["name"] == name:
            if known["value"] != value:
                return f"value of {name} PriorityClass must be {known['value']}"
            if obj.get("globalDefault"):
                return f"globalDefault of {name} PriorityClass must be false"
            return ""
    return f"{name} is not a known system priority class"


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    if new.get("value", 0) != old.get("value", 0):
        errors.append(forbidden("value", "may not be changed in an update."))
    if new.get("preemptionPolicy") != old.get("preemptionPolicy"):
        errors.append(immutable("preemptionPolicy", new.get("preemptionPolicy")))
    return errors
