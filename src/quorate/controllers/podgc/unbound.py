"""Pods that are being deleted and are on no node: no kubelet will finish them. The key is the pod."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Controller, Watch
from quorate.contract.plan import Key, Obj, Plan
from quorate.contract.ports import Reader
from quorate.controllers.podgc.removal import PERIOD, USER, next_round, removal
from quorate.kernel.clock import Instant
from quorate.objects.pod import is_terminating


@dataclass(frozen=True, slots=True)
class Seen:
    pod: Obj
    due: Instant | None


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    pod = reader.get("pods", *key)
    return Seen(pod, memory) if pod is not None and _is_stranded(pod) else None


def decide(seen: Seen, now: Instant) -> Plan:
    due = next_round(now + 1) if seen.due is None else seen.due
    if now < due:
        return Plan(look_again=due, remember=due)
    return Plan(tuple(removal(seen.pod, now)), look_again=now + PERIOD, remember=now + PERIOD)


def _is_stranded(pod: Obj) -> bool:
    return is_terminating(pod) and not pod["spec"].get("nodeName")


def _pods(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    if new is None or not _is_stranded(new) or (old is not None and _is_stranded(old)):
        return ()
    return ((new["metadata"]["namespace"], new["metadata"]["name"]),)


CONTROLLER = Controller(
    name="pod-garbage-collector-unbound", watches=(Watch("pods", _pods),), snapshot=snapshot, decide=decide, user=USER
)
