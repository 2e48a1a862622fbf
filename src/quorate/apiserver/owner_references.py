"""One owner, one reference: entries written twice are dropped (apiserver/pkg/endpoints/handlers, dedupOwnerReferences)."""

from quorate.contract.plan import Obj

_WHY = "API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests"


def deduplicated(obj: Obj, patched: bool = False) -> tuple[Obj, tuple[str, ...]]:
    """(the object with each reference once, the warning if there were more); references that differ are all kept.

    Of a patch Kubernetes looks at the result only after admission, and says so.
    """
    references = (obj.get("metadata") or {}).get("ownerReferences") or ()
    if len(references) < 2:
        return obj, ()
    kept: list[Obj] = []
    repeated: list[str] = []
    for reference in references:
        if reference in kept:
            repeated.append(reference.get("uid", ""))
        else:
            kept.append(reference)
    if not repeated:
        return obj, ()
    after = " after mutating admission happens" if patched else ""
    warning = f".metadata.ownerReferences contains duplicate entries{after}; {_WHY}"
    warning = f"{warning}; duplicate UID(s) observed: {', '.join(repeated)}"
    return {**obj, "metadata": {**obj["metadata"], "ownerReferences": kept}}, (warning,)
