"""Puts the template back to an earlier revision, as `kubectl rollout undo` does: nothing but the template changes."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Act, Finding
from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.revisions import REVISED, chosen, may_be_undone, revert
from quorate.diagnosis.fixing.steps import CannotFix, Fix

ID = "undo"
TITLE = "Go back to an earlier revision"
TAKES = {"to": "the revision's number (kubectl rollout history) or name; the last one known to be well when absent"}
NEEDS = ()


def offers(case: Case, finding: Finding) -> Act | None:
    waits = case.kind != "Deployment" and (case.ordered or case.strategy == "OnDelete")
    return Act(ID, case.label) if not waits and may_be_undone(case, finding) else None


def plan(asked: Asked) -> Fix:
    case = asked.case
    asked.workload(*REVISED)
    if case.kind == "Deployment" and case.spec.get("paused"):
        raise CannotFix(f"{case.label} is paused: nothing would be rolled out; resume it first (--remedy resume)")
    if case.ordered and any(not p.fine and p.stage not in ("terminating", "lost") for p in case.pods):
        raise CannotFix(
            f"{case.label} is OrderedReady and a pod of it is not ready: the revert alone would wait for it for ever "
            "(--remedy fix-then-delete)"
        )
    to = chosen(case, str(asked.given.get("to") or ""))
    return Fix(
        ID, f"go back to revision {to.number} of {case.label}", (revert(case, to),),
        ("a revert restores the template only: replicas, strategy and data stay as they are", "all pods of the present revision are replaced"),
    )  # fmt: skip
