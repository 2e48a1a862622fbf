"""A Deployment's conditions: the one that changed last stands last.

(Kubernetes: pkg/controller/deployment/util/deployment_util.go.)
"""

from collections.abc import Sequence
from typing import NamedTuple

from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant
from quorate.objects.times import time_text

PROGRESSING, AVAILABLE, FAILURE = "Progressing", "Available", "ReplicaFailure"
NO_DEADLINE = 2**31 - 1


class Said(NamedTuple):
    """What a condition says."""

    type: str
    status: str
    reason: str
    message: str


def find(conditions: Sequence[Obj], type: str) -> Obj | None:
    return next((c for c in conditions if c["type"] == type), None)


def without(conditions: Sequence[Obj], type: str) -> list[Obj]:
    return [c for c in conditions if c["type"] != type]


def made(said: Said, now: Instant, transition: str | None = None) -> Obj:
    """`transition`: when its status last changed; None: now."""
    at = time_text(now)
    return {
        "type": said.type, "status": said.status, "lastUpdateTime": at, "lastTransitionTime": transition or at,
        "reason": said.reason, "message": said.message,
    }  # fmt: skip


def put(conditions: Sequence[Obj], said: Said, now: Instant) -> list[Obj]:
    """A condition of the same status and reason is left as it is, message and times too."""
    held = find(conditions, said.type)
    if held is None:
        return [*conditions, made(said, now)]
    if (held["status"], held.get("reason")) == (said.status, said.reason):
        return list(conditions)
    transition = held.get("lastTransitionTime") if held["status"] == said.status else None
    return [*without(conditions, said.type), made(said, now, transition)]


def has_deadline(deployment: Obj) -> bool:
    """The largest number means: never mind progress."""
    return deployment["spec"].get("progressDeadlineSeconds", NO_DEADLINE) != NO_DEADLINE
