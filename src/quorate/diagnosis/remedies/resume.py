"""Resumes a paused Deployment."""

from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.steps import CannotFix, Change, Fix, Step, ref_of

ID = "resume"
TITLE = "Resume the rollout"
TAKES: dict[str, str] = {}
NEEDS = ()


def plan(asked: Asked) -> Fix:
    obj = asked.workload("Deployment")
    if not obj["spec"].get("paused"):
        raise CannotFix(f"{asked.case.label} is not paused")
    says = f"resume {asked.case.label}"
    step = Step(says, Change(ref_of(obj, "deployments.apps"), {"spec": {"paused": None}}), obj)
    return Fix(ID, says, (step,), ("all changes made while it was paused are rolled out at once",))
