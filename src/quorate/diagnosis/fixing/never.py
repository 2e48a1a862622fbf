"""What is never done, whichever remedy asks for it: the last look at every step before it is sent."""

from typing import Any

from quorate.diagnosis.fixing.steps import Change, Do, Make, Remove

CLAIMS = "persistentvolumeclaims"
VOLUMES = "persistentvolumes"
ORPHANS = "remove-claim"
"""The one remedy that may delete a claim: it is only chosen by name, and only with --yes."""


def why_never(remedy: str, do: Do) -> str | None:
    """The reason why this is never done by machine; None when it may be."""
    match do:
        case Change(ref, body, "merge"):
            if "finalizers" in (body.get("metadata") or {}):
                return f"the finalizers of {ref.label} guard what would be lost without them"
        case Change(ref, body, "json"):
            if any(_touches_finalizers(op) for op in body):
                return f"the finalizers of {ref.label} guard what would be lost without them"
        case Remove(ref):
            if ref.resource == VOLUMES:
                return f"{ref.label} may be the only copy of its data"
            if ref.resource == CLAIMS and remedy != ORPHANS:
                return (
                    f"{ref.label} may be the only copy of its data: only {ORPHANS} removes a claim, and only with --yes"
                )
            if ref.resource not in (CLAIMS, "pods") and not do.orphan:
                return f"deleting {ref.label} would delete its pods with it"
        case Make(ref, obj):
            if (obj.get("metadata") or {}).get("ownerReferences"):
                return f"{ref.label} belongs to somebody who makes it himself"
        case _:
            pass
    return None


def _touches_finalizers(op: dict[str, Any]) -> bool:
    path = str(op.get("path") or "")
    return path.startswith("/metadata/finalizers") or path in ("", "/metadata")
