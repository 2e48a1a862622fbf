"""The update strategy, and whether something holds the rollout: a partition, OnDelete, a pause."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown, Signal

ID = "strategy"


def look(case: Case) -> Shown:
    read = (f"{case.resource}: spec.{'strategy' if case.kind == 'Deployment' else 'updateStrategy'}, spec.paused",)
    rolling = (case.spec.get("strategy") or case.spec.get("updateStrategy") or {}).get("rollingUpdate") or {}
    detail = ", ".join(f"{k} {v}" for k, v in rolling.items())
    lines = [f"{case.strategy}" + (f": {detail}" if detail else "")]
    signals = []
    held = ""
    if case.kind == "StatefulSet":
        lines.append(
            f"podManagementPolicy {case.spec.get('podManagementPolicy') or 'OrderedReady'}; a StatefulSet cannot "
            "be paused"
        )
        if case.partition and case.outdated:
            held = f"partition {case.partition} holds the pods below it"
    if case.strategy == "OnDelete" and case.outdated:
        held = "OnDelete: pods are updated only when they are deleted"
    if case.spec.get("paused"):
        held = "paused: nothing is rolled out, but the generation is observed all the same"
    if held:
        lines.append(held)
        if case.spec_changed is not None:
            signals.append(Signal(case.spec_changed, held))
    return Shown(read, tuple(lines), tuple(signals))
