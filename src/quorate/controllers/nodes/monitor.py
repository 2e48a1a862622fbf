"""The watch over all nodes' signs of life: silent ones become Unknown, and unready ones are tainted NoExecute.

(Kubernetes: node_lifecycle_controller.go: monitorNodeHealth every --node-monitor-period, doNoExecuteTaintingPass.)
One key for all nodes, since the pace of evictions depends on all of them. Periods in which nothing can become due are
left out: a renewed lease only moves that instant.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from quorate.contract.plan import Action, Key, Obj, Plan, Tell, Update
from quorate.contract.ports import Reader
from quorate.controllers.nodes.conditions import COMPONENT
from quorate.controllers.nodes.taints import NOT_READY, UNREACHABLE, changed, has, no_execute, ready_status
from quorate.controllers.nodes.zones import Zone, moved
from quorate.kernel.clock import MILLISECOND, MINUTE, Duration, Instant
from quorate.objects.times import parse_time, time_text

LEASES, LEASE_NAMESPACE = "leases.coordination.k8s.io", "kube-node-lease"
STARTUP_GRACE = MINUTE
"""--node-startup-grace-period: for a node that has never posted its status."""
TAINTING_PERIOD = 100 * MILLISECOND
POSTED_BY_KUBELET = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")
EXCLUDED = "node.kubernetes.io/exclude-disruption"
ZONE, REGION = "topology.kubernetes.io/zone", "topology.kubernetes.io/region"
KEY: Key = ("", "nodes")


@dataclass(frozen=True, slots=True)
class Watched:
    """A node as it is remembered. `since`: signs of life count from then; `queued`: waits to be tainted."""

    name: str
    uid: str
    since: Instant
    queued: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """`looked`: when all were last looked at; `due`: the next period that matters; `taint_due`: when the next of those
    that wait to be tainted may be."""

    nodes: tuple[Watched, ...] = ()
    zones: tuple[tuple[str, Zone], ...] = ()
    looked: Instant = -1
    due: Instant | None = 0
    taint_due: Instant | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """`renewed`: of each node's lease, as the API writes it; "" without one."""

    nodes: tuple[Obj, ...]
    renewed: tuple[str, ...]
    memory: Memory


def keys(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    if old is not None and new is not None:
        same = ready_status(old) == ready_status(new) and no_execute(old) == no_execute(new)
        if same and _zone_of(old) == _zone_of(new):
            return ()
    return (KEY,)


def snapshot(reader: Reader, _: Key, memory: Any) -> Seen:
    nodes = tuple(reader.list("nodes"))
    leases = (reader.get(LEASES, LEASE_NAMESPACE, n["metadata"]["name"]) for n in nodes)
    renewed = tuple((lease["spec"].get("renewTime") or "") if lease is not None else "" for lease in leases)
    return Seen(nodes, renewed, memory or Memory())


def decide(seen: Seen, now: Instant, grace: Duration, period: Duration) -> Plan:
    memory = seen.memory
    actions: list[Action] = []
    # Woken between two periods, it was by a change: the next one, unless it has had its look, will see it.
    coming = max(-(-now // period), memory.looked // period + 1) * period
    if memory.due is None or memory.due > coming:
        memory = replace(memory, due=coming)
    if memory.due is not None and now >= memory.due:
        memory = _look(seen, memory, now, grace, period, actions)
    if memory.taint_due is not None and now >= memory.taint_due:
        memory = _taint(seen, memory, now, actions)
    dues = [at for at in (memory.due, memory.taint_due) if at is not None]
    return Plan(tuple(actions), None, min(dues, default=None), memory, "continue")


def _look(seen: Seen, memory: Memory, now: Instant, grace: Duration, period: Duration, actions: list[Action]) -> Memory:
    """One pass over all nodes."""
    known = {w.name: w for w in memory.nodes}
    zones: dict[str, Zone] = dict(memory.zones)
    counts: dict[str, tuple[int, int]] = {}
    after: list[Watched] = []
    dues: list[Instant] = []
    following = (now // period + 1) * period
    for node, renewed in zip(seen.nodes, seen.renewed, strict=True):
        meta, status = node["metadata"], ready_status(node)
        watched = known.pop(meta["name"], None)
        if watched is None or watched.uid != meta["uid"]:
            watched = Watched(meta["name"], meta["uid"], now)
            actions.append(_node_event(node, "RegisteredNode", f"Registered Node {meta['name']} in Controller"))
        silent_from = max(watched.since, _ceil(renewed, period), _ceil(_heartbeat(node), period))
        overdue = (silent_from + (grace if status else STARTUP_GRACE)) // period * period + period
        current = status
        if status != "Unknown" and now >= overdue:
            actions.append(_silenced(node, now))
            if status == "True":
                actions.append(_status_event(node))
            current = "Unknown"
            dues.append(following)
        elif status != "Unknown":
            dues.append(overdue)
        watched = _queue(node, status, watched, now, actions)
        after.append(watched)
        if EXCLUDED not in (meta.get("labels") or {}):
            ready, unready = counts.get(_zone_of(node), (0, 0))
            counts[_zone_of(node)] = (ready + 1, unready) if current == "True" else (ready, unready + 1)
    for gone in known.values():
        about = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": gone.name, "uid": gone.uid}}
        actions.append(_node_event(about, "RemovingNode", f"Removing Node {gone.name} from Controller"))
    zones, change = moved(zones, counts, now)
    if change == "stopped":
        after = [replace(w, queued=False) for w in after]
        written = {a.obj["metadata"]["name"] for a in actions if isinstance(a, Update)}
        actions += [p for n in seen.nodes if (p := _spared(n, now, n["metadata"]["name"] not in written))]
    elif change == "resumed":
        after = [replace(w, since=now) for w in after]
        dues.append(following)
    taint_due = now if any(w.queued for w in after) else None
    return Memory(tuple(after), tuple(sorted(zones.items())), now, min(dues, default=None), taint_due)


def _queue(node: Obj, status: str, watched: Watched, now: Instant, actions: list[Action]) -> Watched:
    """The NoExecute taints of a node, by the Ready condition that it had before this look."""
    if status == "True":
        spared = _spared(node, now)
        if spared is not None:
            actions.append(spared)
        return replace(watched, queued=False) if watched.queued else watched
    wanted, other = (UNREACHABLE, NOT_READY) if status == "Unknown" else (NOT_READY, UNREACHABLE)
    if not status or has(node, wanted, "NoExecute"):
        return watched
    if has(node, other, "NoExecute"):
        swapped = changed(node, (wanted,), (other,), "NoExecute", now)
        if swapped is not None:
            actions.append(swapped)
        return watched
    return replace(watched, queued=True)


def _taint(seen: Seen, memory: Memory, now: Instant, actions: list[Action]) -> Memory:
    """As many of the waiting nodes as their zones' pace allows."""
    nodes = {n["metadata"]["name"]: n for n in seen.nodes}
    zones = dict(memory.zones)
    after, dues = [], []
    for watched in memory.nodes:
        node = nodes.get(watched.name)
        if watched.queued and node is not None:
            name = _zone_of(node)
            zone = zones.get(name, Zone())
            if ready_status(node) not in ("False", "Unknown"):
                watched = replace(watched, queued=False)
            elif zone.every is not None and now >= zone.free_at:
                wanted, other = (
                    (UNREACHABLE, NOT_READY) if ready_status(node) == "Unknown" else (NOT_READY, UNREACHABLE)
                )
                tainted = changed(node, (wanted,), (other,), "NoExecute", now)
                if tainted is not None:
                    actions.append(tainted)
                zones[name] = zone.taken(now)
                watched = replace(watched, queued=False)
            elif zone.every is not None:
                dues.append(-(-zone.free_at // TAINTING_PERIOD) * TAINTING_PERIOD)
        after.append(watched)
    return replace(memory, nodes=tuple(after), zones=tuple(sorted(zones.items())), taint_due=min(dues, default=None))


def _spared(node: Obj, now: Instant, check: bool = True) -> Action | None:
    return changed(node, (), (UNREACHABLE, NOT_READY), "NoExecute", now, check)


def _silenced(node: Obj, now: Instant) -> Update:
    """Its status when nothing has been heard of it for too long."""
    meta, status = node["metadata"], node.get("status") or {}
    stamp = time_text(now)
    conditions, missing = [], list(POSTED_BY_KUBELET)
    for found in status.get("conditions") or ():
        if found["type"] in missing:
            missing.remove(found["type"])
            if found["status"] != "Unknown":
                found = {
                    **found, "status": "Unknown", "reason": "NodeStatusUnknown", "lastTransitionTime": stamp,
                    "message": "Kubelet stopped posting node status.",
                }  # fmt: skip
        conditions.append(found)
    conditions += [
        {
            "type": kind, "status": "Unknown", "reason": "NodeStatusNeverUpdated",
            "message": "Kubelet never posted node status.",
            "lastHeartbeatTime": meta["creationTimestamp"], "lastTransitionTime": stamp,
        }
        for kind in missing
    ]  # fmt: skip
    return Update("nodes", {**node, "status": {**status, "conditions": conditions}}, "status")


def _heartbeat(node: Obj) -> str:
    for found in (node.get("status") or {}).get("conditions") or ():
        if found["type"] == "Ready":
            return found.get("lastHeartbeatTime") or ""
    return node["metadata"].get("creationTimestamp") or ""


def _ceil(text: str, period: Duration) -> Instant:
    """The period at which the controller hears of it."""
    try:
        return -(-parse_time(text) // period) * period if text else 0
    except ValueError:
        return 0


def _zone_of(node: Obj) -> str:
    labels = node["metadata"].get("labels") or {}
    return f"{labels.get(REGION, '')}:{labels.get(ZONE, '')}"


def _node_event(node: Obj, reason: str, what: str) -> Tell:
    return Tell(node, "Normal", reason, f"Node {node['metadata']['name']} event: {what}", component=COMPONENT)


def _status_event(node: Obj) -> Tell:
    message = f"Node {node['metadata']['name']} status is now: NodeNotReady"
    return Tell(node, "Normal", "NodeNotReady", message, component=COMPONENT)
