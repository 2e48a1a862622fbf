"""What the disruption controller says of single pods: several budgets over one, and disruptions that never came."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Controller, Watch
from quorate.contract.plan import Action, Key, Obj, Plan, Tell, Update
from quorate.contract.ports import Reader
from quorate.controllers.disruption.budget import COMPONENT, BudgetSelectors
from quorate.kernel.clock import MINUTE, Instant
from quorate.objects.pod import condition, is_finished, is_terminating
from quorate.objects.times import parse_time, time_text

STALE_AFTER = 2 * MINUTE


@dataclass(frozen=True, slots=True)
class Seen:
    pod: Obj
    budgets: tuple[str, ...]


def changed(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    if new is None:
        return ()
    meta = new["metadata"]
    if stale_at(new) is None and len(reader.view(BudgetSelectors).picking(meta["namespace"], meta.get("labels"))) < 2:
        return ()
    return ((meta["namespace"], meta["name"]),)


def snapshot(reader: Reader, key: Key, _: Any) -> Seen | None:
    pod = reader.get("pods", *key)
    if pod is None:
        return None
    return Seen(pod, tuple(reader.view(BudgetSelectors).picking(key[0], pod["metadata"].get("labels"))))


def stale_at(pod: Obj) -> Instant | None:
    """When a pod that was to be disrupted, and is not going, no longer is; None for others. Kubelets' marks stay."""
    found = condition(pod, "DisruptionTarget")
    if found is None or found["status"] != "True" or is_terminating(pod) or is_finished(pod):
        return None
    if found.get("reason") == "TerminationByKubelet":
        return None
    return parse_time(found["lastTransitionTime"]) + STALE_AFTER


def decide(seen: Seen, now: Instant) -> Plan:
    pod, actions = seen.pod, list[Action]()
    meta = pod["metadata"]
    if len(seen.budgets) > 1:
        which = f'Pod "{meta["namespace"]}"/"{meta["name"]}" matches multiple PodDisruptionBudgets.'
        message = f'{which}  Chose "{seen.budgets[0]}" arbitrarily.'
        actions.append(Tell(pod, "Warning", "MultiplePodDisruptionBudgets", message, COMPONENT))
    due = stale_at(pod)
    if due is None or now < due:
        return Plan(tuple(actions), look_again=due)
    had = pod["status"]["conditions"]
    over = {"type": "DisruptionTarget", "status": "False", "lastProbeTime": None, "lastTransitionTime": time_text(now)}
    status = {**pod["status"], "conditions": [over if c["type"] == "DisruptionTarget" else c for c in had]}
    actions.append(Update("pods", {**pod, "status": status}, "status"))
    return Plan(tuple(actions))


CONTROLLER = Controller(
    name="disruption-controller-pods",
    watches=(Watch("pods", changed),),
    snapshot=snapshot,
    decide=decide,
    views=(BudgetSelectors,),
    user="system:serviceaccount:kube-system:disruption-controller",
)
