"""A set's status: what is counted, when an update is complete, when it is worth a write."""

from collections.abc import Iterable
from dataclasses import dataclass

from quorate.contract.plan import Obj, Update
from quorate.controllers.statefulset.names import STATEFULSETS
from quorate.controllers.statefulset.pods import Member


@dataclass(frozen=True, slots=True)
class Counts:
    """Pods that exist; of them Ready; of those available; and not terminating ones of the current and update revision.

    A pod counts as Ready while it terminates, until its kubelet says otherwise.
    """

    replicas: int
    ready: int
    available: int
    current: int
    updated: int


def count(members: Iterable[Member], current: str, update: str) -> Counts:
    """`current` and `update` are revision names."""
    replicas = ready = available = on_current = on_update = 0
    for mine in members:
        if mine.phase == "":
            continue
        replicas += 1
        if mine.ready:
            ready += 1
            available += mine.available
        if not mine.terminating:
            on_current += mine.revision == current
            on_update += mine.revision == update
    return Counts(replicas, ready, available, on_current, on_update)


def status_of(found: Obj, counts: Counts, current: str, update: str, collisions: int) -> Obj:
    """The status as Kubernetes writes it: zeroes of its optional fields are left out.

    A rolling update is complete, and its revision becomes the current one, when every replica that the spec wants
    exists, is of it and is Ready; available they need not be.
    """
    spec = found["spec"]
    wanted = spec.get("replicas", 1)
    on_current = counts.current
    complete = counts.updated == counts.ready == counts.replicas == wanted
    if complete and (spec.get("updateStrategy") or {}).get("type", "RollingUpdate") == "RollingUpdate":
        current, on_current = update, counts.updated
    status: Obj = {"observedGeneration": found["metadata"].get("generation", 0), "replicas": counts.replicas}
    for field, value in (
        ("readyReplicas", counts.ready), ("currentReplicas", on_current), ("updatedReplicas", counts.updated)
    ):  # fmt: skip
        if value:
            status[field] = value
    status["currentRevision"] = current
    status["updateRevision"] = update
    status["collisionCount"] = collisions
    status["availableReplicas"] = counts.available
    return status


_COMPARED = (
    "replicas", "currentReplicas", "readyReplicas", "updatedReplicas", "availableReplicas",
    "currentRevision", "updateRevision",
)  # fmt: skip


def write(found: Obj, status: Obj) -> Update | None:
    """The status write, or None when the set's status says the same.

    Conditions and collisions are not compared: what a user puts there stays until a count moves.
    """
    held = found.get("status") or {}
    if status["observedGeneration"] <= held.get("observedGeneration", 0) and all(
        (held.get(field) or 0) == (status.get(field) or 0) for field in _COMPARED
    ):
        return None
    return Update(STATEFULSETS, {**found, "status": status}, "status")
