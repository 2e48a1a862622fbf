"""An object that a webhook has changed, as the way of a write makes it of any object: decoded, defaulted, its own fields kept."""

from quorate.apiserver import prepare
from quorate.apiserver.admission.hooks.answers import internal
from quorate.apiserver.asked import Asked
from quorate.apiserver.custom import ways
from quorate.apiserver.decoding import as_stored
from quorate.apiserver.defaults import default, default_status
from quorate.apiserver.disabled import drop_disabled
from quorate.contract.plan import Obj
from quorate.objects.decode import Undecodable
from quorate.objects.kinds import Kind, Kinds

KEPT = ("uid", "creationTimestamp", "generation", "managedFields", "namespace", "resourceVersion")
"""What the server has set in the metadata of an object before anybody is asked."""


def settled(asked: Asked, shown: Kind, obj: Obj, kinds: Kinds) -> Asked:
    """`obj` is what was made of the object at the kind `shown`. Raises Refused (500) when it is none any more."""
    assert asked.obj is not None
    try:
        made = ways.decode(shown, obj).obj
    except Undecodable as wrong:
        raise internal(str(wrong)) from None
    made = as_stored(kinds, shown, made)
    kind, before, old = asked.kind, asked.obj, asked.old
    if made.get("apiVersion") != kind.api_version:
        made = {**made, "apiVersion": kind.api_version}
    meta, was = dict(made.get("metadata") or {}), before["metadata"]
    for field in KEPT:
        if field in was:
            meta[field] = was[field]
        else:
            meta.pop(field, None)
    meta["name"] = was["name"]
    made = {**made, "metadata": meta}
    if old is None:
        if "status" in kind.subresources:
            made.pop("status", None)
            if "status" in before:
                made["status"] = before["status"]
        made = ways.prepared(kind, made, None, "")
        return asked.with_obj(drop_disabled(kind.resource, default(kind.resource, made), None))
    made = prepare.carried_over(kind, asked.subresource, made, old)
    if asked.subresource == "status":
        made = default_status(kind.resource, made)
    else:
        made = drop_disabled(kind.resource, default(kind.resource, made), old)
    return asked.with_obj(
        ways.prepared(kind, prepare.counted(kind, asked.subresource, made, old), old, asked.subresource)
    )
