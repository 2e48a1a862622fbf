"""What the collector sees of one object: its owners, and who depends on it. Keys are ("", uid)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.resources import resource_of

FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"

State = Literal["solid", "dangling", "waiting", "unknown", "impossible"]
"""solid: the owner lives; dangling: there is none; waiting: it is being deleted and waits for its dependents;
unknown: its kind is not served (now); impossible: a namespaced owner of an object without a namespace."""


@dataclass(frozen=True, slots=True)
class Owner:
    """An ownerReference and what became of the owner. `elsewhere`: the uid is that of an object of another namespace."""

    ref: Obj
    state: State
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """`dependents` are (resource, object) of those that name this object as owner."""

    resource: str
    obj: Obj
    owners: tuple[Owner, ...]
    dependents: tuple[tuple[str, Obj], ...]
    failures: int = 0


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    found = reader.indexed("*", "uid", key[1])
    if not found:
        return None
    obj = found[0]
    resource = resource_of(reader, obj["apiVersion"], obj["kind"])
    if resource is None:
        return None
    owners = tuple(_owner(reader, obj, ref) for ref in obj["metadata"].get("ownerReferences") or ())
    dependents = []
    for one in reader.indexed("*", "owners", key[1]):
        where = resource_of(reader, one["apiVersion"], one["kind"])
        if where is not None:
            dependents.append((where.name, one))
    return Seen(resource.name, obj, owners, tuple(dependents), memory or 0)


def _owner(reader: Reader, obj: Obj, ref: Obj) -> Owner:
    """Owners are looked up by kind and name in the object's own namespace, and must have the uid as well."""
    namespace = obj["metadata"].get("namespace", "")
    holder = reader.indexed("*", "uid", ref["uid"])
    elsewhere = bool(holder) and holder[0]["metadata"].get("namespace", "") not in ("", namespace)
    resource = resource_of(reader, ref["apiVersion"], ref["kind"])
    if resource is None:
        return Owner(ref, "unknown", elsewhere)
    if resource.namespaced and not namespace:
        return Owner(ref, "impossible", elsewhere)
    owner = reader.get(resource.name, namespace if resource.namespaced else "", ref["name"])
    if owner is None or owner["metadata"]["uid"] != ref["uid"]:
        return Owner(ref, "dangling", elsewhere)
    return Owner(ref, "waiting" if deleting(owner, FOREGROUND) else "solid")


def deleting(obj: Obj | None, finalizer: str) -> bool:
    """Whether the object is being deleted and this finalizer holds it."""
    if obj is None:
        return False
    meta = obj["metadata"]
    return bool(meta.get("deletionTimestamp")) and finalizer in (meta.get("finalizers") or ())


def changed(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """Most changes are none of the collector's: those of objects that nobody owns and nobody deletes."""
    if new is None:
        return _gone(reader, old or {})
    meta = new["metadata"]
    refs = meta.get("ownerReferences")
    before = old["metadata"].get("ownerReferences") if old is not None else None
    going = meta.get("deletionTimestamp")
    if (not going and refs == before) or new["kind"] == "Event":
        return ()
    keys = dict[Key, None]()
    if refs != before:
        if any(_doubtful(reader, new, ref) for ref in refs or ()):
            keys["", meta["uid"]] = None
        for ref in _unblocked(before or (), refs or ()):
            keys["", ref["uid"]] = None
    if going:
        for finalizer in (ORPHAN, FOREGROUND):
            if deleting(new, finalizer) and not deleting(old, finalizer):
                keys["", meta["uid"]] = None
                if finalizer == FOREGROUND:
                    for one in reader.indexed("*", "owners", meta["uid"]):
                        keys["", one["metadata"]["uid"]] = None
    return keys


def _gone(reader: Reader, old: Obj) -> Iterable[Key]:
    """An object has gone: its dependents may have to follow, and its owner may have waited for it."""
    if old["kind"] == "Event":
        return ()
    meta = old["metadata"]
    keys: list[Key] = [("", one["metadata"]["uid"]) for one in reader.indexed("*", "owners", meta["uid"])]
    for ref in meta.get("ownerReferences") or ():
        owner = reader.indexed("*", "uid", ref["uid"])
        if owner and deleting(owner[0], FOREGROUND):
            keys.append(("", ref["uid"]))
    return keys


def _doubtful(reader: Reader, obj: Obj, ref: Obj) -> bool:
    """Whether an owner has to be looked for: it is not where the reference says, or on its way out."""
    found = reader.indexed("*", "uid", ref["uid"])
    if not found:
        return True
    owner = found[0]
    meta = owner["metadata"]
    same = owner["kind"] == ref["kind"] and owner["apiVersion"] == ref["apiVersion"] and meta["name"] == ref["name"]
    there = meta.get("namespace", "") in ("", obj["metadata"].get("namespace", ""))
    return not (same and there) or deleting(owner, FOREGROUND)


def _unblocked(before: Iterable[Obj], after: Iterable[Obj]) -> Iterable[Obj]:
    """References that held up an owner's deletion and no longer do."""
    blocking = {ref["uid"] for ref in after if ref.get("blockOwnerDeletion")}
    return [ref for ref in before if ref.get("blockOwnerDeletion") and ref["uid"] not in blocking]
