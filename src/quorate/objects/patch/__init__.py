"""Patches: JSON, merge, strategic merge, and server-side apply with its managedFields."""

from typing import Any

from quorate.objects.kinds import Kind
from quorate.objects.patch.refusal import Conflict, PatchError

Obj = dict[str, Any]

__all__ = ["Conflict", "PatchError", "patched", "patched_plain"]


def patched(kind: Kind, obj: Obj, body: Any, type: str) -> Obj:
    """The object with a "json", "merge" or "strategic" patch applied. Raises PatchError."""
    if type == "strategic":
        from quorate.objects.patch.strategic import apply_strategic_patch

        return apply_strategic_patch(kind.type, obj, body)
    return patched_plain(obj, body, type)


def patched_plain(obj: Obj, body: Any, type: str) -> Obj:
    """The same for an object without lists to merge, such as a Scale."""
    if type == "json":
        from quorate.objects.patch.json_patch import apply_json_patch

        return apply_json_patch(obj, body)
    from quorate.objects.patch.merge import apply_merge_patch

    return apply_merge_patch(obj, body)
