"""One look at one pod: bind it, reserve a node and wait for its volumes, or say why it cannot be scheduled."""

from typing import Any

from quorate.contract.plan import NOTHING, Action, Bind, Delete, Outcome, Patch, Plan, Ref, Tell
from quorate.kernel.clock import MINUTE, SECOND, Duration, Instant
from quorate.objects.pod import condition
from quorate.objects.times import time_text
from quorate.scheduler import reasons as why
from quorate.scheduler.choose import choose
from quorate.scheduler.cycle import Cycle, Diagnosis
from quorate.scheduler.message import NOT_ASKED, NOTHING_TO_FREE, fit_error, note
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import SCHEDULER, PodInfo, is_gated, nominated_node
from quorate.scheduler.preempt import preempt
from quorate.scheduler.snapshot import Failed, Seen, Waiting
from quorate.scheduler.volumes.matching import Offer
from quorate.scheduler.volumes.waiting import LATE, TIMEOUT, failure, requests, stand

Obj = dict[str, Any]

FLUSH: Duration = 5 * MINUTE
"""However still the cluster is, a pod that found no node is tried again after this long."""
FIRST_BACKOFF: Duration = SECOND
LONGEST_BACKOFF: Duration = 10 * SECOND
KEEP: str | None = None
"""Leave status.nominatedNodeName as it is."""


def decide(seen: Seen, now: Instant) -> Plan:
    """Pure; `seen.cluster` is read, and only its memo of counts may grow."""
    pod, view, memory = seen.pod, seen.cluster.view, seen.memory
    if is_gated(pod.pod):
        return _gated(pod, now)
    if isinstance(memory, Waiting) or view.is_assumed(pod.key):
        held = memory if isinstance(memory, Waiting) else Waiting(nominated_node(pod.pod), now + TIMEOUT)
        return _wait(seen, held, now)
    if isinstance(memory, Failed) and memory.version in (None, view.version) and now < memory.again:
        return Plan(look_again=memory.again, remember=memory)
    if not view.nodes():
        return _unschedulable(seen, why.NO_NODES, "", (), now)
    cycle = Cycle(pod, seen.cluster)
    nodes, diagnosis = cycle.find()
    if not nodes:
        return _no_node(seen, cycle, diagnosis, now)
    return _place(seen, cycle, choose(pod, seen.cluster, nodes), now)


def _place(seen: Seen, cycle: Cycle, node: NodeInfo, now: Instant) -> Plan:
    pod = seen.pod
    offer: Offer = cycle.offer(node)
    if not offer.static and not offer.made:
        return Plan((_bind(pod, node.name),), notes=(f"fits {node.name}",))
    actions: list[Action] = []
    if nominated_node(pod.pod) != node.name:
        actions.append(_patch_status(pod, {"nominatedNodeName": node.name}))
    actions += requests(offer, node.name)
    held = Waiting(node.name, now + TIMEOUT, seen.memory.errors if seen.memory is not None else 0)
    return Plan(tuple(actions), look_again=held.until, remember=held, notes=(f"volumes to be bound on {node.name}",))


def _wait(seen: Seen, held: Waiting, now: Instant) -> Plan:
    now_stands = stand(seen.pod, held.node, seen.cluster.view, seen.cluster.reader)
    if now_stands.how == "bound":
        return Plan((_bind(seen.pod, held.node),))
    if now_stands.how == "waiting" and now < held.until:
        return Plan(look_again=held.until, remember=held)
    reason = failure(now_stands.reason or LATE)
    told, status = _report(seen.pod, "SchedulerError", reason, "", now)
    again = now + min(FIRST_BACKOFF << min(held.errors, 10), LONGEST_BACKOFF)
    return Plan((told,), status, look_again=again, remember=Failed(None, again, held.errors + 1))


def _no_node(seen: Seen, cycle: Cycle, diagnosis: Diagnosis, now: Instant) -> Plan:
    if diagnosis.rejected:
        return _unschedulable(seen, fit_error(diagnosis, NOT_ASKED), KEEP, (), now)
    found = preempt(cycle, diagnosis)
    if found.victims:
        assert found.nominate is not None
        actions = _make_room(seen, found.nominate, found.victims, now)
        return _unschedulable(seen, fit_error(diagnosis, ""), found.nominate, actions, now)
    after = f"{NOTHING_TO_FREE}, preemption: {found.message}"
    return _unschedulable(seen, fit_error(diagnosis, after), found.nominate, (), now)


def _unschedulable(seen: Seen, message: str, nominate: str | None, actions: tuple[Action, ...], now: Instant) -> Plan:
    told, status = _report(seen.pod, "Unschedulable", message, nominate, now)
    again = now + FLUSH
    # Told and written first: what is done to make room wakes this pod, which must then know that it is waiting.
    first = (told,) if status is None else (told, status)
    return Plan((*first, *actions), None, look_again=again, remember=Failed(seen.cluster.view.version, again))


def _make_room(seen: Seen, node: str, victims: tuple[PodInfo, ...], now: Instant) -> tuple[Action, ...]:
    actions: list[Action] = []
    entry = seen.cluster.view.node(node)
    for other in entry.nominated.values() if entry is not None else ():
        if other.priority < seen.pod.priority:
            actions.append(_patch_status(other, {"nominatedNodeName": None}))
    for victim in victims:
        if victim.terminating:
            continue
        target = _condition(
            victim.pod, "DisruptionTarget", "True", "PreemptionByScheduler",
            f"{SCHEDULER}: preempting to accommodate a higher priority pod", now,
        )  # fmt: skip
        if target is not None:
            actions.append(_patch_status(victim, {"conditions": [target]}, fine=frozenset(("NotFound",))))
        told = Tell(
            victim.pod, "Normal", "Preempted", f"Preempted by pod {seen.pod.uid} on node {node}",
            component=SCHEDULER, style="series", action="Preempting",
        )  # fmt: skip
        gone = Outcome(told, fine=frozenset(("NotFound",)))
        actions.append(Delete(Ref("pods", *victim.key), uid=victim.uid, outcome=gone))
    return tuple(actions)


def _bind(pod: PodInfo, node: str) -> Bind:
    namespace, name = pod.key
    told = Tell(
        pod.pod, "Normal", "Scheduled", f"Successfully assigned {namespace}/{name} to {node}",
        component=SCHEDULER, style="series", action="Binding",
    )  # fmt: skip
    failed = Tell(
        pod.pod, "Warning", "FailedScheduling", "binding rejected: {error}",
        component=SCHEDULER, style="series", action="Scheduling",
    )  # fmt: skip
    return Bind(namespace, name, pod.uid, node, Outcome(told, failed, frozenset(("NotFound",))))


def _report(pod: PodInfo, reason: str, message: str, nominate: str | None, now: Instant) -> tuple[Tell, Patch | None]:
    """The event, and the status patch unless the status already says so."""
    told = Tell(
        pod.pod, "Warning", "FailedScheduling", note(message), component=SCHEDULER, style="series", action="Scheduling"
    )
    body: Obj = {}
    said = _condition(pod.pod, "PodScheduled", "False", reason, message, now)
    if said is not None:
        body["conditions"] = [said]
    if nominate is not KEEP and nominated_node(pod.pod) != nominate:
        body["nominatedNodeName"] = nominate or None
    return told, _patch_status(pod, body) if body else None


def _condition(pod: Obj, kind: str, status: str, reason: str, message: str, now: Instant) -> Obj | None:
    """The condition as it should be; None when it is so. Its time moves only when its status does."""
    made: Obj = {"type": kind, "status": status, "reason": reason, "message": message}
    generation = pod["metadata"].get("generation")
    if generation:
        made["observedGeneration"] = generation
    had = condition(pod, kind)
    if had is None or had["status"] != status:
        return {**made, "lastTransitionTime": time_text(now)}
    if all(had.get(k) == made.get(k) for k in ("reason", "message", "observedGeneration")):
        return None
    return {**made, "lastTransitionTime": had.get("lastTransitionTime") or time_text(now)}


def _gated(pod: PodInfo, now: Instant) -> Plan:
    """The API server writes this condition when it creates a gated pod; a pod that came without it gets it here."""
    if condition(pod.pod, "PodScheduled") is not None:
        return NOTHING
    said = {
        "type": "PodScheduled", "status": "False", "reason": "SchedulingGated",
        "message": "Scheduling is blocked due to non-empty scheduling gates", "lastTransitionTime": time_text(now),
    }  # fmt: skip
    return Plan((), _patch_status(pod, {"conditions": [said]}))


def _patch_status(pod: PodInfo, body: Obj, fine: frozenset[str] = frozenset()) -> Patch:
    return Patch(Ref("pods", *pod.key), {"status": body}, "strategic", "status", Outcome(fine=fine))
