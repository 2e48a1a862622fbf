"""A budget's status, and when it has to be written."""

from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant
from quorate.objects.pod import condition
from quorate.objects.times import time_text


def new_status(
    budget: Obj, expected: int, healthy: int, desired: int, disrupted: dict[str, str], now: Instant
) -> Obj | None:
    """None when the status says so already.

    Nothing is allowed while no pods are expected: the first ones must not be evicted before they are counted.
    """
    allowed = max(0, healthy - desired) if expected > 0 else 0
    generation = budget["metadata"].get("generation", 0)
    old = budget.get("status") or {}
    status: Obj = {
        "disruptionsAllowed": allowed,
        "currentHealthy": healthy,
        "desiredHealthy": desired,
        "expectedPods": expected,
        "observedGeneration": generation,
        "conditions": _with_condition(budget, _allowed(allowed, generation), now),
    }
    if disrupted:
        status["disruptedPods"] = disrupted
    counted = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods", "observedGeneration")
    was = condition(budget, "DisruptionAllowed")
    same = (
        all(old.get(field) == status[field] for field in counted)
        and (old.get("disruptedPods") or {}) == disrupted
        and was is not None
        and was["status"] == ("True" if allowed else "False")
    )
    return None if same else status


def failed_status(budget: Obj, why: str, now: Instant) -> Obj | None:
    """Allows nothing as long as the counts cannot be had; the rest stays as it was last known."""
    old = budget.get("status") or {}
    failed = {"status": "False", "reason": "SyncFailed", "message": why}
    if old.get("observedGeneration"):
        failed["observedGeneration"] = old["observedGeneration"]
    status = {**old, "disruptionsAllowed": 0, "conditions": _with_condition(budget, failed, now)}
    return None if status == old else status


def _allowed(allowed: int, generation: int) -> Obj:
    reason = "SufficientPods" if allowed else "InsufficientPods"
    return {"status": "True" if allowed else "False", "reason": reason, "message": "", "observedGeneration": generation}


def _with_condition(budget: Obj, new: Obj, now: Instant) -> list[Obj]:
    was = condition(budget, "DisruptionAllowed")
    since = was["lastTransitionTime"] if was is not None and was["status"] == new["status"] else time_text(now)
    made = {"type": "DisruptionAllowed", **new, "lastTransitionTime": since}
    had = (budget.get("status") or {}).get("conditions") or []
    return [made if c is was else c for c in had] if was is not None else [*had, made]
