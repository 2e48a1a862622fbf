"""The remedies that most causes share: go back to a revision, restart, look."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Act, Remedy


def undo_or(case: Case, says: str, *commands: str, risk: str = "") -> Remedy:
    """`says`, and going back to the revision before when the newest one brought the trouble."""
    acts: tuple[Act, ...] = ()
    more: tuple[str, ...] = ()
    previous = previous_revision(case)
    if previous:
        says = f"{says}; or go back to the revision before ({previous})"
        more = (f"kubectl rollout undo {case.resource} -n {case.namespace}",)
        ordered = case.ordered and case.strategy == "RollingUpdate"
        # Which revision that is, the remedy finds out: it goes back to none but one that was well.
        acts = (Act("fix-then-delete" if ordered else "undo", case.label),)
        if ordered:
            says += ", and then delete the pod that blocks: an ordered StatefulSet does not replace a pod that never got ready"
            risk = risk or "the pod that blocks has to be deleted after the template is right again, not before"
    return Remedy(says, (*commands, *more), risk, acts)


def previous_revision(case: Case) -> str:
    """The newest revision that is not the update revision and that ready pods run or ran; "" when there is none."""
    if case.kind not in ("StatefulSet", "Deployment", "DaemonSet") or not case.update_hash:
        return ""
    others = [r for r in case.revisions if r.hash != case.update_hash]
    return others[-1].name if others else ""


def brought_by_update(case: Case, pods: list[str]) -> bool:
    """Whether just the pods of the newest revision are affected, while those of older ones are well."""
    states = {p.name: p for p in case.pods}
    affected = [states[n] for n in pods if n in states]
    return bool(affected) and all(case.updated(p) for p in affected) and any(p.stage == "ready" for p in case.outdated)
