"""A partition keeps the lower pods on an older revision, and has done so for a while."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Act, Finding, Remedy, Weigh
from quorate.diagnosis.told import instant
from quorate.kernel.clock import MINUTE, Instant
from quorate.objects.ages import human_duration

ID = "partition-forgotten"
TITLE = "A partition holds the update back"
NEEDS = ("pods", "controllerrevisions.apps")
EXPLAINS = ()

CANARY = 30 * MINUTE
"""A canary is watched for about this long; what stands longer has been forgotten, or should be decided."""


def look(case: Case) -> Finding | None:
    if case.kind != "StatefulSet" or case.strategy != "RollingUpdate" or not case.partition:
        return None
    held = [p for p in case.outdated if case.held_back(p)]
    if not held:
        return None
    weighed = Weigh()
    weighed.says(
        0.8,
        f"partition is {case.partition}, and {names(held)} below it {'is' if len(held) == 1 else 'are'} not of the "
        "newest revision",
        f"{case.label} spec.updateStrategy.rollingUpdate.partition",
    )
    since = _since(case)
    age = None if since is None else case.now - since
    well = all(p.fine for p in case.pods)
    above = [p for p in case.pods if not case.held_back(p) and case.updated(p)]
    if above and all(p.fine for p in above):
        weighed.says(0.3, f"{names(above)} at or above it {'is' if len(above) == 1 else 'are'} updated and well")
    elif case.partition >= case.wanted:
        weighed.says(0.3, "it is above every ordinal: nothing is ever updated", f"{case.label} spec.replicas")
    if age is None:
        weighed.lacks_("nothing says since when")
    elif age < CANARY:
        weighed.denies(
            0.15, f"it has stood for {human_duration(age)} only: it may be a canary that somebody watches", at=since
        )
    else:
        weighed.says(0.5, f"it has stood for {human_duration(age)}", f"{case.label} metadata.managedFields", since)
    if not well:
        weighed.denies(0.2, "not all of its pods are well: it may be held back on purpose")
    sentence = f"the partition of {case.partition} keeps {names(held)} on an older revision" + (
        f", for {human_duration(age)}" if age is not None else ""
    )
    zero = '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":0}}}}'
    remedy = Remedy(
        "Lower the partition to 0 to finish the rollout, step by step if you like, or go back to the revision before",
        (
            f"kubectl patch {case.resource} -n {case.namespace} --type=merge -p '{zero}'",
            f"kubectl rollout undo {case.resource} -n {case.namespace}",
        ),
        "lowering it updates the remaining pods, highest ordinal first; budgets do not slow a rollout down",
        (Act("partition", case.label, (("to", 0),)),),
    )
    return weighed.finding(
        ID, TITLE, sentence, objects=[case.label, *(p.label for p in held)], since=since, remedy=remedy
    )


def _since(case: Case) -> Instant | None:
    """When the newest revision began to be held back: its spec's last write, else when the revision was made."""
    if case.spec_changed is not None:
        return case.spec_changed
    newest = next((r for r in case.revisions if r.hash == case.update_hash), None)
    return instant(newest.obj["metadata"].get("creationTimestamp")) if newest is not None else None
