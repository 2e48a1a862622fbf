"""One look at one autoscaler, every 15 s (Kubernetes: podautoscaler/horizontal.go, reconcileAutoscaler)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from quorate.contract.plan import Action, Obj, Outcome, Plan, Tell, Update
from quorate.controllers.horizontalpodautoscaler import limits, metrics
from quorate.controllers.horizontalpodautoscaler.limits import Past, Stamped
from quorate.controllers.horizontalpodautoscaler.metrics import Wrong
from quorate.controllers.horizontalpodautoscaler.snapshot import AUTOSCALERS, Memory, Seen
from quorate.kernel.clock import SECOND, Duration, Instant
from quorate.objects.times import time_text

PERIOD: Duration = 15 * SECOND
"""--horizontal-pod-autoscaler-sync-period. A new autoscaler waits for it, too."""
_ABLE, _ACTIVE, _LIMITED = "AbleToScale", "ScalingActive", "ScalingLimited"


_SCALES = {
    "deployments.apps": "deployments/scale.apps",
    "replicasets.apps": "replicasets/scale.apps",
    "replicationcontrollers": "replicationcontrollers/scale.autoscaling",
}
"""What the API calls a scale that is not there; of other kinds it names what is scaled."""


@dataclass(slots=True)
class _Round:
    """What a look comes to."""

    found: Obj
    now: Instant
    conditions: list[Obj]
    current: int = 0
    desired: int = 0
    metrics: list[Obj] | None = None
    scaled: bool = False
    actions: list[Action] = field(default_factory=list)

    def say(self, type: str, status: bool, reason: str, message: str) -> None:
        """The condition stays where it is; its time moves only with its status."""
        text = "True" if status else "False"
        at = time_text(self.now)
        for i, held in enumerate(self.conditions):
            if held["type"] == type:
                if held["status"] == text:
                    at = held.get("lastTransitionTime", at)
                self.conditions[i] = _condition(type, text, at, reason, message)
                return
        self.conditions.append(_condition(type, text, at, reason, message))

    def warn(self, reason: str, message: str) -> None:
        self.actions.append(Tell(self.found, "Warning", reason, message))


def _condition(type: str, status: str, at: str, reason: str, message: str) -> Obj:
    return {"type": type, "status": status, "lastTransitionTime": at, "reason": reason, "message": message}


def decide(seen: Seen, now: Instant) -> Plan:
    found, memory = seen.found, seen.memory
    if memory is None:
        memory = Memory(found["metadata"]["uid"], now + PERIOD)
    if now < memory.next:
        return Plan(look_again=memory.next, remember=memory)
    memory = memory._replace(next=now + PERIOD)
    held = found.get("status") or {}
    look = _Round(
        found, now, list(held.get("conditions") or ()), held.get("currentReplicas", 0), held.get("desiredReplicas", 0),
        held.get("currentMetrics"),
    )  # fmt: skip
    past = memory.past
    if memory.scaled is not None and seen.target is not None and _replicas(seen) == memory.scaled[0]:
        past = limits.unchanged(past, *memory.scaled)
    past = _look(look, seen, past)
    memory = memory._replace(past=past, scaled=(look.current, look.desired) if look.scaled else None)
    return Plan(tuple(look.actions), _status(look), memory.next, memory, if_refused=_unscaled(look))


def _look(look: _Round, seen: Seen, past: Past) -> Past:
    found, spec = look.found, look.found["spec"]
    if seen.target is None:
        _no_scale(look, seen)
        return past
    look.say(_ABLE, True, "SucceededGetScale", "the HPA controller was able to get the target's current scale")
    current = _replicas(seen)
    if not past.recommended:
        past = past._replace(recommended=(Stamped(current, look.now),))
    least, most = spec.get("minReplicas", 1), spec["maxReplicas"]
    statuses: list[Obj] | None = None
    if current == 0 and least != 0:
        text = "scaling is disabled since the replica count of the target is zero"
        look.say(_ACTIVE, False, "ScalingDisabled", text)
        desired, reason = 0, ""
    elif current > most:
        desired, reason = most, "Current number of replicas above Spec.MaxReplicas"
    elif current < least:
        desired, reason = least, "Current number of replicas below Spec.MinReplicas"
    else:
        proposed, name, statuses = _proposed(look, seen, current)
        if proposed is None:
            _set_counts(look, current, look.desired, statuses)
            return past
        reason = f"{name} above target" if proposed > current else "All metrics below target"
        limited = limits.limit(found, past, current, proposed, look.now)
        look.say(_ABLE, True, *limited.able)
        look.say(_LIMITED, *limited.limited)
        desired, past = limited.replicas, limited.past
    _set_counts(look, current, desired, statuses)
    if desired != current:
        _rescale(look, seen, desired, reason)
        past = limits.changed(found, past, current, desired, look.now)
    return past


def _no_scale(look: _Round, seen: Seen) -> None:
    ref = look.found["spec"]["scaleTargetRef"]
    if seen.resource is None:
        group = ref.get("apiVersion", "").rpartition("/")[0]
        error = f'no matches for kind "{ref["kind"]}" in group "{group}"'
    elif not seen.resource.replicas:
        error = "the server could not find the requested resource"
    else:
        error = f'{_SCALES.get(seen.resource.name, seen.resource.name)} "{ref["name"]}" not found'
    look.warn("FailedGetScale", error)
    text = f"the HPA controller was unable to get the target's current scale: {error}"
    look.say(_ABLE, False, "FailedGetScale", text)


def _replicas(seen: Seen) -> int:
    at: object = seen.target
    for part in seen.resource.replicas if seen.resource is not None else ():
        at = at.get(part) if isinstance(at, dict) else None
    return at if isinstance(at, int) else 0


def _proposed(look: _Round, seen: Seen, current: int) -> tuple[int | None, str, list[Obj] | None]:
    """The largest number that a metric asks for, that metric's name, and what all of them say; None when it cannot be told.

    Metrics that fail only matter when the others would shrink the target, or when none is left.
    """
    if not _selects(look, seen):
        return None, "", None
    best, name, wrong, statuses = 0, "", list[Wrong](), list[Obj]()
    asked_for = look.found["spec"].get("metrics") or ()
    for metric in asked_for:
        asked = metrics.asked(look.found, metric, seen.pods, current, look.now)
        if isinstance(asked, Wrong):
            look.warn(asked.reason, asked.text)
            wrong.append(asked)
            statuses.append({"type": ""})
            continue
        statuses.append(asked.status)
        if best == 0 or asked.replicas > best:
            best, name = asked.replicas, asked.name
    if wrong and (len(wrong) == len(asked_for) or best < current):
        text = f"the HPA was unable to compute the replica count: {wrong[0].text}"
        look.say(_ACTIVE, False, wrong[0].reason, text)
        summary = f"invalid metrics ({len(wrong)} invalid out of {len(asked_for)}), first error is: {wrong[0].outer}"
        look.warn("FailedComputeMetricsReplicas", summary)
        return None, "", statuses
    text = f"the HPA was able to successfully calculate a replica count from {name}"
    look.say(_ACTIVE, True, "ValidMetricFound", text)
    return best, name, statuses


def _selects(look: _Round, seen: Seen) -> bool:
    if seen.selector is None:
        look.warn("SelectorRequired", "selector is required")
        look.say(_ACTIVE, False, "InvalidSelector", "the HPA target's scale is missing a selector")
        look.warn("FailedComputeMetricsReplicas", "selector is required")
        return False
    if not seen.rivals:
        return True
    namespace = look.found["metadata"]["namespace"]
    rivals = " ".join(f"{{{name} {namespace}}}" for name in seen.rivals)
    text = f"pods by selector {seen.selector.text()} are controlled by multiple HPAs: [{rivals}]"
    look.warn("AmbiguousSelector", text)
    look.say(_ACTIVE, False, "AmbiguousSelector", text)
    look.warn("FailedComputeMetricsReplicas", text)
    return False


def _set_counts(look: _Round, current: int, desired: int, statuses: Sequence[Obj] | None) -> None:
    look.current, look.desired = current, desired
    look.metrics = None if statuses is None else list(statuses)


def _rescale(look: _Round, seen: Seen, desired: int, reason: str) -> None:
    assert seen.target is not None and seen.resource is not None
    text = f"New size: {desired}; reason: {reason}"
    outcome = Outcome(
        Tell(look.found, "Normal", "SuccessfulRescale", text),
        Tell(look.found, "Warning", "FailedRescale", f"{text}; error: {{error}}"),
    )
    changed = _with(seen.target, seen.resource.replicas, desired)
    look.actions.append(Update(seen.resource.name, changed, "scale", outcome))
    look.say(_ABLE, True, "SucceededRescale", f"the HPA controller was able to update the target scale to {desired}")
    look.scaled = True


def _with(obj: Obj, path: Sequence[str], value: int) -> Obj:
    if len(path) == 1:
        return {**obj, path[0]: value}
    return {**obj, path[0]: _with(obj.get(path[0]) or {}, path[1:], value)}


def _status(look: _Round) -> Update | None:
    held = look.found.get("status") or {}
    status: Obj = {"desiredReplicas": look.desired, "currentMetrics": look.metrics, "conditions": look.conditions}
    if look.current:
        status["currentReplicas"] = look.current
    at = time_text(look.now) if look.scaled else held.get("lastScaleTime")
    if at is not None:
        status["lastScaleTime"] = at
    if all((held.get(f) or None) == (status.get(f) or None) for f in {**held, **status}):
        return None
    return Update(AUTOSCALERS, {**look.found, "status": status}, "status")


def _unscaled(look: _Round) -> Update | Literal["none", "same"]:
    """The status when the target could not be scaled: nothing is desired that was not before."""
    if not look.scaled:
        return "same"
    held = look.found.get("status") or {}
    text = "the HPA controller was unable to update the target scale: {error}"
    failed = _Round(
        look.found, look.now, list(look.conditions), look.current, held.get("desiredReplicas", 0), look.metrics
    )
    failed.say(_ABLE, False, "FailedUpdateScale", text)
    return _status(failed) or "none"
