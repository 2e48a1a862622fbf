"""What people hand over of a cluster: rarely all of it. Each view keeps a part of the objects, as kubectl shows them."""

from collections.abc import Callable, Iterable
from typing import Any

from bench.faulty.record import plain

Obj = dict[str, Any]
View = Callable[[list[Obj]], list[Obj]]

ALL = frozenset({
    "Pod", "ReplicationController", "Service", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet", "HorizontalPodAutoscaler",
    "Job", "CronJob",
})  # fmt: skip
"""The kinds of `kubectl get all`."""


def _of(kinds: Iterable[str]) -> View:
    wanted = frozenset(kinds)
    return lambda objects: [plain(o) for o in objects if o["kind"] in wanted]


def _without(*kinds: str) -> View:
    return lambda objects: [plain(o) for o in objects if o["kind"] not in kinds]


def mute_nodes(objects: list[Obj]) -> list[Obj]:
    """Of nodes that say little: no events of a kubelet, no messages of containers, nothing of their earlier runs."""
    return [_muted(plain(o)) for o in objects if not _by_kubelet(o)]


def _by_kubelet(obj: Obj) -> bool:
    if obj["kind"] != "Event":
        return False
    return "kubelet" in (obj.get("reportingComponent"), (obj.get("source") or {}).get("component"))


def _muted(obj: Obj) -> Obj:
    if obj["kind"] != "Pod":
        return obj
    status = dict(obj.get("status") or {})
    for field in ("containerStatuses", "initContainerStatuses"):
        if status.get(field):
            status[field] = [_mute(c) for c in status[field]]
    return {**obj, "status": status}


def _mute(container: Obj) -> Obj:
    state = container.get("state") or {}
    if state.get("waiting"):
        state = {"waiting": {"reason": state["waiting"].get("reason")}}
    count = min(1, int(container.get("restartCount") or 0))
    return {**container, "state": state, "lastState": {}, "restartCount": count}


VIEWS: dict[str, View] = {
    "as kubectl shows it": lambda objects: [plain(o) for o in objects],
    "mute nodes": mute_nodes,
    "no events": _without("Event"),
    "no nodes": _without("Node", "Lease"),
    "no revisions": _without("ControllerRevision", "ReplicaSet"),
    "get all,events": _of(ALL | {"Event"}),
    "get all": _of(ALL),
    "workloads and pods": _of(("StatefulSet", "Deployment", "Job", "Pod")),
    "pods": _of(("Pod",)),
}
"""By name, from the fullest to the barest."""
