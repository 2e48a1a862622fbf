"""Lets a disruption budget that never allows one allow one."""

from typing import Any

from quorate.diagnosis.budgets import budgets
from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.steps import CannotFix, Change, Fix, Step, ref_of

Obj = dict[str, Any]

ID = "budget"
TITLE = "Let a disruption budget allow one"
TAKES = {"budget": "its name"}
NEEDS = ()


def plan(asked: Asked) -> Fix:
    case = asked.case
    name = asked.name_of("PodDisruptionBudget", "budget")
    found = next((b for b in budgets(case) if b.name == name), None)
    if found is None:
        raise CannotFix(f"no budget {name} covers the pods of {case.label}")
    if not found.never:
        raise CannotFix(
            f"budget {name} allows a disruption while all pods are well ({found.says}): it is the pods that have to be mended"
        )
    spec: Obj = found.obj["spec"]
    change: Obj = {"maxUnavailable": 1}
    if spec.get("minAvailable") is not None:
        change["minAvailable"] = None
    says = f"let budget {name} allow one of {case.wanted} to be away ({found.says} now)"
    step = Step(says, Change(ref_of(found.obj, "poddisruptionbudgets.policy"), {"spec": change}), found.obj)
    risks = ["while one is away for maintenance, one more that fails counts"]
    if case.wanted <= 2:
        risks = [
            f"of {case.wanted} replicas one that goes takes {'all' if case.wanted <= 1 else 'the majority'} with it: drains will interrupt it"
        ]
    return Fix(ID, says, (step,), tuple(risks))
