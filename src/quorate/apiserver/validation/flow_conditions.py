"""Conditions of FlowSchemas and PriorityLevelConfigurations (Kubernetes: pkg/apis/flowcontrol/validation)."""

from quorate.apiserver.validation.errors import FieldError, duplicate, required
from quorate.contract.plan import Obj


def validate(obj: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for i, condition in enumerate((obj.get("status") or {}).get("conditions") or ()):
        at, type = f"status.conditions[{i}].type", condition.get("type") or ""
        if type in seen:
            errors.append(duplicate(at, type))
        seen.add(type)
        if not type:
            errors.append(required(at, "must not be empty"))
    return errors
