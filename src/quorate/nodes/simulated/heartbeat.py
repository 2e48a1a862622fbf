"""The kubelet's signs of life: its Lease, every 10 s, and its node's status, every 5 min or when it has changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from quorate.contract.controller import Controller, Watch
from quorate.contract.plan import Action, Create, Key, Obj, Outcome, Patch, Plan, Ref, Tell, Update
from quorate.contract.ports import Reader
from quorate.kernel.clock import MINUTE, SECOND, Duration, Instant
from quorate.nodes.simulated.annotations import is_down
from quorate.nodes.simulated.node import HEALTHY, facts, healthy_conditions, is_healthy, own_labels
from quorate.objects.times import micro_time_text

LEASES = "leases.coordination.k8s.io"
LEASE_NAMESPACE = "kube-node-lease"
RENEW_EVERY = 10 * SECOND
LEASE = 4
"""A lease lasts for four renewals (kubelet: nodeLeaseDurationSeconds 40, renewIntervalFraction 0.25)."""
STATUS_EVERY = 5 * MINUTE
"""nodeStatusReportFrequency."""

_TOLD = {
    "MemoryPressure": "NodeHasSufficientMemory", "DiskPressure": "NodeHasNoDiskPressure",
    "PIDPressure": "NodeHasSufficientPID", "Ready": "NodeReady",
}  # fmt: skip
_RACED = Outcome(fine=frozenset({"AlreadyExists"}))


@dataclass(frozen=True, slots=True)
class Beats:
    """When the lease and the status were last written; `down`: the kubelet was stopped when last looked at."""

    renewed: Instant
    posted: Instant
    down: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    node: Obj
    lease: Obj | None
    beats: Beats | None


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    node = reader.get("nodes", "", key[1])
    return None if node is None else Seen(node, reader.get(LEASES, LEASE_NAMESPACE, key[1]), memory)


def decide(seen: Seen, now: Instant, every: Duration = RENEW_EVERY) -> Plan:
    node, beats = seen.node, seen.beats
    if is_down(node):
        return Plan(remember=Beats(0, 0, down=True))
    starts = beats is None or beats.down
    actions: list[Action] = _labelled(node) if starts else []
    if actions:
        return Plan(tuple(actions), look_again=now, remember=beats)
    healthy = is_healthy(node)
    if beats is None:
        beats = Beats(0, now)
    elif beats.down:
        actions.append(_tell(node, "Starting", "Starting kubelet."))
        beats = Beats(0, 0)
    due = now >= beats.renewed + every
    if due:
        actions.append(_renewal(node, seen.lease, now, every))
        beats = Beats(now, beats.posted)
    # Between two beats only a post that was refused just now is made again.
    wrong = not healthy and (due or now - beats.posted < SECOND)
    if not wrong and now < beats.posted + STATUS_EVERY:
        return Plan(tuple(actions), None, beats.renewed + every, beats)
    if due:
        actions += _transitions(node)
    return Plan(tuple(actions), _posted(node, now), beats.renewed + every, Beats(beats.renewed, now))


def _posted(node: Obj, now: Instant) -> Update:
    """Its status. A node that somebody created by hand is given the machine that all simulated nodes are by default."""
    had = node.get("status") or {}
    if not had.get("allocatable"):
        own = facts(node["metadata"]["name"])
        capacity = {**own["capacity"], **(had.get("capacity") or {})}
        had = {**had, **own, "capacity": capacity, "allocatable": capacity}
    conditions = healthy_conditions(had.get("conditions") or (), now)
    return Update("nodes", {**node, "status": {**had, "conditions": conditions}}, "status")


def _labelled(node: Obj) -> list[Action]:
    """A kubelet labels its node where nobody else has."""
    name, labels = node["metadata"]["name"], node["metadata"].get("labels") or {}
    missing = {k: v for k, v in own_labels(name).items() if k not in labels}
    return [Patch(Ref("nodes", "", name), {"metadata": {"labels": missing}})] if missing else []


def _renewal(node: Obj, lease: Obj | None, now: Instant, every: Duration) -> Action:
    stamp = micro_time_text(now)
    if lease is not None:
        return Update(LEASES, {**lease, "spec": {**(lease.get("spec") or {}), "renewTime": stamp}})
    meta = node["metadata"]
    owner = {"apiVersion": "v1", "kind": "Node", "name": meta["name"], "uid": meta["uid"]}
    spec = {"holderIdentity": meta["name"], "leaseDurationSeconds": max(1, LEASE * every // SECOND), "renewTime": stamp}
    made = {
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "spec": spec,
        "metadata": {"name": meta["name"], "namespace": LEASE_NAMESPACE, "ownerReferences": [owner]},
    }  # fmt: skip
    return Create(LEASES, made, _RACED)


def _transitions(node: Obj) -> list[Action]:
    """An event for each condition that this post changes."""
    had = {c["type"]: c["status"] for c in (node.get("status") or {}).get("conditions") or ()}
    name = node["metadata"]["name"]
    return [
        _tell(node, _TOLD[kind], f"Node {name} status is now: {_TOLD[kind]}")
        for kind, status, _, _ in HEALTHY
        if had.get(kind) != status
    ]


def _tell(node: Obj, reason: str, message: str) -> Tell:
    # The kubelet names its node as the uid too, which is why `kubectl describe node` finds these events.
    meta = node["metadata"]
    about = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": meta["name"], "uid": meta["name"]}}
    return Tell(about, "Normal", reason, message, component="kubelet", host=meta["name"])


def _stopped_or_new(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """A heartbeat is nobody's news: only a new node, a lost one and the switch of its kubelet are."""
    if old is None or new is None or is_down(old) != is_down(new):
        return (("", (new or old or {})["metadata"]["name"]),)
    return ()


def controller(grace: Duration) -> Controller:
    """Heartbeats for a control plane that waits `grace` for them: as usual, or often enough for a short one."""
    every = min(RENEW_EVERY, max(SECOND, grace // LEASE))
    return Controller(
        name="kubelet-heartbeat", watches=(Watch("nodes", _stopped_or_new),), snapshot=snapshot,
        decide=partial(decide, every=every), user="system:nodes", manager="kubelet",
    )  # fmt: skip
