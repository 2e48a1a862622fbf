"""A DaemonSet's status: nodes counted, not pods (Kubernetes: updateDaemonSetStatus)."""

from quorate.contract.plan import Obj, Update
from quorate.controllers.daemonset.names import DAEMONSETS, is_updated, template_generation
from quorate.controllers.daemonset.rolling import Look
from quorate.objects.pod import available_at, is_ready

_ALWAYS = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")
_OPTIONAL = ("updatedNumberScheduled", "numberAvailable", "numberUnavailable")


def counts(look: Look) -> dict[str, int]:
    """A node counts by its oldest pod; one that wants none and has one counts as misscheduled."""
    generation = template_generation(look.found)
    quiet = sum(map(len, look.cover.quiet.values()))
    desired = current = ready = available = quiet
    updated = sum(len(g) for mark, g in look.cover.quiet.items() if is_updated(mark, look.hashed, generation))
    misscheduled = 0
    for standing in look.busy:
        pods = standing.live
        if not standing.there:
            continue
        if not standing.fit.runs:
            misscheduled += bool(pods)
            continue
        desired += 1
        if not pods:
            continue
        current += 1
        updated += look.updated(pods[0])
        if is_ready(pods[0]):
            ready += 1
            available += look.available(pods[0])
    values = (current, misscheduled, desired, ready, updated, available, desired - available)
    return dict(zip((*_ALWAYS, *_OPTIONAL), values, strict=True))


def write(found: Obj, counted: dict[str, int]) -> Update | None:
    """The status write, or None when the stored status says the same; zeroes of optional fields are left out."""
    held, generation = found.get("status") or {}, found["metadata"].get("generation", 0)
    if (
        all((held.get(field) or 0) == value for field, value in counted.items())
        and held.get("observedGeneration", 0) >= generation
    ):
        return None
    status = {k: v for k, v in held.items() if k not in counted and k != "observedGeneration"}
    status |= {field: value for field, value in counted.items() if value or field in _ALWAYS}
    return Update(DAEMONSETS, {**found, "status": {**status, "observedGeneration": generation}}, "status")


def next_available(look: Look) -> int | None:
    """When the next Ready pod will have been Ready for minReadySeconds."""
    min_ready = look.found["spec"].get("minReadySeconds") or 0
    if not min_ready:
        return None
    waits = (available_at(pod, min_ready) for standing in look.busy for pod in standing.live)
    return min((at for at in waits if at is not None and at > look.now), default=None)
