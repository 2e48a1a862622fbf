"""Somebody changed the workload by hand, and its owner (an operator, a GitOps tool) puts it back."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.managed import CONTROLLERS
from quorate.diagnosis.owning import is_person, owner_of
from quorate.kernel.clock import MINUTE
from quorate.objects.ages import human_duration

ID = "owner-fights"
TITLE = "Its owner puts back what others change"
NEEDS = ("controllerrevisions.apps", "replicasets.apps")
EXPLAINS = ()

SOON = 10 * MINUTE


def look(case: Case) -> Finding | None:
    owner = owner_of(case)
    if owner is None or not owner.manager:
        return None
    theirs = [w for w in case.writes if w.manager == owner.manager and w.at is not None]
    others = [
        w for w in case.writes if w.manager != owner.manager and w.manager not in CONTROLLERS and w.at is not None
    ]
    if not theirs or not others:
        return None
    last, other = theirs[0], others[0]
    assert last.at is not None and other.at is not None
    between = last.at - other.at
    # The writer that loses a field loses its entry for it; what is left are the times and what each still holds.
    if not 0 <= between <= SOON or case.generation < 3 or case.now - last.at > SOON:
        return None
    weighed = Weigh()
    weighed.says(
        0.55,
        f"{owner.name} wrote its spec {human_duration(between)} after {other.manager} did",
        f"{case.label} metadata.managedFields",
        last.at,
    )
    weighed.says(0.2, f"{owner.name} owns it", owner.where)
    reverted = _reverted(case)
    if reverted:
        weighed.says(0.4, f"revision {reverted} was gone back to", f"ControllerRevision/{reverted}")
    if is_person(other):
        weighed.says(0.2, f"{other.manager} is somebody's hand", f"{case.label} metadata.managedFields", other.at)
    sentence = f"{owner.name} puts back what {other.manager} changes in {case.label}"
    remedy = Remedy(
        f"Make the change where {owner.name} takes it from (the repository, the custom resource), or suspend it first",
        (f"kubectl get {case.resource} -n {case.namespace} -o yaml --show-managed-fields",),
        "what is changed beside its owner does not last",
    )
    return weighed.finding(ID, TITLE, sentence, objects=[case.label], remedy=remedy)


def _reverted(case: Case) -> str:
    """The newest revision when it is older than another: a revision that is gone back to keeps its creation time."""
    if len(case.revisions) < 2:
        return ""
    made = [str(r.obj["metadata"].get("creationTimestamp") or "") for r in case.revisions]
    return case.revisions[-1].name if made[-1] < max(made[:-1]) else ""
