"""Evicts a pod: a deletion that its disruption budgets have to agree to."""

from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.steps import CannotFix, Evict, Fix, Step, ref_of
from quorate.objects.owners import controller_of

ID = "evict-pod"
TITLE = "Evict a pod"
TAKES = {"pod": "its name"}
NEEDS = ()


def plan(asked: Asked) -> Fix:
    pod = asked.pod()
    if controller_of(pod.pod) is None:
        raise CannotFix(f"{pod.name} has no controller: nobody would make it again")
    if pod.stage == "terminating":
        raise CannotFix(f"{pod.name} is being deleted already")
    says = f"evict {pod.name}, of {asked.case.label}"
    return Fix(
        ID,
        says,
        (Step(says, Evict(ref_of(pod.pod, "pods")), pod.pod, spare=True),),
        ("it is made again from the same template",),
    )
