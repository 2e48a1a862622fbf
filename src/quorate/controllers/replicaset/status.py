"""A ReplicaSet's status: counts of its active pods, and the condition that says why they are too few or many."""

from collections.abc import Sequence

from quorate.contract.plan import Obj, Update
from quorate.controllers.replicaset.kinds import Family
from quorate.kernel.clock import Instant
from quorate.objects.pod import available_at, condition, is_available, is_ready
from quorate.objects.times import time_text

FAILURE = "ReplicaFailure"
_OPTIONAL = ("fullyLabeledReplicas", "readyReplicas", "availableReplicas")
_COMPARED = ("replicas", "observedGeneration", *_OPTIONAL)


def status_of(
    family: Family, found: Obj, active: Sequence[Obj], terminating: int, failed: bool, now: Instant
) -> Obj:  # fmt: skip
    """The status as Kubernetes writes it: zeroes of optional fields are left out.

    With `failed`, the message of the condition is "{error}", to be filled in with the refusal.
    """
    spec = found["spec"]
    min_ready = spec.get("minReadySeconds") or 0
    template = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    ready = [pod for pod in active if is_ready(pod)]
    counts = (
        sum(template.items() <= (pod["metadata"].get("labels") or {}).items() for pod in active),
        len(ready),
        sum(is_available(pod, min_ready, now) for pod in ready),
    )
    status: Obj = {k: v for k, v in (found.get("status") or {}).items() if k == "conditions"}
    status["replicas"] = len(active)
    status |= {field: value for field, value in zip(_OPTIONAL, counts, strict=True) if value}
    if family.terminating:
        status["terminatingReplicas"] = terminating
    status["observedGeneration"] = found["metadata"].get("generation", 0)
    kept = condition(found, FAILURE)
    others = [c for c in status.pop("conditions", ()) if c["type"] != FAILURE]
    if failed and kept is None:
        kept = {
            "type": FAILURE, "status": "True", "lastTransitionTime": time_text(now),
            "reason": "FailedCreate" if len(active) < spec.get("replicas", 1) else "FailedDelete", "message": "{error}",
        }  # fmt: skip
    conditions = [*others, kept] if failed and kept is not None else others
    return {**status, "conditions": conditions} if conditions else status


def write(family: Family, found: Obj, status: Obj) -> Update | None:
    """The status write, or None when the stored status says the same."""
    held = found.get("status") or {}
    if (
        all((held.get(field) or 0) == (status.get(field) or 0) for field in _COMPARED)
        and held.get("terminatingReplicas") == status.get("terminatingReplicas")
        and (held.get("conditions") or []) == status.get("conditions", [])
    ):
        return None
    return Update(family.resource, {**found, "status": status}, "status")


def next_available(found: Obj, active: Sequence[Obj], now: Instant) -> Instant | None:
    """When the next ready pod will have been ready for minReadySeconds."""
    min_ready = found["spec"].get("minReadySeconds") or 0
    if not min_ready:
        return None
    waits = [available_at(pod, min_ready) for pod in active]
    return min((at for at in waits if at is not None and at > now), default=None)
