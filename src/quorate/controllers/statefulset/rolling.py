"""Which pods a rolling update deletes, once every replica exists and nothing is left to scale down."""

from collections.abc import Sequence
from typing import Any

from quorate.contract.plan import Obj
from quorate.controllers.statefulset.pods import Member


def partition_of(found: Obj) -> int | None:
    """How many of the lowest replicas stay as they are; None when updateStrategy has no rollingUpdate.

    It counts replicas, so a set whose ordinals start at 5 with a partition of 2 keeps 5 and 6.
    """
    rolling = (found["spec"].get("updateStrategy") or {}).get("rollingUpdate")
    return None if rolling is None else rolling.get("partition") or 0


def keeps_current(found: Obj, index: int) -> bool:
    """Whether a missing pod, the index-th of its set, comes back at the current revision rather than the update's.

    Without a rollingUpdate there is no partition: then the pods that the status counts as current are taken to be the
    lowest ones.
    """
    partition = partition_of(found)
    if partition is not None:
        return index < partition
    rolling = (found["spec"].get("updateStrategy") or {}).get("type", "RollingUpdate") == "RollingUpdate"
    return rolling and index < ((found.get("status") or {}).get("currentReplicas") or 0)


def to_delete(found: Obj, replicas: Sequence[Member], update: str) -> tuple[list[Member], str]:
    """The pods to delete now, highest ordinal first, and what is waited for when there are none.

    `replicas` are all of them by ordinal, `update` is the name of the update revision.
    """
    strategy = found["spec"].get("updateStrategy") or {}
    if strategy.get("type") == "OnDelete":
        return [], ""
    at_most = (strategy.get("rollingUpdate") or {}).get("maxUnavailable")
    if at_most is not None:
        parallel = found["spec"].get("podManagementPolicy") == "Parallel"
        limit = max_unavailable(at_most, len(replicas))
        return _several(replicas, update, partition_of(found) or 0, limit, parallel), ""
    for mine in reversed(replicas[partition_of(found) or 0 :]):
        if mine.revision != update and not mine.terminating:
            return [mine], ""
        if mine.unavailable:
            return [], f"the update waits for {mine.name}"
    return [], ""


def max_unavailable(value: Any, replicas: int) -> int:
    """An absolute number or a percentage, rounded down but at least 1."""
    if isinstance(value, str):
        digits = value.removesuffix("%")
        scaled = int(digits) * replicas // 100 if digits.isdigit() and digits.isascii() else 1
    else:
        scaled = value if isinstance(value, int) else 1
    return max(1, scaled)


def _several(
    replicas: Sequence[Member], update: str, partition: int, at_most: int, parallel: bool
) -> list[Member]:  # fmt: skip
    """Up to `at_most` unavailable at once, wherever in the set they are.

    Under Parallel a pod of an old revision that is unavailable already costs nobody anything: all of those go first, so
    that a broken revision cannot use up the budget for its own repair.
    """
    budget = at_most - sum(mine.unavailable for mine in replicas)
    old = [mine for mine in reversed(replicas) if mine.revision != update and not mine.terminating]
    if budget <= 0 and not (parallel and any(mine.unavailable for mine in old)):
        return []
    outdated = [mine for mine in reversed(replicas[partition:]) if mine.revision != update and not mine.terminating]
    if not parallel:
        return outdated[:budget]
    broken = [mine for mine in outdated if not mine.available]
    return broken + [mine for mine in outdated if mine.available][: max(0, budget)]
