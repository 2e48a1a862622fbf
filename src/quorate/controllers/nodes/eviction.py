"""Pods leave nodes with NoExecute taints that they do not tolerate, or not for longer.

(Kubernetes: pkg/controller/tainteviction.)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Controller, Watch
from quorate.contract.plan import Action, Delete, Key, Obj, Outcome, Patch, Plan, Ref, Tell
from quorate.contract.ports import Reader
from quorate.controllers.nodes.taints import no_execute, tolerates
from quorate.kernel.clock import SECOND, Duration, Instant
from quorate.objects.pod import condition, is_terminating
from quorate.objects.times import time_text

NAME = "taint-eviction-controller"
GONE = Outcome(fine=frozenset({"NotFound"}))


@dataclass(frozen=True, slots=True)
class Timer:
    """The eviction of the pod with this uid. `fired`: its deletion was asked for."""

    uid: str
    fires: Instant
    fired: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """`pod`: None when it has gone while its timer ran. `taints`: None when its node has gone."""

    key: Key
    pod: Obj | None
    taints: tuple[tuple[str, str], ...] | None
    timer: Timer | None


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    pod = reader.get("pods", *key)
    if pod is None or not pod["spec"].get("nodeName"):
        return Seen(key, None, None, memory) if memory is not None else None
    node = reader.get("nodes", "", pod["spec"]["nodeName"])
    taints = None if node is None else no_execute(node)
    return Seen(key, pod, taints, memory) if memory is not None or taints else None


def decide(seen: Seen, now: Instant) -> Plan:
    pod, timer = seen.pod, seen.timer
    actions: list[Action] = []
    if timer is not None and (pod is None or timer.uid != pod["metadata"]["uid"]):
        if not timer.fired:
            actions.append(_cancelled(seen.key))
        timer = None
    if pod is None:
        return Plan(tuple(actions))
    if timer is not None and timer.fired:
        if not is_terminating(pod):
            return Plan((*actions, *_deletion(pod, now)), remember=timer)
        timer = None
    if seen.taints is None:
        # Its node has gone: what was begun goes on.
        return _waiting(seen.key, pod, timer, now, actions)
    if not seen.taints:
        return _cancel(seen.key, timer, actions)
    allowed = _tolerated_for(pod, seen.taints)
    if allowed is None:
        return _cancel(seen.key, timer, actions)
    if allowed < 0:
        if timer is not None:
            actions.append(_cancelled(seen.key))
        return _evict(seen.key, pod, now, actions)
    if timer is None:
        timer = Timer(pod["metadata"]["uid"], now + allowed)
    return _waiting(seen.key, pod, timer, now, actions)


def _waiting(key: Key, pod: Obj, timer: Timer | None, now: Instant, actions: list[Action]) -> Plan:
    if timer is None:
        return Plan(tuple(actions))
    if now >= timer.fires:
        return _evict(key, pod, now, actions)
    return Plan(tuple(actions), look_again=timer.fires, remember=timer)


def _cancel(key: Key, timer: Timer | None, actions: list[Action]) -> Plan:
    return Plan((*actions, _cancelled(key)) if timer is not None else tuple(actions))


def _evict(key: Key, pod: Obj, now: Instant, actions: list[Action]) -> Plan:
    told = _tell(key, f"Marking for deletion Pod {key[0]}/{key[1]}")
    fired = Timer(pod["metadata"]["uid"], now, fired=True)
    return Plan((*actions, told, *_deletion(pod, now)), remember=fired)


def _deletion(pod: Obj, now: Instant) -> list[Action]:
    meta = pod["metadata"]
    ref = Ref("pods", meta["namespace"], meta["name"])
    had = condition(pod, "DisruptionTarget")
    out: list[Action] = []
    if had is None or had["status"] != "True" or had.get("reason") != "DeletionByTaintManager":
        target: Obj = {
            "type": "DisruptionTarget", "status": "True", "reason": "DeletionByTaintManager",
            "message": "Taint manager: deleting due to NoExecute taint", "lastTransitionTime": time_text(now),
        }  # fmt: skip
        if had is not None and had["status"] == "True":
            target["lastTransitionTime"] = had["lastTransitionTime"]
        if meta.get("generation"):
            target["observedGeneration"] = meta["generation"]
        body = {"metadata": {"uid": meta["uid"]}, "status": {"conditions": [target]}}
        out.append(Patch(ref, body, "strategic", "status", GONE))
    out.append(Delete(ref, uid=meta["uid"], outcome=GONE))
    return out


def _tolerated_for(pod: Obj, taints: tuple[tuple[str, str], ...]) -> Duration | None:
    """None: for ever. -1: not at all. Else the shortest time of the tolerations that it needs."""
    tolerations = pod["spec"].get("tolerations") or ()
    shortest: Duration | None = None
    for key, value in taints:
        found = next((t for t in tolerations if tolerates(t, key, value, "NoExecute")), None)
        if found is None:
            return -1
        seconds = found.get("tolerationSeconds")
        if seconds is not None:
            allowed = max(0, int(seconds)) * SECOND
            shortest = allowed if shortest is None else min(shortest, allowed)
    return shortest


def _cancelled(key: Key) -> Tell:
    return _tell(key, f"Cancelling deletion of Pod {key[0]}/{key[1]}")


def _tell(key: Key, message: str) -> Tell:
    """About a pod of that name: these events carry no uid."""
    about = {"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": key[0], "name": key[1]}}
    return Tell(about, "Normal", "TaintManagerEviction", message, component=NAME)


def _pods(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """Its node, its tolerations, its coming and going: nothing else of a pod matters here."""
    if old is not None and new is not None:
        was, now = old["spec"], new["spec"]
        if was.get("nodeName") == now.get("nodeName") and was.get("tolerations") == now.get("tolerations"):
            return ()
    pod = new or old or {}
    if not pod["spec"].get("nodeName"):
        return ()
    return ((pod["metadata"]["namespace"], pod["metadata"]["name"]),)


def _nodes(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """All pods of a node whose NoExecute taints change."""
    before = no_execute(old) if old is not None else ()
    after = no_execute(new) if new is not None else ()
    if before == after:
        return ()
    name = (new or old or {})["metadata"]["name"]
    return [(p["metadata"]["namespace"], p["metadata"]["name"]) for p in reader.indexed("pods", "node", name)]


CONTROLLER = Controller(
    name=NAME, watches=(Watch("pods", _pods), Watch("nodes", _nodes)), snapshot=snapshot, decide=decide
)
