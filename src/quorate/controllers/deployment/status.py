"""A Deployment's status, summed up from its ReplicaSets (Kubernetes: pkg/controller/deployment/sync.go, progress.go)."""

from collections.abc import Sequence

from quorate.contract.plan import Obj, Update
from quorate.controllers.deployment.amounts import available_of, max_unavailable, replicas_of, total
from quorate.controllers.deployment.conditions import AVAILABLE, Said, put
from quorate.kernel.clock import Instant

DEPLOYMENTS = "deployments.apps"
_ENOUGH = Said(AVAILABLE, "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
_TOO_FEW = Said(AVAILABLE, "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
COUNTS = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas")


def counts(deployment: Obj, sets: Sequence[Obj], new: Obj | None, now: Instant) -> Obj:
    """The status of these ReplicaSets, with the conditions as they were but for Available.

    Unavailable are those that the ReplicaSets are meant to have and do not have available: in the gap of a Recreate,
    when they are meant to have none, it is none.
    """
    held = deployment.get("status") or {}
    available = sum(available_of(one) for one in sets)
    values = (
        sum(_status(one).get("replicas", 0) for one in sets),
        _status(new).get("replicas", 0) if new is not None else 0,
        sum(_status(one).get("readyReplicas", 0) for one in sets),
        available,
        max(0, total(sets) - available),
    )
    status: Obj = {"observedGeneration": deployment["metadata"].get("generation", 0)}
    status |= {field: value for field, value in zip(COUNTS, values, strict=True) if value}
    terminating = _terminating(sets)
    if terminating is not None:
        status["terminatingReplicas"] = terminating
    if held.get("collisionCount") is not None:
        status["collisionCount"] = held["collisionCount"]
    enough = available >= replicas_of(deployment) - max_unavailable(deployment)
    status["conditions"] = put(held.get("conditions") or [], _ENOUGH if enough else _TOO_FEW, now)
    return status


def _status(one: Obj) -> Obj:
    return one.get("status") or {}


def _terminating(sets: Sequence[Obj]) -> int | None:
    """Unknown as long as one ReplicaSet does not tell; one that nobody has looked at yet counts as none."""
    out = 0
    for one in sets:
        status = _status(one)
        told = status.get("terminatingReplicas")
        if told is None and status.get("observedGeneration", 0):
            return None
        out += told or 0
    return out


def write(deployment: Obj, status: Obj) -> Update | None:
    """The status write, or None when the stored status is the same."""
    held = {**(deployment.get("status") or {})}
    if not held.get("conditions"):
        held["conditions"] = []
    if held == status:
        return None
    if not status["conditions"]:
        status = {k: v for k, v in status.items() if k != "conditions"}
    return Update(DEPLOYMENTS, {**deployment, "status": status}, "status")
