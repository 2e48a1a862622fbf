"""The disruption budgets over the pods, and what they allow."""

from quorate.diagnosis.budgets import budgets
from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown

ID = "budgets"


def look(case: Case) -> Shown:
    read = (f"poddisruptionbudgets in {case.namespace}",)
    if not case.evidence.knows("poddisruptionbudgets.policy", case.namespace):
        return Shown(read, ("the budgets were not read",), known=False, why="the budgets were not read")
    lines = [
        f"{b.name}: {b.says}, allows {'not known how many' if b.allowed is None else b.allowed} "
        f"now{'; it never allows one' if b.never else ''}"
        for b in budgets(case)
    ]
    return Shown(read, tuple(lines) or ("none picks its pods: a drain may take them all at once",))
