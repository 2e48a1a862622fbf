"""How ReplicaSets are given their sizes: one write each, told on the Deployment."""

from collections.abc import Mapping, Sequence

from quorate.contract.plan import Action, Obj, Outcome, Tell, Update
from quorate.controllers.deployment import annotations
from quorate.controllers.deployment.amounts import is_rolling, max_surge, proportion, replicas_of, total
from quorate.controllers.deployment.replicasets import (
    active,
    is_saturated,
    oldest_first,
    only_active_or_newest,
)  # fmt: skip

REPLICA_SETS = "replicasets.apps"


def told(deployment: Obj, name: str, before: int, after: int, way: str = "") -> Tell:
    way = way or ("up" if before < after else "down")
    message = f"Scaled {way} replica set {name} from {before} to {after}"
    return Tell(deployment, "Normal", "ScalingReplicaSet", message)


def resize(deployment: Obj, one: Obj, size: int, way: str = "") -> list[Action]:
    """The write that gives a ReplicaSet this size and notes the Deployment's on it; none when both are so already."""
    wanted, before = replicas_of(deployment), replicas_of(one)
    noted = annotations.sizes(wanted, wanted + max_surge(deployment))
    held = annotations.annotations_of(one)
    if before == size and all(held.get(k) == v for k, v in noted.items()):
        return []
    meta = {**one["metadata"], "annotations": {**held, **noted}}
    obj = {**one, "metadata": meta, "spec": {**one["spec"], "replicas": size}}
    outcome = Outcome(told(deployment, meta["name"], before, size, way)) if before != size else Outcome()
    return [Update(REPLICA_SETS, obj, outcome=outcome)]


def changed(deployment: Obj, sets: Sequence[Obj]) -> bool:
    """Whether the Deployment's own size changed since its ReplicaSets were given theirs."""
    wanted = replicas_of(deployment)
    return any(annotations.desired_of(one) not in (None, wanted) for one in active(sets))


def scale(deployment: Obj, new: Obj | None, old: Sequence[Obj]) -> list[Action]:
    """A Deployment that is scaled in the middle of a rollout grows or shrinks in all its parts, each by its share.

    So a bad new template does not get more than its part of the new pods.
    """
    wanted = replicas_of(deployment)
    alone = only_active_or_newest(new, old)
    if alone is not None:
        return [] if replicas_of(alone) == wanted else resize(deployment, alone, wanted)
    if is_saturated(deployment, new):
        return [action for one in active(old) for action in resize(deployment, one, 0)]
    if not is_rolling(deployment):
        return []
    sets = active([*old, new])
    to_add = (wanted + max_surge(deployment) if wanted > 0 else 0) - total(sets)
    sizes, sets = _shares(deployment, sets, to_add)
    way = "up" if to_add > 0 else "down"
    return [action for one in sets for action in resize(deployment, one, sizes[one["metadata"]["name"]], way)]


def _shares(deployment: Obj, sets: Sequence[Obj], to_add: int) -> tuple[Mapping[str, int], list[Obj]]:
    """New sizes by name, largest ReplicaSet first; what rounding leaves over goes to that one.

    Of equal ones the newer grows first and the older shrinks first.
    """
    ordered = oldest_first(sets)
    if to_add > 0:
        ordered.reverse()
    if to_add:
        ordered.sort(key=replicas_of, reverse=True)
    sizes, added = {}, 0
    for one in ordered:
        share = proportion(deployment, one, to_add, added)
        sizes[one["metadata"]["name"]] = replicas_of(one) + share
        added += share
    if to_add and ordered:
        first = ordered[0]["metadata"]["name"]
        sizes[first] = max(0, sizes[first] + to_add - added)
    return sizes, ordered
