"""Pods of nodes that have gone, and terminating pods of nodes declared out of service. The key is a node."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Controller, Watch
from quorate.contract.plan import Action, Key, Obj, Plan
from quorate.contract.ports import Reader
from quorate.controllers.podgc.removal import PERIOD, USER, next_round, removal
from quorate.kernel.clock import SECOND, Duration, Instant
from quorate.objects.pod import condition, is_terminating

QUARANTINE: Duration = 40 * SECOND
"""A node that was not there has this long to turn up."""
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"


@dataclass(frozen=True, slots=True)
class Waiting:
    """`due`: the round in which to act; `missing`: because the node is not there."""

    due: Instant
    missing: bool


@dataclass(frozen=True, slots=True)
class Seen:
    missing: bool
    pods: Sequence[Obj]
    waiting: Waiting | None


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    node = reader.get("nodes", "", key[1])
    pods = reader.indexed("pods", "node", key[1])
    if node is not None:
        pods = [p for p in pods if is_terminating(p)] if _is_lost(node) else ()
    return Seen(node is None, pods, memory) if pods else None


def decide(seen: Seen, now: Instant) -> Plan:
    waiting = seen.waiting
    if waiting is None or waiting.missing != seen.missing:
        found = next_round(now)
        if not seen.missing and found == now:
            # What has just come about in this very instant is found by the round after it.
            found += PERIOD
        waiting = Waiting(next_round(found + QUARANTINE) if seen.missing else found, seen.missing)
    if now < waiting.due:
        return Plan(look_again=waiting.due, remember=waiting)
    why = "PodGC: node no longer exists" if seen.missing else ""
    actions: list[Action] = [a for pod in seen.pods for a in removal(pod, now, why)]
    # A pod with finalizers stays and is asked for again in the next round, as is one whose deletion was refused.
    return Plan(tuple(actions), None, now + PERIOD, Waiting(now + PERIOD, seen.missing), "continue")


def _is_lost(node: Obj) -> bool:
    """Not ready, and tainted by somebody who knows that it is off."""
    found = condition(node, "Ready")
    if found is not None and found["status"] == "True":
        return False
    return any(t["key"] == OUT_OF_SERVICE for t in node["spec"].get("taints") or ())


def _nodes(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    if old is not None and new is not None and _is_lost(old) == _is_lost(new):
        return ()
    return (("", (new or old or {})["metadata"]["name"]),)


def _pods(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """A pod that comes to a node that is not there, or begins to terminate on one that is lost."""
    if new is None:
        return ()
    name = new["spec"].get("nodeName")
    if not name:
        return ()
    arrived = old is None or old["spec"].get("nodeName") != name
    begins = is_terminating(new) and (old is None or not is_terminating(old))
    if not arrived and not begins:
        return ()
    node = reader.get("nodes", "", name)
    return (("", name),) if node is None or (begins and _is_lost(node)) else ()


CONTROLLER = Controller(
    name="pod-garbage-collector-controller", watches=(Watch("nodes", _nodes), Watch("pods", _pods)),
    snapshot=snapshot, decide=decide, user=USER,
)  # fmt: skip
