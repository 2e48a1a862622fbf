"""RollingUpdate: how far the new ReplicaSet may grow and the old ones may shrink in one look.

(Kubernetes: pkg/controller/deployment/rolling.go.)
"""

from collections.abc import Sequence

from quorate.contract.plan import Action, Obj
from quorate.controllers.deployment.amounts import available_of, max_unavailable, new_size, replicas_of, total
from quorate.controllers.deployment.replicasets import active, oldest_first
from quorate.controllers.deployment.scaling import resize


def grow(deployment: Obj, sets: Sequence[Obj], new: Obj) -> list[Action]:
    """What brings the new ReplicaSet nearer to its size; it is cut down when it is too large already."""
    wanted, size = replicas_of(deployment), replicas_of(new)
    if size == wanted:
        return []
    target = wanted if size > wanted else new_size(deployment, sets, new)
    return [] if target == size else resize(deployment, new, target)


def shrink(deployment: Obj, old: Sequence[Obj], new: Obj) -> list[Action]:
    """What takes pods off the old ReplicaSets: first those that are of no use, then as many as availability allows.

    Pods of the new ReplicaSet that are not available yet are held back for, so that a bad template stops here.
    """
    old = oldest_first(active(old))
    least = replicas_of(deployment) - max_unavailable(deployment)
    spare = total([*old, new]) - least - (replicas_of(new) - available_of(new))
    if not old or spare <= 0:
        return []
    actions: list[Action] = []
    shrunk, cleaned = [], 0
    for one in old:
        useless = min(spare - cleaned, replicas_of(one) - available_of(one))
        if useless < 0:
            # Its status still counts pods that it was told to delete: who believed it would take too many away.
            return actions
        if useless > 0:
            actions += resize(deployment, one, replicas_of(one) - useless)
            cleaned += useless
            one = _resized(one, replicas_of(one) - useless)
        shrunk.append(one)
    left = sum(available_of(one) for one in (*shrunk, new)) - least
    for one in shrunk:
        take = min(replicas_of(one), left)
        if take > 0:
            actions += resize(deployment, one, replicas_of(one) - take)
            left -= take
    return actions


def _resized(one: Obj, size: int) -> Obj:
    """As it stands after a first write in this look: a second one must not be refused for that."""
    meta = {k: v for k, v in one["metadata"].items() if k != "resourceVersion"}
    return {**one, "metadata": meta, "spec": {**one["spec"], "replicas": size}}
