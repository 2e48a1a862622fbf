"""How many pods a Deployment may have too many or too few, and how it shares them out.

(Kubernetes: pkg/controller/deployment/util/deployment_util.go.)
"""

from collections.abc import Sequence
from typing import Any

from quorate.contract.plan import Obj
from quorate.controllers.deployment.annotations import max_replicas_of


def replicas_of(owner: Obj) -> int:
    """spec.replicas of a Deployment or ReplicaSet."""
    return owner["spec"].get("replicas", 1)


def available_of(one: Obj) -> int:
    return (one.get("status") or {}).get("availableReplicas", 0)


def is_rolling(deployment: Obj) -> bool:
    return (deployment["spec"].get("strategy") or {}).get("type", "RollingUpdate") == "RollingUpdate"


def scaled(value: Any, total: int, up: bool) -> int:
    """An absolute number, or a percentage of `total` rounded up or down. What is neither counts as 0."""
    if isinstance(value, str):
        digits = value.removesuffix("%")
        if not value.endswith("%") or not digits.isascii() or not digits.isdigit():
            return 0
        return -(-int(digits) * total // 100) if up else int(digits) * total // 100
    return value if isinstance(value, int) else 0


def _rolling(deployment: Obj) -> Obj:
    return (deployment["spec"].get("strategy") or {}).get("rollingUpdate") or {}


def max_surge(deployment: Obj) -> int:
    """How many pods more than wanted an update may start; rounded up."""
    if not is_rolling(deployment):
        return 0
    return scaled(_rolling(deployment).get("maxSurge"), replicas_of(deployment), up=True)


def max_unavailable(deployment: Obj) -> int:
    """How many pods may be unavailable in an update; rounded down, but 1 if otherwise nothing could move."""
    wanted = replicas_of(deployment)
    if not is_rolling(deployment) or wanted == 0:
        return 0
    unavailable = scaled(_rolling(deployment).get("maxUnavailable"), wanted, up=False)
    if unavailable == 0 and max_surge(deployment) == 0:
        unavailable = 1
    return min(unavailable, wanted)


def total(sets: Sequence[Obj]) -> int:
    return sum(replicas_of(one) for one in sets)


def new_size(deployment: Obj, sets: Sequence[Obj], new: Obj) -> int:
    """How far the new ReplicaSet may grow beside all `sets` (itself among them)."""
    wanted, size = replicas_of(deployment), replicas_of(new)
    if not is_rolling(deployment):
        return wanted
    room = wanted + max_surge(deployment) - total(sets)
    return size if room <= 0 else size + min(room, wanted - size)


def proportion(deployment: Obj, one: Obj, to_add: int, added: int) -> int:
    """The share of `to_add` (negative: to remove) that falls to this ReplicaSet, `added` being given out already."""
    if replicas_of(one) == 0 or to_add in (0, added):
        return 0
    share, allowed = _fraction(deployment, one), to_add - added
    return min(share, allowed) if to_add > 0 else max(share, allowed)


def _fraction(deployment: Obj, one: Obj) -> int:
    """The growth that keeps this ReplicaSet's part of the Deployment, rounded half away from zero."""
    size = replicas_of(one)
    if replicas_of(deployment) == 0:
        return -size
    before = max_replicas_of(one) or (deployment.get("status") or {}).get("replicas", 0)
    if before == 0:
        return 0
    grown = size * (replicas_of(deployment) + max_surge(deployment)) / before
    return int(grown + 0.5) - size
