"""What wakes the ReplicaSet controller: ReplicaSets, their pods, and orphans that one of them may adopt."""

from collections.abc import Iterable
from functools import partial

from quorate.contract.controller import Index, Watch, own_key
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.replicaset.kinds import Family
from quorate.controllers.replicaset.snapshot import PODS, one_label
from quorate.objects.owners import controller_of

BY_LABEL = "by-selected-label"


def watches(family: Family) -> tuple[Watch, ...]:
    return Watch(family.resource, own_key), Watch(PODS, partial(of_pod, family))


def index(family: Family) -> Index:
    """Finds the sets that may select a pod by one of its labels."""
    return Index(family.resource, BY_LABEL, partial(_selected_label, family))


def _selected_label(family: Family, found: Obj) -> Iterable[str]:
    return (one_label(found["metadata"]["namespace"], family.selector(found)),)


def of_pod(family: Family, reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The sets that own or owned the pod; for an orphan that is new or changed its labels, those that select it."""
    keys: list[Key] = []
    for obj in (old, new):
        ref = controller_of(obj) if obj is not None else None
        if obj is None or ref is None or ref["kind"] != family.kind:
            continue
        key = (obj["metadata"]["namespace"], ref["name"])
        found = reader.get(family.resource, *key)
        if found is not None and found["metadata"]["uid"] == ref["uid"] and key not in keys:
            keys.append(key)
    if new is None or controller_of(new) is not None:
        return keys
    labels = new["metadata"].get("labels") or {}
    if old is not None and (old["metadata"].get("labels") or {}) == labels and controller_of(old) is None:
        return keys
    space = new["metadata"]["namespace"]
    for value in (f"{space}/", *(f"{space}/{k}={v}" for k, v in labels.items())):
        for found in reader.indexed(family.resource, BY_LABEL, value):
            key = (space, found["metadata"]["name"])
            if key not in keys and family.selector(found).matches(labels):
                keys.append(key)
    return keys
