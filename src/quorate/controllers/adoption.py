"""The patches by which a controller takes an orphan and lets one of its own go.

(Kubernetes: pkg/controller/controller_ref_manager.go.) The uid in the patch makes it fail on another object of that name.
"""

from quorate.contract.plan import Obj, Outcome, Patch, Ref
from quorate.objects.owners import controller_reference

_GONE = Outcome(fine=frozenset({"NotFound"}))


def adopt(owner: Obj, resource: str, orphan: Obj) -> Patch:
    meta = orphan["metadata"]
    body = {"metadata": {"ownerReferences": [controller_reference(owner)], "uid": meta["uid"]}}
    return Patch(Ref(resource, meta["namespace"], meta["name"]), body, "strategic", outcome=_GONE)


def release(owner: Obj, resource: str, obj: Obj) -> Patch:
    meta = obj["metadata"]
    leave = {"$patch": "delete", "uid": owner["metadata"]["uid"]}
    body = {"metadata": {"ownerReferences": [leave], "uid": meta["uid"]}}
    return Patch(Ref(resource, meta["namespace"], meta["name"]), body, "strategic", outcome=_GONE)
