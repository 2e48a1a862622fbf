"""The nodes of the pods: those that do not answer, are cordoned, or run short."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown, Signal
from quorate.diagnosis.told import instant
from quorate.objects.pod import condition

ID = "nodes"


def look(case: Case) -> Shown:
    read = ("nodes of its pods: conditions, spec.unschedulable",)
    if not case.evidence.list("nodes"):
        return Shown(read, ("the nodes were not read",), known=False, why="the nodes were not read")
    lines, signals = [], []
    for name in sorted({p.node for p in case.pods if p.node} | set(case.silent_nodes)):
        node = case.evidence.get("nodes", "", name)
        if node is None:
            lines.append(f"{name} does not exist any more")
            continue
        ready = condition(node, "Ready") or {}
        at = instant(ready.get("lastTransitionTime"))
        if ready.get("status") != "True":
            lines.append(f"{name} is not ready: {ready.get('reason')}")
            if at is not None:
                signals.append(Signal(at, f"{name} stopped answering", case.now))
        if node["spec"].get("unschedulable"):
            lines.append(f"{name} is cordoned")
    return Shown(read, tuple(lines) or ("all of them answer",), tuple(signals))
