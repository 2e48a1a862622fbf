"""Predicates on pods, each defined once (Kubernetes: pkg/api/v1/pod, pkg/controller)."""

from typing import Any

from quorate.kernel.clock import SECOND, Duration, Instant
from quorate.objects.times import parse_time

Obj = dict[str, Any]


def condition(obj: Obj, kind: str) -> Obj | None:
    """The condition of this type in an object's status."""
    for found in (obj.get("status") or {}).get("conditions") or ():
        if found["type"] == kind:
            return found
    return None


def phase(pod: Obj) -> str:
    return (pod.get("status") or {}).get("phase") or ""


def is_ready(pod: Obj) -> bool:
    found = condition(pod, "Ready")
    return found is not None and found["status"] == "True"


def is_terminating(pod: Obj) -> bool:
    return bool(pod["metadata"].get("deletionTimestamp"))


def is_finished(pod: Obj) -> bool:
    return phase(pod) in ("Succeeded", "Failed")


def available_at(pod: Obj, min_ready_seconds: int) -> Instant | None:
    """When a ready pod counts as available; None while it is not ready."""
    found = condition(pod, "Ready")
    if found is None or found["status"] != "True":
        return None
    since = found.get("lastTransitionTime")
    return (parse_time(since) if since else 0) + min_ready_seconds * SECOND


def is_available(pod: Obj, min_ready_seconds: int, now: Instant) -> bool:
    """Ready for at least `min_ready_seconds`."""
    at = available_at(pod, min_ready_seconds)
    return at is not None and (min_ready_seconds == 0 or at <= now)


def grace_period(pod: Obj) -> Duration:
    """How long its containers may take to stop: set by the deletion, else by the spec, else 30 s."""
    seconds = pod["metadata"].get("deletionGracePeriodSeconds")
    if seconds is None:
        seconds = pod["spec"].get("terminationGracePeriodSeconds")
    return (30 if seconds is None else int(seconds)) * SECOND


def claim_names(pod: Obj) -> list[str]:
    """The claims that the pod mounts; a generic ephemeral volume's claim is POD-VOLUME."""
    out = []
    for volume in pod["spec"].get("volumes") or ():
        if "persistentVolumeClaim" in volume:
            out.append(volume["persistentVolumeClaim"]["claimName"])
        elif "ephemeral" in volume:
            out.append(f"{pod['metadata']['name']}-{volume['name']}")
    return out
