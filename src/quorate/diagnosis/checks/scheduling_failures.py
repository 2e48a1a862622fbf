"""Pods that found no node, in the scheduler's words."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.scheduling import turned_down
from quorate.diagnosis.shown import Shown, Signal

ID = "scheduling-failures"


def look(case: Case) -> Shown:
    read = (f"pods of {case.resource}: condition PodScheduled; FailedScheduling events",)
    lines, signals = [], []
    for pod in case.at("unscheduled", "gated"):
        said = turned_down(case, pod)
        lines.append(f"{pod.name}: {said.text if said is not None else pod.message or 'no scheduler has said a word'}")
        if pod.since is not None:
            signals.append(Signal(pod.since, f"{pod.name} has waited for a node", case.now))
    return Shown(read, tuple(lines) or ("every pod has a node",), tuple(signals))
