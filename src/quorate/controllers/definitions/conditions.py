"""Conditions of definitions (Kubernetes: apiextensions-apiserver's apihelpers)."""

from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant
from quorate.objects.pod import condition
from quorate.objects.times import time_text


def is_true(definition: Obj, type: str) -> bool:
    found = condition(definition, type)
    return found is not None and found["status"] == "True"


def with_condition(status: Obj, type: str, value: str, reason: str, message: str, now: Instant) -> Obj:
    """The status with this condition; its time stays while its value does."""
    conditions = list(status.get("conditions") or ())
    for i, had in enumerate(conditions):
        if had["type"] == type:
            since = had["lastTransitionTime"] if had["status"] == value else time_text(now)
            conditions[i] = {**had, "lastTransitionTime": since, "message": message, "reason": reason, "status": value}
            return {**status, "conditions": conditions}
    made = {"lastTransitionTime": time_text(now), "message": message, "reason": reason, "status": value, "type": type}
    return {**status, "conditions": [*conditions, made]}
