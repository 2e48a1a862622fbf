"""Finished pods beyond the threshold: evicted ones first, then the oldest. One key for all of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Controller, Watch
from quorate.contract.plan import Action, Key, Obj, Plan
from quorate.contract.ports import Reader
from quorate.controllers.podgc.removal import USER, next_round, removal
from quorate.kernel.clock import Instant
from quorate.objects.pod import is_finished

THRESHOLD = 12_500
"""--terminated-pod-gc-threshold."""
KEY: Key = ("", "finished")


class FinishedPods:
    """A view (see contract.controller.View): the finished pods by uid."""

    resources: tuple[str, ...] = ("pods",)

    def __init__(self) -> None:
        self.pods: dict[str, Obj] = {}

    def apply(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        if new is not None and is_finished(new):
            self.pods[new["metadata"]["uid"]] = new
        elif old is not None:
            self.pods.pop(old["metadata"]["uid"], None)


@dataclass(frozen=True, slots=True)
class Seen:
    pods: tuple[Obj, ...]
    due: Instant | None


def snapshot(reader: Reader, _: Key, memory: Any) -> Seen | None:
    found = reader.view(FinishedPods).pods
    return Seen(tuple(found.values()), memory) if len(found) > THRESHOLD else None


def decide(seen: Seen, now: Instant) -> Plan:
    due = next_round(now + 1) if seen.due is None else seen.due
    if now < due:
        return Plan(look_again=due, remember=due)
    victims = sorted(seen.pods, key=_order)[: len(seen.pods) - THRESHOLD]
    actions: list[Action] = [a for pod in victims for a in removal(pod, now)]
    return Plan(tuple(actions), on_refusal="continue")


def _order(pod: Obj) -> tuple[bool, str, str]:
    status, meta = pod["status"], pod["metadata"]
    evicted = status["phase"] == "Failed" and status.get("reason") == "Evicted"
    return not evicted, meta.get("creationTimestamp") or "", meta["name"]


def _pods(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    if new is None or not is_finished(new) or (old is not None and is_finished(old)):
        return ()
    return (KEY,) if len(reader.view(FinishedPods).pods) > THRESHOLD else ()


CONTROLLER = Controller(
    name="pod-garbage-collector-finished", watches=(Watch("pods", _pods),), snapshot=snapshot, decide=decide,
    views=(FinishedPods,), user=USER,
)  # fmt: skip
