"""The claims of the pods: bound, waiting, lost, going."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.claims import pending, waits_for_node
from quorate.diagnosis.shown import Shown, Signal

ID = "claims"


def look(case: Case) -> Shown:
    read = (f"persistentvolumeclaims of {case.resource}, and their events",)
    known = case.evidence.knows("persistentvolumeclaims", case.namespace)
    if not known:
        return Shown(read, ("the claims were not read",), known=False, why="the claims were not read")
    lines, signals = [], []
    waiting = {p.name: p for p in pending(case)}
    for claim in case.claims:
        name, phase = claim["metadata"]["name"], (claim.get("status") or {}).get("phase") or "Pending"
        if name in waiting:
            one = waiting[name]
            normal = " (waits for its pod to be scheduled: normal for its class)" if waits_for_node(case, one) else ""
            lines.append(f"{name} {phase}, class {one.class_name or 'none'}{normal}")
            if one.since is not None and not normal:
                signals.append(Signal(one.since, f"claim {name} has waited to be bound", case.now))
            lines += [f"{t.reason}: {t.message}" for t in one.events[-2:] if t.warning]
            signals += [Signal(t.first, f"{t.reason} on {name}", t.last) for t in one.events if t.warning]
        elif phase != "Bound" or claim["metadata"].get("deletionTimestamp"):
            lines.append(f"{name} {phase}" + (", being deleted" if claim["metadata"].get("deletionTimestamp") else ""))
    bound = sum(1 for c in case.claims if (c.get("status") or {}).get("phase") == "Bound")
    lines.append(f"{bound} of {len(case.claims)} bound" if case.claims else "it has no claims")
    return Shown(read, tuple(lines), tuple(signals))
