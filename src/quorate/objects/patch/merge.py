"""JSON merge patch (RFC 7386) as Kubernetes applies it."""

from typing import Any

from quorate.objects.patch.golang import json_kind
from quorate.objects.patch.refusal import malformed

Obj = dict[str, Any]


def apply_merge_patch(obj: Obj, patch: Any) -> Obj:
    """The object with the patch merged in: maps key by key, null removes, anything else replaces.

    Gives `obj` itself back when nothing changes; shares what it does not change. Raises PatchError when the patch is
    not an object.
    """
    if patch is None:
        return obj
    if not isinstance(patch, dict):
        kind = json_kind(patch)
        raise malformed(
            f"error decoding patch: json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"
        )
    return _merged(obj, patch)


def _merged(old: Obj, patch: Obj) -> Obj:
    changes: Obj = {}
    gone = []
    for key, value in patch.items():
        if value is None:
            if key in old:
                gone.append(key)
            continue
        before = old.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            after: Any = _merged(before, value)
            if after is before:
                continue
        elif key in old and same(before, value):
            continue
        else:
            after = without_nulls(value)
        changes[key] = after
    if not changes and not gone:
        return old
    new = {**old, **changes}
    for key in gone:
        del new[key]
    return new


def same(a: Any, b: Any) -> bool:
    """Equal as JSON: Python alone would take 1, 1.0 and true for one value."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return len(a) == len(b) and all(k in b and same(v, b[k]) for k, v in a.items())
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)


def without_nulls(value: Any) -> Any:
    """What is new carries no nulls, however deep in maps (evanphx/json-patch drops them inside lists' maps too)."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_nulls(v) for v in value]
    return value
