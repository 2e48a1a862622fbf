"""Whether an object is still the one that was diagnosed: what an answer was given about must be what is acted upon."""

from typing import Any

Obj = dict[str, Any]

BY_OTHERS = {"Node": ("taints", "podCIDR", "podCIDRs", "providerID"), "PersistentVolumeClaim": ("volumeName",)}
"""Fields of a spec that controllers fill in by themselves."""


def why_changed(seen: Obj, now: Obj | None) -> str | None:
    """How it differs from what was seen; None while it is the same. Status, labels and annotations may change."""
    label = f"{seen['kind']}/{seen['metadata']['name']}"
    if now is None:
        return f"{label} is gone since it was diagnosed"
    meta, was = now["metadata"], seen["metadata"]
    if meta.get("uid") != was.get("uid"):
        return f"{label} is another object than the one that was diagnosed: it was deleted and made again"
    if meta.get("deletionTimestamp") and not was.get("deletionTimestamp"):
        return f"{label} is being deleted since it was diagnosed"
    if (meta.get("ownerReferences") or []) != (was.get("ownerReferences") or []):
        return f"{label} has other owners than when it was diagnosed"
    left_out = BY_OTHERS.get(seen["kind"], ())
    before, after = ({k: v for k, v in (o.get("spec") or {}).items() if k not in left_out} for o in (seen, now))
    if before != after:
        parts = ", ".join(sorted(k for k in before.keys() | after.keys() if before.get(k) != after.get(k)))
        return f"somebody has changed {label} (spec: {parts}) since it was diagnosed: ask again"
    return None
