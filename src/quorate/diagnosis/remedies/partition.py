"""Lowers or raises the partition of a StatefulSet: which of its pods the newest revision may reach."""

from quorate.diagnosis.case import names
from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.steps import CannotFix, Change, Fix, NeedsValue, Step, ref_of

ID = "partition"
TITLE = "Set the partition"
TAKES = {"to": "the lowest ordinal that is updated; 0 updates all"}
NEEDS = ()


def plan(asked: Asked) -> Fix:
    case = asked.case
    obj = asked.workload("StatefulSet")
    if case.strategy != "RollingUpdate":
        raise CannotFix(f"{case.label} has the strategy {case.strategy}: a partition is for RollingUpdate")
    to = asked.number("to")
    if to is None:
        raise NeedsValue(f"say to which ordinal: --set to=N (it is {case.partition} now)")
    if to == case.partition:
        raise CannotFix(f"the partition of {case.label} is {to} already")
    ill = [p for p in case.pods if not case.held_back(p) and case.updated(p) and not p.fine]
    if to < case.partition and ill:
        raise CannotFix(
            f"{names(ill)} of the newest revision {'is' if len(ill) == 1 else 'are'} not ready: that has to be mended "
            "before more pods get this revision"
        )
    body = {"spec": {"updateStrategy": {"rollingUpdate": {"partition": to}}}}
    reached = [p for p in case.outdated if to <= p.ordinal - case.start < case.partition]
    if to < case.partition:
        risks = [
            f"{names(reached) or 'no pod'} will be replaced, highest ordinal first; budgets do not slow a rollout down"
        ]
    else:
        risks = [
            "pods that were updated already stay so; once deleted, those below the partition come back on the old revision"
        ]
    says = f"set the partition of {case.label} from {case.partition} to {to}"
    return Fix(ID, says, (Step(says, Change(ref_of(obj, "statefulsets.apps"), body), obj),), tuple(risks))
