"""What wakes the Deployment controller: Deployments, their ReplicaSets, and for a Recreate the going of old pods."""

from collections.abc import Iterable

from quorate.contract.controller import Watch, own_key
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.deployment.amounts import is_rolling
from quorate.controllers.deployment.snapshot import PODS, REPLICA_SETS
from quorate.controllers.deployment.status import DEPLOYMENTS
from quorate.objects import selectors
from quorate.objects.owners import controller_of


def _owner(reader: Reader, obj: Obj, resource: str, kind: str) -> Obj | None:
    """The object that controls this one, if it is still the one that the reference means."""
    ref = controller_of(obj)
    if ref is None or ref["kind"] != kind:
        return None
    found = reader.get(resource, obj["metadata"]["namespace"], ref["name"])
    return found if found is not None and found["metadata"]["uid"] == ref["uid"] else None


def _key(obj: Obj) -> Key:
    return obj["metadata"]["namespace"], obj["metadata"]["name"]


def of_replica_set(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The Deployments that own or owned it; for an orphan that is new or changed its labels, those that select it."""
    keys: list[Key] = []
    for obj in (old, new):
        owner = _owner(reader, obj, DEPLOYMENTS, "Deployment") if obj is not None else None
        if owner is not None and _key(owner) not in keys:
            keys.append(_key(owner))
    if new is None or controller_of(new) is not None:
        return keys
    labels = new["metadata"].get("labels")
    if old is not None and old["metadata"].get("labels") == labels and controller_of(old) is None:
        return keys
    for one in reader.list(DEPLOYMENTS, new["metadata"]["namespace"]):
        if _key(one) not in keys and selectors.matches(one["spec"].get("selector"), labels):
            keys.append(_key(one))
    return keys


def of_pod(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """A Recreate goes on when its last pod has gone."""
    if old is None or new is not None:
        return ()
    one = _owner(reader, old, REPLICA_SETS, "ReplicaSet")
    owner = _owner(reader, one, DEPLOYMENTS, "Deployment") if one is not None else None
    if owner is None or is_rolling(owner):
        return ()
    sets = reader.indexed(REPLICA_SETS, "owner", owner["metadata"]["uid"])
    left = any(reader.indexed(PODS, "owner", other["metadata"]["uid"]) for other in sets)
    return () if left else (_key(owner),)


WATCHES = (Watch(DEPLOYMENTS, own_key), Watch(REPLICA_SETS, of_replica_set), Watch(PODS, of_pod))
