"""Recent updates and rollbacks: revisions, and who wrote the spec."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.managed import CONTROLLERS
from quorate.diagnosis.shown import Shown, Signal
from quorate.diagnosis.told import instant
from quorate.objects.times import time_text

ID = "history"


def look(case: Case) -> Shown:
    kind = "ReplicaSets" if case.kind == "Deployment" else "ControllerRevisions"
    read = (f"{kind} of {case.resource}", f"{case.resource}: metadata.managedFields")
    lines, signals = [], []
    for revision in case.revisions[-5:]:
        at = instant(revision.obj["metadata"].get("creationTimestamp"))
        mark = " (newest)" if revision.hash == case.update_hash else ""
        lines.append(f"revision {revision.number}: {revision.name}{mark}" + (f", made {time_text(at)}" if at else ""))
        if at is not None:
            signals.append(Signal(at, f"revision {revision.number} was made"))
    for write in case.writes[:4]:
        if write.at is not None and write.manager not in CONTROLLERS:
            lines.append(f"{write.manager} wrote {write.what} at {time_text(write.at)}")
            signals.append(Signal(write.at, f"{write.manager} wrote the spec"))
    # A rollback re-uses its old revision, whose creation time says nothing: only managedFields tell when it was.
    known = bool(case.writes)
    why = "" if known else "no managedFields: when the spec was last written, or rolled back, is not known"
    return Shown(read, tuple(lines) or ("no history",), tuple(signals), known or bool(signals), why)
