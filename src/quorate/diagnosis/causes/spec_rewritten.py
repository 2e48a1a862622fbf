"""Somebody rewrites the spec over and over: its generation climbs, and no rollout ever ends."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.managed import CONTROLLERS
from quorate.diagnosis.told import instant
from quorate.kernel.clock import MINUTE
from quorate.objects.ages import human_duration

ID = "spec-rewritten"
TITLE = "Its spec is rewritten over and over"
NEEDS = ("controllerrevisions.apps", "replicasets.apps")
EXPLAINS = ("not-ready", "progress-deadline", "rollout-in-progress", "owner-fights")

MANY, RATE_WINDOW = 4, 10 * MINUTE


def look(case: Case) -> Finding | None:
    if case.kind not in ("StatefulSet", "Deployment", "DaemonSet"):
        return None
    weighed = Weigh()
    born = instant(case.obj["metadata"].get("creationTimestamp"))
    recent = [
        r for r in case.revisions if (instant(r.obj["metadata"].get("creationTimestamp")) or 0) > case.now - RATE_WINDOW
    ]
    fresh_birth = born is not None and case.now - born < RATE_WINDOW
    count = len(recent) - (1 if fresh_birth else 0)
    if count >= MANY:
        weighed.says(
            0.5 + min(0.4, 0.05 * count),
            f"{count} new revisions within {human_duration(RATE_WINDOW)}",
            f"revisions of {case.label}",
        )
    age = None if born is None else max(case.now - born, MINUTE)
    changed = case.spec_changed
    lately = changed is None or case.now - changed < 2 * MINUTE
    ago = "" if changed is None else f", last written {human_duration(case.now - changed)} ago"
    if age is not None and case.generation >= 10 and case.generation * MINUTE / age >= 0.5 and lately:
        weighed.says(
            0.7,
            f"generation {case.generation} at the age of {human_duration(age)}{ago}",
            f"{case.label} metadata.generation",
            changed,
        )
    elif weighed.proofs and case.generation >= 10 and lately:
        weighed.says(
            0.4,
            f"generation {case.generation}{ago}",
            f"{case.label} metadata.generation",
            changed,
        )
    if not weighed.proofs:
        return None
    if not lately and changed is not None:
        weighed.denies(0.5, f"it was last written {human_duration(case.now - changed)} ago: it has stopped")
    writers = [w for w in case.writes if w.manager not in CONTROLLERS and w.subresource != "scale"]
    who = writers[0].manager if writers else ""
    if who:
        weighed.says(
            0.3, f"{who} wrote it last ({writers[0].what})", f"{case.label} metadata.managedFields", writers[0].at
        )
        others = [w.manager for w in writers[1:] if w.manager != who]
        if others:
            weighed.says(
                0.2,
                f"{', '.join(dict.fromkeys(others))} hold fields of its spec too",
                f"{case.label} metadata.managedFields",
            )
    else:
        weighed.lacks_("no managedFields: who writes it is not known")
    sentence = (
        f"{who or 'somebody'} rewrites the spec of {case.label} over and over: generation "
        f"{case.generation}, {count} new revisions lately"
    )
    remedy = Remedy(
        f"Stop {who or 'the writer'}, or the other one that it fights with: only one may own a field",
        (f"kubectl get {case.resource} -n {case.namespace} -o yaml --show-managed-fields",),
    )
    return weighed.finding(ID, TITLE, sentence, objects=[case.label], remedy=remedy)
