"""Whether an event may help a pod that a plugin turned down: one small function per plugin and kind of event.

The tables are by plugin: a hint is asked only for pods that this plugin turned down.
"""

from collections.abc import Callable
from typing import Any

from quorate.scheduler import reasons as why
from quorate.scheduler.filters import node_affinity, node_unschedulable, taint_toleration
from quorate.scheduler.filters.node_ports import clash
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.requests import amounts
from quorate.scheduler.spread import constraints
from quorate.scheduler.view import ClusterView

Obj = dict[str, Any]


def _info(node: Obj) -> NodeInfo:
    out = NodeInfo(node["metadata"]["name"])
    out.set_node(node)
    return out


# A node came, changed or went: (pod, old, new)


def _turned(check: Callable[[PodInfo, NodeInfo], Any], pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
    """Whether a node that the check refused, or that was not there, is one that it takes."""
    if new is None or check(pod, _info(new)) is not None:
        return False
    return old is None or check(pod, _info(old)) is not None


def _uncordoned(pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
    return _turned(node_unschedulable.check, pod, old, new)


def _untainted(pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
    return _turned(taint_toleration.check, pod, old, new)


def _labelled(pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
    return _turned(node_affinity.check, pod, old, new)


def _came(pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
    return old is None


def _roomier(pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
    """A node that would hold the pod when empty, and is new or has more than before of something that the pod asks."""
    if new is None:
        return False
    asked = {"cpu": pod.cpu, "memory": pod.memory, "ephemeral-storage": pod.storage, **pod.scalars}
    has = _allocatable(new)
    if any(amount > has.get(name, 0) for name, amount in asked.items() if amount) or has.get("pods", 0) < 1:
        return False
    had = _allocatable(old) if old is not None else {}
    names = ["pods", *(n for n, amount in asked.items() if amount)]
    return old is None or any(has.get(n, 0) > had.get(n, 0) for n in names)


def _allocatable(node: Obj) -> dict[str, int]:
    return amounts((node.get("status") or {}).get("allocatable"))


def _labels_changed(pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
    if old is None or new is None:
        return new is not None
    return bool(old["metadata"].get("labels") != new["metadata"].get("labels"))


def _domains_changed(pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
    if old is None or new is None or _labels_changed(pod, old, new):
        return True
    return bool((old["spec"] or {}).get("taints") != (new["spec"] or {}).get("taints"))


NODE_HINTS: dict[str, Callable[..., bool]] = {
    why.NODE_UNSCHEDULABLE: _uncordoned,
    why.NODE_NAME: _came,
    why.TAINT_TOLERATION: _untainted,
    why.NODE_AFFINITY: _labelled,
    why.NODE_PORTS: _came,
    why.NODE_RESOURCES_FIT: _roomier,
    why.VOLUME_BINDING: _labels_changed,
    why.VOLUME_ZONE: _labels_changed,
    why.POD_TOPOLOGY_SPREAD: _domains_changed,
    why.INTER_POD_AFFINITY: _labels_changed,
}


# A pod left its node, or finished: (pod, other, view)


def _always(pod: PodInfo, other: PodInfo, view: ClusterView) -> bool:
    return True


def _ports_freed(pod: PodInfo, other: PodInfo, view: ClusterView) -> bool:
    return any(clash(a, b) for a in pod.ports for b in other.ports)


def _claim_freed(pod: PodInfo, other: PodInfo, view: ClusterView) -> bool:
    return not set(pod.claims).isdisjoint(other.claims)


def _volumes_freed(pod: PodInfo, other: PodInfo, view: ClusterView) -> bool:
    return bool(other.claims)


def _spread_moved(pod: PodInfo, other: PodInfo, view: ClusterView) -> bool:
    if pod.namespace != other.namespace:
        return False
    return any(c.term.selector.matches(other.labels) for c in constraints(pod, "DoNotSchedule"))


def _repelled(pod: PodInfo, other: PodInfo, view: ClusterView) -> bool:
    labels_of = view.namespace_labels
    return any(t.picks(other.namespace, other.labels, labels_of) for t in (*pod.anti, *pod.affinity)) or any(
        t.picks(pod.namespace, pod.labels, labels_of) for t in other.anti
    )


REMOVED_HINTS: dict[str, Callable[..., bool]] = {
    why.NODE_PORTS: _ports_freed,
    why.NODE_RESOURCES_FIT: _always,
    why.VOLUME_RESTRICTIONS: _claim_freed,
    why.NODE_VOLUME_LIMITS: _volumes_freed,
    why.POD_TOPOLOGY_SPREAD: _spread_moved,
    why.INTER_POD_AFFINITY: _repelled,
}


# A pod came to a node: (pod, other, view)


def _drawn(pod: PodInfo, other: PodInfo, view: ClusterView) -> bool:
    return any(t.picks(other.namespace, other.labels, view.namespace_labels) for t in pod.affinity)


PLACED_HINTS: dict[str, Callable[..., bool]] = {
    why.POD_TOPOLOGY_SPREAD: _spread_moved,
    why.INTER_POD_AFFINITY: _drawn,
}
