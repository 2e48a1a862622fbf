"""A Job's conditions, in the order in which they came about (Kubernetes: ensureJobConditionStatus)."""

from collections.abc import Sequence

from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant
from quorate.objects.times import time_text

TARGET, MET = "FailureTarget", "SuccessCriteriaMet"
FAILED, COMPLETE, SUSPENDED = "Failed", "Complete", "Suspended"


def made(type: str, status: str, reason: str, message: str, now: Instant) -> Obj:
    at = time_text(now)
    out = {"type": type, "status": status, "lastProbeTime": at, "lastTransitionTime": at}
    return out | {field: text for field, text in (("reason", reason), ("message", message)) if text}


def true(conditions: Sequence[Obj], type: str) -> Obj | None:
    """The condition of this type, when it is true."""
    return next((c for c in conditions if c["type"] == type and c["status"] == "True"), None)


def put(conditions: list[Obj], wanted: Obj) -> list[Obj]:
    """With `wanted` in its place; the same list when it says so already, or has never said anything and is not true."""
    for i, held in enumerate(conditions):
        if held["type"] == wanted["type"]:
            said = ("status", "reason", "message")
            if all((held.get(field) or "") == (wanted.get(field) or "") for field in said):
                return conditions
            return [*conditions[:i], wanted, *conditions[i + 1 :]]
    return conditions if wanted["status"] == "False" else [*conditions, wanted]
