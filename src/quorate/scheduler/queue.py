"""Whose turn it is, and what wakes a pod that waits: changes that may undo what it was turned down for, and nothing else.

(Kubernetes: the scheduling queue and the plugins' EventsToRegister with their queueing hints.)
"""

from collections.abc import Callable, Iterable
from typing import Any

from quorate.contract.controller import Index, Watch
from quorate.contract.plan import Key
from quorate.contract.ports import Reader
from quorate.objects.pod import is_finished, is_terminating
from quorate.scheduler import reasons as why
from quorate.scheduler.hints import NODE_HINTS, PLACED_HINTS, REMOVED_HINTS
from quorate.scheduler.podinfo import PodInfo, is_ours, same_for_scheduling
from quorate.scheduler.spread import service_labels
from quorate.scheduler.stuck import ANY, CLAIMS, plugins_named
from quorate.scheduler.view import ClusterView, same_node
from quorate.scheduler.volumes.matching import volume_claim, volume_class

Obj = dict[str, Any]


def rank(reader: Reader, key: Key) -> int:
    """Pods of higher priority first (PrioritySort), then those that wait longest."""
    pod = reader.get("pods", *key)
    return 0 if pod is None else -(pod["spec"].get("priority") or 0)


def _stuck_by(view: ClusterView, hints: dict[str, Callable[..., bool]], *about: Any) -> list[Key]:
    """The pods of which a plugin that turned them down says that what happened may help."""
    found: dict[Key, None] = dict(view.stuck.get(ANY) or {})
    for plugin, hint in hints.items():
        for key in view.stuck.get(plugin) or ():
            if key not in found and hint(view.pending[key], *about):
                found[key] = None
    return list(found)


def _pod_keys(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    view = reader.view(ClusterView)
    was, stays = _placed(old), _placed(new)
    keys: list[Key] = []
    if new is not None and not stays and _waits_for_us(new):
        keys = [(new["metadata"]["namespace"], new["metadata"]["name"])] if _own_change(old, new) else []
    if not any(view.stuck.values()):
        return keys
    if was and old is not None and not stays:
        return keys + _stuck_by(view, REMOVED_HINTS, PodInfo(old), view)
    if stays and new is not None:
        if not was:
            return _stuck_by(view, PLACED_HINTS, view.pods[_key(new)], view)
        assert old is not None
        if old["metadata"].get("labels") != new["metadata"].get("labels"):
            before, after = PodInfo(old), view.pods[_key(new)]
            return dict.fromkeys(
                _stuck_by(view, REMOVED_HINTS, before, view) + _stuck_by(view, PLACED_HINTS, after, view)
            )
    return keys


def _key(obj: Obj) -> Key:
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def _placed(pod: Obj | None) -> bool:
    return pod is not None and bool(pod["spec"].get("nodeName")) and not is_finished(pod)


def _waits_for_us(pod: Obj) -> bool:
    return not pod["spec"].get("nodeName") and is_ours(pod) and not is_terminating(pod) and not is_finished(pod)


def _own_change(old: Obj | None, new: Obj) -> bool:
    """A new or changed pod; also one whose refusal has just been written: what happened meanwhile could not wake it."""
    if old is None or not same_for_scheduling(old, new):
        return True
    return plugins_named(old) != plugins_named(new)


def _node_keys(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    if old is not None and new is not None and same_node(old, new):
        return ()
    view = reader.view(ClusterView)
    keys = _stuck_by(view, NODE_HINTS, old, new)
    if new is None and old is not None:
        # Pods that wait for volumes on a node that is gone have to be told.
        entry = view.entries.get(old["metadata"]["name"])
        keys += [k for k in entry.pods if k in view.pending] if entry is not None else []
    return dict.fromkeys(keys)


def _claim_keys(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The pods that use the claim and have no node yet."""
    namespace, name = _key(new or old or {})
    found = reader.indexed("pods", "claim", f"{namespace}/{name}")
    keys = [_key(pod) for pod in found if _waits_for_us(pod)]
    return dict.fromkeys([*keys, *(reader.view(ClusterView).stuck.get(ANY) or ())])


def _volume_keys(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """Any new volume may be the one; a change of one matters to who is short of volumes, and to whom it is promised."""
    view = reader.view(ClusterView)
    found: dict[Key, None] = dict(view.stuck.get(ANY) or {})
    if new is not None:
        found |= (view.stuck.get(why.VOLUME_BINDING) or {}) | (view.stuck.get(why.VOLUME_ZONE) or {})
        for claim in volume_claim(new):
            for pod in reader.indexed("pods", "claim", claim):
                if _waits_for_us(pod):
                    found[_key(pod)] = None
    return found


def _class_keys(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    view = reader.view(ClusterView)
    if new is None or (old is not None and old.get("allowedTopologies") == new.get("allowedTopologies")):
        return ()
    found: dict[Key, None] = {}
    for plugin in (CLAIMS, why.VOLUME_BINDING, why.VOLUME_ZONE):
        found |= view.stuck.get(plugin) or {}
    return found


def _csi_node_keys(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    return list(reader.view(ClusterView).stuck.get(why.NODE_VOLUME_LIMITS) or ())


WATCHES = (
    Watch("pods", _pod_keys),
    Watch("nodes", _node_keys),
    Watch("persistentvolumeclaims", _claim_keys),
    Watch("persistentvolumes", _volume_keys),
    Watch("storageclasses.storage.k8s.io", _class_keys),
    Watch("csinodes.storage.k8s.io", _csi_node_keys),
)

INDEXES = (
    Index("services", "label", service_labels),
    Index("persistentvolumes", "class", volume_class),
    Index("persistentvolumes", "claim", volume_claim),
)
