"""What changes, as a unified diff of YAML without what the server keeps for itself."""

from difflib import unified_diff
from typing import Any

import yaml

Obj = dict[str, Any]

KEPT = ("managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink")


def diff(before: Obj | None, after: Obj | None) -> str:
    """ "" when nothing changes. An object that goes is told in one line, not in full."""
    if before is None and after is None:
        return ""
    about = after or before or {}
    label = f"{about.get('kind')}/{about['metadata']['name']}"
    if after is None:
        uid = (before or {}).get("metadata", {}).get("uid")
        return f"- {label} (uid {uid})\n"
    lines = unified_diff(_lines(before), _lines(after), f"{label} now", f"{label} then", n=2, lineterm="")
    return "\n".join(lines) + ("\n" if before != after else "")


def _lines(obj: Obj | None) -> list[str]:
    if obj is None:
        return []
    meta = {k: v for k, v in obj["metadata"].items() if k not in KEPT}
    annotations = {k: v for k, v in (meta.get("annotations") or {}).items() if "last-applied-configuration" not in k}
    if annotations:
        meta["annotations"] = annotations
    else:
        meta.pop("annotations", None)
    shown = {**{k: v for k, v in obj.items() if k not in ("metadata", "status")}, "metadata": meta}
    text: str = yaml.safe_dump(shown, sort_keys=True, default_flow_style=False, width=1000)
    return text.splitlines()
