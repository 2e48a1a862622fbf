"""What wakes the DaemonSet controller: sets, their pods, nodes that begin or cease to suit, orphans to adopt."""

from collections.abc import Iterable

from quorate.contract.controller import Watch, own_key
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.daemonset.coverage import Coverage, same_place
from quorate.controllers.daemonset.names import DAEMONSETS, NODES, PODS
from quorate.controllers.daemonset.placement import NOWHERE
from quorate.controllers.history import REVISIONS
from quorate.controllers.selecting import Selectors
from quorate.objects import selectors
from quorate.objects.owners import controller_of
from quorate.objects.selectors import Selector


class Sets(Selectors):
    """Which DaemonSets select some labels."""

    resources: tuple[str, ...] = (DAEMONSETS,)

    def selector_of(self, obj: Obj) -> Selector:
        return selectors.selector(obj["spec"].get("selector"))


def _owner(reader: Reader, obj: Obj | None) -> Key | None:
    """The set that controls the object, if it is still the one that the reference means."""
    ref = controller_of(obj) if obj is not None else None
    if obj is None or ref is None or ref["kind"] != "DaemonSet":
        return None
    key = (obj["metadata"]["namespace"], ref["name"])
    found = reader.get(DAEMONSETS, *key)
    return key if found is not None and found["metadata"]["uid"] == ref["uid"] else None


def of_owned(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The sets that own or owned a pod or revision; for an orphan that is new or changed, those that select it."""
    keys = list(dict.fromkeys(key for obj in (old, new) if (key := _owner(reader, obj)) is not None))
    if new is None or controller_of(new) is not None:
        return keys
    meta = new["metadata"]
    if old is not None and controller_of(old) is None and old["metadata"].get("labels") == meta.get("labels"):
        return keys
    names = reader.view(Sets).picking(meta["namespace"], meta.get("labels"))
    return [*keys, *((meta["namespace"], name) for name in names if (meta["namespace"], name) not in keys)]


def of_node(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The sets that want a pod on a new node, or to which a changed node now is what it was not.

    Nobody looks when a node goes: the end of its pods is heard of soon enough.
    """
    if new is None or (old is not None and same_place(old, new)):
        return []
    coverage = reader.view(Coverage)
    keys = []
    for found in reader.list(DAEMONSETS):
        cover = coverage.of(found)
        before, after = cover.fit_of(old) if old is not None else NOWHERE, cover.fit_of(new)
        if before != after and (old is not None or after.runs):
            keys.append((found["metadata"]["namespace"], found["metadata"]["name"]))
    return keys


WATCHES = (Watch(DAEMONSETS, own_key), Watch(PODS, of_owned), Watch(REVISIONS, of_owned), Watch(NODES, of_node))
