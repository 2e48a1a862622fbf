"""Which taints a pod puts up with (Kubernetes: component-helpers/scheduling/corev1)."""

from collections.abc import Iterable, Sequence
from typing import Any

Obj = dict[str, Any]

KEEPS_OFF = ("NoSchedule", "NoExecute")
"""Effects that keep new pods off a node; PreferNoSchedule only counts when nodes are scored."""


def tolerates(toleration: Obj, taint: Obj) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint.get("effect"):
        return False
    if toleration.get("key") and toleration["key"] != taint.get("key"):
        return False
    if toleration.get("operator") == "Exists":
        return True
    return (toleration.get("operator") or "Equal") == "Equal" and (
        (toleration.get("value") or "") == (taint.get("value") or "")
    )


def tolerated(taint: Obj, tolerations: Iterable[Obj]) -> bool:
    return any(tolerates(t, taint) for t in tolerations)


def all_tolerated(taints: Sequence[Obj], tolerations: Sequence[Obj], effects: tuple[str, ...] = KEEPS_OFF) -> bool:
    """Whether no taint of these effects is left over."""
    return all(t.get("effect") not in effects or tolerated(t, tolerations) for t in taints)
