"""The kubelet's signs of life: its Lease, every 10 s, and its node's status, every 5 min or when it has changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from quorate.contract.controller import Controller, Watch
from quorate.contract.plan import Action, Create, Key, Obj, Outcome, Plan, Tell, Update
from quorate.contract.ports import Reader
from quorate.kernel.clock import MINUTE, SECOND, Duration, Instant
from quorate.nodes.simulated.annotations import is_down
from quorate.nodes.simulated.node import HEALTHY, healthy_conditions, is_healthy
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
    if beats is not None and not beats.down and now < beats.renewed + every:
        return Plan(remember=beats, look_again=beats.renewed + every)
    returned = beats is not None and beats.down
    actions: list[Action] = []
    if returned:
        actions.append(_tell(node, "Starting", "Starting kubelet."))
    actions.append(_renewal(node, seen.lease, now, every))
    status = None
    posted = now if beats is None or beats.down else beats.posted
    healthy = is_healthy(node)
    if not healthy or returned or now >= posted + STATUS_EVERY:
        actions += _transitions(node)
        had = node.get("status") or {}
        conditions = healthy_conditions(had.get("conditions") or (), now)
        status = Update("nodes", {**node, "status": {**had, "conditions": conditions}}, "status")
        posted = now
    return Plan(tuple(actions), status, now + every, Beats(now, posted))


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
