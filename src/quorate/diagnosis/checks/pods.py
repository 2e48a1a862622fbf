"""The workload's pods, and where each of them stands."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown, Signal
from quorate.diagnosis.symptoms import STAGE_WORDS

ID = "pods"


def look(case: Case) -> Shown:
    read = (f"pods of {case.resource}",)
    lines, signals = [], []
    well = [p for p in case.pods if p.fine]
    for pod in case.pods:
        if pod.fine:
            continue
        why = f": {pod.reason}{f' ({pod.message[:160]})' if pod.message else ''}" if pod.reason else ""
        lines.append(f"{pod.name} {STAGE_WORDS.get(pod.stage, pod.stage)}{why}")
        if pod.since is not None:
            signals.append(Signal(pod.since, f"{pod.name} {STAGE_WORDS.get(pod.stage, pod.stage)}"))
    lines.append(
        f"{len(well)} of {case.wanted} ready" + (f"; missing: {', '.join(case.missing[:4])}" if case.missing else "")
    )
    known = case.evidence.knows("pods", case.namespace)
    return Shown(read, tuple(lines), tuple(signals), known, "" if known else "the pods were not read")
