"""Goes back to a revision that was well, and then deletes the pods of the bad one that never got ready.

An ordered StatefulSet waits for such a pod before it replaces any, so that a revert alone does nothing; and a pod that is
deleted before the revert comes back as bad. Hence both, in this order.
"""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Act, Finding
from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.revisions import chosen, may_be_undone, revert, then_replace
from quorate.diagnosis.fixing.steps import CannotFix, Fix

ID = "fix-then-delete"
TITLE = "Go back to an earlier revision, then delete what blocks it"
TAKES = {"to": "the revision's number (kubectl rollout history) or name; the last one known to be well when absent"}
NEEDS = ()


def offers(case: Case, finding: Finding) -> Act | None:
    waits = case.kind in ("StatefulSet", "DaemonSet") and (case.ordered or case.strategy == "OnDelete")
    return Act(ID, case.label) if waits and may_be_undone(case, finding) else None


def plan(asked: Asked) -> Fix:
    case = asked.case
    asked.workload("StatefulSet", "DaemonSet")
    to = chosen(case, str(asked.given.get("to") or ""))
    deletions = then_replace(case, to.hash)
    if not deletions:
        raise CannotFix(f"no pod of {case.label} blocks a rollout: the template alone has to go back (--remedy undo)")
    return Fix(
        ID, f"go back to revision {to.number} of {case.label}, then delete what blocks it", (revert(case, to), *deletions),
        (
            "a revert restores the template only: replicas, strategy and data stay as they are",
            "what the bad revision wrote to its volumes stays there",
        ),
    )  # fmt: skip
