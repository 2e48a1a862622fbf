"""Taints that the node controllers put on nodes, and what tolerates them (Kubernetes: pkg/util/taints)."""

from collections.abc import Iterable
from typing import Any

from quorate.contract.plan import Obj, Patch, Ref
from quorate.kernel.clock import Instant
from quorate.objects.times import time_text

NOT_READY, UNREACHABLE = "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"

BY_CONDITION = {
    ("Ready", "False"): NOT_READY, ("Ready", "Unknown"): UNREACHABLE,
    ("MemoryPressure", "True"): "node.kubernetes.io/memory-pressure",
    ("DiskPressure", "True"): "node.kubernetes.io/disk-pressure",
    ("NetworkUnavailable", "True"): "node.kubernetes.io/network-unavailable",
    ("PIDPressure", "True"): "node.kubernetes.io/pid-pressure",
}  # fmt: skip
"""The taint of a node's condition, by (type, status)."""
OWN_KEYS = frozenset({*BY_CONDITION.values(), UNSCHEDULABLE})


def taints_of(node: Obj) -> list[Obj]:
    return node["spec"].get("taints") or []


def no_execute(node: Obj) -> tuple[tuple[str, str], ...]:
    """(key, value) of the taints that make pods leave."""
    return tuple((t["key"], t.get("value") or "") for t in taints_of(node) if t["effect"] == "NoExecute")


def has(node: Obj, key: str, effect: str) -> bool:
    return any(t["key"] == key and t["effect"] == effect for t in taints_of(node))


def changed(
    node: Obj, add: Iterable[str], remove: Iterable[str], effect: str, now: Instant, check: bool = True
) -> Patch | None:
    """The patch that gives the node the taints of these keys and takes those; None when it has them as they should be.

    With `check` the patch only holds for the node as it was seen.
    """
    out = set(remove)
    before = taints_of(node)
    kept = [t for t in before if not (t["effect"] == effect and t["key"] in out)]
    present = {t["key"] for t in kept if t["effect"] == effect}
    new = [{"key": k, "effect": effect, "timeAdded": time_text(now)} for k in add if k not in present]
    if not new and len(kept) == len(before):
        return None
    meta = node["metadata"]
    body: dict[str, Any] = {"spec": {"taints": [*kept, *new] or None}}
    if check:
        body["metadata"] = {"resourceVersion": meta["resourceVersion"]}
    return Patch(Ref("nodes", "", meta["name"]), body)


def tolerates(toleration: Obj, key: str, value: str, effect: str) -> bool:
    if toleration.get("effect") and toleration["effect"] != effect:
        return False
    if toleration.get("key") and toleration["key"] != key:
        return False
    if toleration.get("operator") == "Exists":
        return True
    return bool(toleration.get("key")) and (toleration.get("value") or "") == value


def ready_status(node: Obj) -> str:
    """The status of its Ready condition: "True", "False", "Unknown"; "" when it has none."""
    for found in (node.get("status") or {}).get("conditions") or ():
        if found["type"] == "Ready":
            return str(found["status"])
    return ""
