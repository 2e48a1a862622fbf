"""How fast a rollout goes: when it last moved, and how long one pod takes."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.timeline import Moment
from quorate.diagnosis.told import instant
from quorate.kernel.clock import Duration
from quorate.objects.pod import condition


def moved_last(case: Case) -> Moment | None:
    """The last sign of movement: a pod made, become ready or asked to stop, a spec written."""
    found: list[Moment] = []
    for pod in case.pods:
        made = instant(pod.pod["metadata"].get("creationTimestamp"))
        if made is not None:
            found.append(Moment(made, f"{pod.name} was made", pod.label, "metadata"))
        ready = condition(pod.pod, "Ready")
        at = instant((ready or {}).get("lastTransitionTime"))
        if ready is not None and ready.get("status") == "True" and at is not None:
            found.append(Moment(at, f"{pod.name} became ready", pod.label, "condition"))
        if pod.stage == "terminating" and pod.since is not None:
            found.append(Moment(pod.since, f"{pod.name} was asked to stop", pod.label, "metadata"))
    if case.spec_changed is not None:
        found.append(Moment(case.spec_changed, "its spec was written", case.label, "managedFields"))
    made = instant(case.obj["metadata"].get("creationTimestamp"))
    if made is not None:
        found.append(Moment(made, f"{case.label} was made", case.label, "metadata"))
    return max(found, key=lambda m: m.at, default=None)


def pace_of(case: Case) -> Duration | None:
    """How long one pod takes: the median from being made to being ready, of those updated already; else of all."""
    updated = [p for p in case.at("ready") if case.updated(p)] or case.at("ready")
    took = []
    for pod in updated:
        made = instant(pod.pod["metadata"].get("creationTimestamp"))
        if made is not None and pod.since is not None and pod.restarts == 0:
            took.append(max(1_000_000, pod.since - made))
    return sorted(took)[len(took) // 2] if took else None
