"""The conditions of a namespace that is going (Kubernetes: pkg/controller/namespace/deletion/status_condition_utils)."""

from quorate.contract.plan import Obj
from quorate.controllers.namespace.contents import Group
from quorate.kernel.clock import Instant
from quorate.objects.times import time_text

_REMOVED = ("False", "ContentRemoved", "All content successfully removed")
_GOOD: dict[str, tuple[str, str, str]] = {
    "NamespaceDeletionDiscoveryFailure": ("False", "ResourcesDiscovered", "All resources successfully discovered"),
    "NamespaceDeletionGroupVersionParsingFailure": (
        "False", "ParsedGroupVersions", "All legacy kube types successfully parsed",
    ),
    "NamespaceDeletionContentFailure": (
        "False", "ContentDeleted", "All content successfully deleted, may be waiting on finalization",
    ),
    "NamespaceContentRemaining": _REMOVED,
    "NamespaceFinalizersRemaining": _REMOVED,
}  # fmt: skip
"""(status, reason, message) of each condition when nothing is in the way."""


def status(namespace: Obj, left: tuple[Group, ...], now: Instant) -> Obj:
    """The namespace's status when this is left of its contents; the old one itself when nothing of it changes."""
    old: Obj = namespace.get("status") or {}
    wanted = {**_GOOD, **_remaining(left)}
    had = {c["type"]: c for c in old.get("conditions") or ()}
    conditions = [_condition(had.get(kind), kind, *said, now) for kind, said in wanted.items()]
    others = [c for kind, c in had.items() if kind not in wanted]
    if [*others, *conditions] == [*others, *(had[k] for k in wanted if k in had)] and old.get("phase") == "Terminating":
        return old
    return {**old, "phase": "Terminating", "conditions": [*others, *conditions]}


def _condition(old: Obj | None, kind: str, is_now: str, reason: str, message: str, now: Instant) -> Obj:
    since = old["lastTransitionTime"] if old is not None and old["status"] == is_now else time_text(now)
    return {"type": kind, "status": is_now, "lastTransitionTime": since, "reason": reason, "message": message}


def _remaining(left: tuple[Group, ...]) -> dict[str, tuple[str, str, str]]:
    finalizers: dict[str, int] = {}
    for group in left:
        for obj in group.objects:
            for name in obj["metadata"].get("finalizers") or ():
                finalizers[name] = finalizers.get(name, 0) + 1
    out: dict[str, tuple[str, str, str]] = {}
    if left:
        listed = sorted(f"{group.shown} has {len(group.objects)} resource instances" for group in left)
        told = f"Some resources are remaining: {', '.join(listed)}"
        out["NamespaceContentRemaining"] = ("True", "SomeResourcesRemain", told)
    if finalizers:
        listed = sorted(f"{name} in {count} resource instances" for name, count in finalizers.items())
        told = f"Some content in the namespace has finalizers remaining: {', '.join(listed)}"
        out["NamespaceFinalizersRemaining"] = ("True", "SomeFinalizersRemain", told)
    return out
