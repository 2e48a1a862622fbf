"""What wakes the StatefulSet controller: sets and their pods, as in Kubernetes.

Claims wake nobody: a claim that goes or comes is noticed the next time the set is looked at. Revisions wake their set
only when this controller's own writes arrive.
"""

from collections.abc import Iterable

from quorate.contract.controller import Watch, own_key
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.statefulset.names import PODS, REVISIONS, STATEFULSETS, parse_pod_name
from quorate.objects.owners import controller_of


def _owner(reader: Reader, obj: Obj) -> Key | None:
    """The set that controls the object, if it is still the one that the reference means."""
    ref = controller_of(obj)
    if ref is None or ref["kind"] != "StatefulSet":
        return None
    namespace = obj["metadata"]["namespace"]
    found = reader.get(STATEFULSETS, namespace, ref["name"])
    return (namespace, ref["name"]) if found is not None and found["metadata"]["uid"] == ref["uid"] else None


def of_pod(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The sets that own or owned the pod, and for a new or changed orphan the set whose name it bears.

    That set may adopt it, or has to learn that the name is taken. Nobody cares for an orphan that goes.
    """
    keys: list[Key] = []
    for obj in (old, new):
        owner = _owner(reader, obj) if obj is not None else None
        if owner is not None and owner not in keys:
            keys.append(owner)
    if new is None or controller_of(new) is not None:
        return keys
    if old is None or controller_of(old) is not None or old["metadata"].get("labels") != new["metadata"].get("labels"):
        parent, _ = parse_pod_name(new["metadata"]["name"])
        key = (new["metadata"]["namespace"], parent)
        if parent and key not in keys and reader.get(STATEFULSETS, *key) is not None:
            keys.append(key)
    return keys


def of_revision(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The owner of a revision that was created, adopted or renumbered.

    A set that is being deleted is left alone: garbage collection deletes its revisions, and it would make another.
    """
    if new is None:
        return ()
    if old is not None and old["revision"] == new["revision"] and controller_of(old) == controller_of(new):
        return ()
    key = _owner(reader, new)
    if key is None:
        return ()
    found = reader.get(STATEFULSETS, *key)
    return () if found is None or found["metadata"].get("deletionTimestamp") else (key,)


WATCHES = (Watch(STATEFULSETS, own_key), Watch(PODS, of_pod), Watch(REVISIONS, of_revision))
