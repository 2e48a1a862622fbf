"""What a PodDisruptionBudget allows now (Kubernetes: pkg/controller/disruption)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Controller, Watch
from quorate.contract.plan import Action, Key, Obj, Plan, Tell, Update
from quorate.contract.ports import Reader
from quorate.controllers.disruption.scale import Unknown, expected_pods
from quorate.controllers.disruption.status import failed_status, new_status
from quorate.controllers.selecting import PodsByLabel, Selectors, selected_pods
from quorate.kernel.clock import MINUTE, Instant
from quorate.objects.pod import is_ready, is_terminating
from quorate.objects.selectors import Selector, selector
from quorate.objects.times import parse_time

BUDGETS = "poddisruptionbudgets.policy"
DELETION_TIMEOUT = 2 * MINUTE
"""How long an evicted pod is believed to be about to go."""
COMPONENT = "controllermanager"
"""The disruption controller's events are signed with the name of the whole program."""


class BudgetSelectors(Selectors):
    """Which budgets cover a pod."""

    resources: tuple[str, ...] = (BUDGETS,)

    def selector_of(self, obj: Obj) -> Selector:
        return selector((obj.get("spec") or {}).get("selector"))


@dataclass(frozen=True, slots=True)
class Seen:
    """A budget and the pods it covers. `expected` is what their owners ask for, when the budget counts by that."""

    budget: Obj
    pods: tuple[Obj, ...]
    expected: int = 0
    unmanaged: bool = False
    unknown: str = ""
    """Why `expected` cannot be had."""


def snapshot(reader: Reader, key: Key, _: Any) -> Seen | None:
    budget = reader.get(BUDGETS, *key)
    if budget is None:
        return None
    pods = tuple(selected_pods(reader, key[0], selector((budget.get("spec") or {}).get("selector"))))
    if not _counts_by_owner(budget["spec"]):
        return Seen(budget, pods)
    try:
        expected, unmanaged = expected_pods(reader, pods)
    except Unknown as unknown:
        return Seen(budget, pods, unknown=str(unknown))
    return Seen(budget, pods, expected, unmanaged)


def _counts_by_owner(spec: Obj) -> bool:
    return spec.get("maxUnavailable") is not None or isinstance(spec.get("minAvailable"), str)


def decide(seen: Seen, now: Instant) -> Plan:
    budget, told = seen.budget, list[Action]()
    if not seen.pods:
        told.append(_tell(budget, "Normal", "NoPods", "No matching pods found"))
    try:
        if seen.unknown:
            raise Unknown(seen.unknown)
        expected, desired = counts(seen)
    except Unknown as unknown:
        why = f"Failed to calculate the number of expected pods: {unknown}"
        told.append(_tell(budget, "Warning", "CalculateExpectedPodCountFailed", why))
        return _written(budget, failed_status(budget, str(unknown), now), told)
    if seen.unmanaged:
        told.append(_tell(budget, "Warning", "UnmanagedPods", _unmanaged(budget)))
    disrupted, recheck, late = _disrupted(seen, now)
    told += late
    healthy = sum(
        1 for pod in seen.pods if not is_terminating(pod) and pod["metadata"]["name"] not in disrupted and is_ready(pod)
    )
    return _written(budget, new_status(budget, expected, healthy, desired, disrupted, now), told, recheck)


def _written(budget: Obj, status: Obj | None, told: list[Action], look_again: Instant | None = None) -> Plan:
    """A conflict means that the budget has moved on: it is looked at anew, and nothing is failed for it."""
    update = Update(BUDGETS, {**budget, "status": status}, "status") if status is not None else None
    return Plan(tuple(told), update, look_again)


def _tell(about: Obj, type_: Any, reason: str, message: str) -> Tell:
    return Tell(about, type_, reason, message, COMPONENT)


def counts(seen: Seen) -> tuple[int, int]:
    """(expected pods, desired healthy pods). Percentages are of the owners' replicas, and both are rounded up."""
    spec = seen.budget["spec"]
    most, least = spec.get("maxUnavailable"), spec.get("minAvailable")
    if most is not None:
        return seen.expected, max(0, seen.expected - _scaled(most, seen.expected))
    if isinstance(least, str):
        return seen.expected, _scaled(least, seen.expected)
    return (len(seen.pods), int(least)) if least is not None else (0, 0)


def _scaled(value: int | str, of: int) -> int:
    if not isinstance(value, str):
        return int(value)
    digits = value.removesuffix("%")
    if digits == value or not digits.isdigit():
        raise Unknown("invalid value for IntOrString: invalid type: string is not a percentage")
    return -(-int(digits) * of // 100)


def _disrupted(seen: Seen, now: Instant) -> tuple[dict[str, str], Instant | None, list[Action]]:
    """(evicted pods that are still to go and since when, when the first of them is overdue, events on the overdue)."""
    had: dict[str, str] = (seen.budget.get("status") or {}).get("disruptedPods") or {}
    left: dict[str, str] = {}
    recheck: Instant | None = None
    late: list[Action] = []
    if had:
        namespace = seen.budget["metadata"]["namespace"]
        for pod in seen.pods:
            since = had.get(pod["metadata"]["name"])
            if since is None or is_terminating(pod):
                continue
            due = parse_time(since) + DELETION_TIMEOUT
            if due <= now:
                # Kubernetes names the namespace twice, where the budget's name was meant.
                message = f"Pod was expected by PDB {namespace}/{namespace} to be deleted but it wasn't"
                late.append(_tell(pod, "Warning", "NotDeleted", message))
            else:
                left[pod["metadata"]["name"]] = since
                recheck = due if recheck is None else min(recheck, due)
    return left, recheck, late


def _unmanaged(budget: Obj) -> str:
    wanted = _go_text(budget["spec"].get("selector"))
    return (
        f"Pods selected by this PodDisruptionBudget (selector: {wanted}) were found to be unmanaged. "
        "As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. "
        'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.'
    )


def _go_text(wanted: Obj | None) -> str:
    """A LabelSelector as Go prints it."""
    if wanted is None:
        return "nil"
    labels = "".join(f"{k}: {v}," for k, v in sorted((wanted.get("matchLabels") or {}).items()))
    expressions = "".join(_go_requirement(e) for e in wanted.get("matchExpressions") or ())
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
    )


def _go_requirement(term: Obj) -> str:
    values = " ".join(term.get("values") or ())
    return f"LabelSelectorRequirement{{Key:{term['key']},Operator:{term['operator']},Values:[{values}],}},"


def pod_changed(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The budgets that cover the pod as it is now: a pod that leaves a budget by its labels does not wake it."""
    pod = new if new is not None else old
    assert pod is not None
    meta = pod["metadata"]
    namespace = meta["namespace"]
    return [(namespace, name) for name in reader.view(BudgetSelectors).picking(namespace, meta.get("labels"))]


def budget_changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    return ((new["metadata"]["namespace"], new["metadata"]["name"]),) if new is not None else ()


CONTROLLER = Controller(
    name="disruption-controller",
    watches=(Watch(BUDGETS, budget_changed), Watch("pods", pod_changed)),
    snapshot=snapshot,
    decide=decide,
    views=(PodsByLabel, BudgetSelectors),
)
