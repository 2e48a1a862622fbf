"""Pauses a Deployment, so that a bad rollout goes no further; what runs, runs on."""

from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.steps import CannotFix, Change, Fix, Step, ref_of

ID = "pause"
TITLE = "Pause the rollout"
TAKES: dict[str, str] = {}
NEEDS = ()


def plan(asked: Asked) -> Fix:
    obj = asked.workload("Deployment")
    if obj["spec"].get("paused"):
        raise CannotFix(f"{asked.case.label} is paused already")
    says = f"pause {asked.case.label}"
    step = Step(says, Change(ref_of(obj, "deployments.apps"), {"spec": {"paused": True}}), obj)
    return Fix(
        ID,
        says,
        (step,),
        ("pods that fail are still replaced, but no change of the template goes out until it is resumed",),
    )
