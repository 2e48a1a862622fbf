"""Preemption: which pods of lower priority would have to go so that this one fits (Kubernetes: DefaultPreemption)."""

from dataclasses import dataclass
from typing import Any
from zlib import crc32

from quorate.objects.pod import condition
from quorate.objects.selectors import selector
from quorate.objects.times import parse_time
from quorate.scheduler import reasons as why
from quorate.scheduler.cycle import Cycle, Diagnosis, shift
from quorate.scheduler.message import histogram
from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo, nominated_node
from quorate.scheduler.verdict import Verdict

Obj = dict[str, Any]

BUDGETS = "poddisruptionbudgets.policy"
FEW_ENOUGH = 100
"""Nodes tried for one pod at most (minCandidateNodesAbsolute), or a tenth of them if that is more."""
LOWEST = -(1 << 31)


@dataclass(frozen=True, slots=True)
class Preemption:
    """`nominate` is the node to wait for ("": none any more; None: leave it as it is); `message` why it failed."""

    message: str = ""
    nominate: str | None = ""
    victims: tuple[PodInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    node: NodeInfo
    victims: tuple[PodInfo, ...]
    """Most important first."""
    violations: int


def preempt(cycle: Cycle, diagnosis: Diagnosis) -> Preemption:
    pod = cycle.pod
    if (pod.pod["spec"].get("preemptionPolicy") or "") == "Never":
        return Preemption("not eligible due to preemptionPolicy=Never.", None)
    if _waits_already(cycle, diagnosis):
        return Preemption("not eligible due to a terminating pod on the nominated node.", None)
    nodes = [n for n in cycle.cluster.view.nodes() if not _verdict(diagnosis, n).helpless]
    if len(nodes) > FEW_ENOUGH:
        start = crc32(pod.uid.encode()) % len(nodes)
        nodes = nodes[start:] + nodes[:start]
    enough = max(FEW_ENOUGH, len(nodes) // 10)
    candidates: list[Candidate] = []
    verdicts: list[Verdict] = []
    budgets = list(cycle.cluster.reader.list(BUDGETS)) if nodes else []
    for node in nodes:
        found = _try(cycle, node, budgets)
        if isinstance(found, Verdict):
            verdicts.append(found)
        else:
            candidates.append(found)
            # One that breaks no budget is looked for beyond that.
            if len(candidates) >= enough and any(not one.violations for one in candidates):
                break
    if not candidates:
        verdicts += [Verdict((why.NOT_HELPFUL,))] * (diagnosis.nodes - len(verdicts))
        return Preemption(f"0/{diagnosis.nodes} nodes are available: {histogram(verdicts)}.")
    best = min(candidates, key=_harm)
    return Preemption("", best.node.name, best.victims)


def _verdict(diagnosis: Diagnosis, node: NodeInfo) -> Verdict:
    return diagnosis.verdicts.get(node.name) or Verdict((why.NOT_HELPFUL,), helpless=True)


def _waits_already(cycle: Cycle, diagnosis: Diagnosis) -> bool:
    """Whether a victim of this pod is still on its way out."""
    node = cycle.cluster.view.node(nominated_node(cycle.pod.pod))
    if node is None or _verdict(diagnosis, node).helpless:
        return False
    for other in node.pods.values():
        if other.priority < cycle.pod.priority and other.terminating:
            target = condition(other.pod, "DisruptionTarget")
            if target and target["status"] == "True" and target.get("reason") == "PreemptionByScheduler":
                return True
    return False


def _try(cycle: Cycle, node: NodeInfo, budgets: list[Obj]) -> Candidate | Verdict:
    """Take all lower pods away; if the pod fits then, give back as many as can stay, the most important first."""
    pod = cycle.pod
    lower = [p for p in node.pods.values() if p.priority < pod.priority]
    if not lower:
        return Verdict((why.NO_VICTIMS,), helpless=True)
    trial, checks = node.copy(), [c.copy() for c in cycle.checks]
    for victim in lower:
        shift(checks, trial, victim, -1)
    verdict = cycle.ask(checks, trial)
    if verdict is not None:
        return verdict
    lower.sort(key=_importance)
    violating, harmless = _by_budget(lower, budgets)
    victims: list[PodInfo] = []
    violations = 0
    for group in (violating, harmless):
        for other in group:
            shift(checks, trial, other, 1)
            if cycle.ask(checks, trial) is not None:
                shift(checks, trial, other, -1)
                victims.append(other)
                violations += group is violating
    if not victims:
        return Verdict((f'expected at least one victim pod on node "{node.name}"',))
    return Candidate(node, tuple(sorted(victims, key=_importance)), violations)


def _started(pod: PodInfo) -> int:
    text = (pod.pod.get("status") or {}).get("startTime")
    return parse_time(text) if text else 1 << 62


def _importance(pod: PodInfo) -> tuple[int, int, str]:
    """Sorts the most important first: by priority, then by how long it has run."""
    return -pod.priority, _started(pod), pod.key[1]


def _harm(found: Candidate) -> tuple[int, int, int, int, int, str]:
    """Sorts the least harmful first: budgets, highest victim, sum of priorities, number, youngest of the highest."""
    highest = found.victims[0].priority
    earliest = min(_started(v) for v in found.victims if v.priority == highest)
    priorities = sum(v.priority - LOWEST for v in found.victims)
    return found.violations, highest, priorities, len(found.victims), -earliest, found.node.name


def _by_budget(pods: list[PodInfo], budgets: list[Obj]) -> tuple[list[PodInfo], list[PodInfo]]:
    """(those whose eviction a budget would not allow, the others); each one counts against what the budgets allow."""
    allowed = [(b.get("status") or {}).get("disruptionsAllowed") or 0 for b in budgets]
    violating: list[PodInfo] = []
    harmless: list[PodInfo] = []
    for pod in pods:
        violated = False
        for number, budget in enumerate(budgets):
            if not pod.labels or budget["metadata"].get("namespace") != pod.namespace:
                continue
            picked = selector(budget["spec"].get("selector"))
            if picked.empty or not picked.matches(pod.labels):
                continue
            if pod.key[1] in ((budget.get("status") or {}).get("disruptedPods") or {}):
                continue
            allowed[number] -= 1
            violated = violated or allowed[number] < 0
        (violating if violated else harmless).append(pod)
    return violating, harmless
