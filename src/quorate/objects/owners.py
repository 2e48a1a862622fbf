"""Who owns whom: ownerReferences, as garbage collection and adoption read them."""

from typing import Any

Obj = dict[str, Any]


def controller_of(obj: Obj) -> Obj | None:
    """The ownerReference whose `controller` is true; None for an orphan."""
    for ref in obj["metadata"].get("ownerReferences") or ():
        if ref.get("controller"):
            return ref
    return None


def is_controlled_by(obj: Obj, owner: Obj) -> bool:
    ref = controller_of(obj)
    return ref is not None and ref["uid"] == owner["metadata"]["uid"]


def controller_reference(owner: Obj) -> Obj:
    """What a controller puts on what it makes."""
    meta = owner["metadata"]
    return {
        "apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": meta["name"], "uid": meta["uid"],
        "controller": True, "blockOwnerDeletion": True,
    }  # fmt: skip
