"""The workload's conditions and replica counts."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown, Signal
from quorate.diagnosis.told import instant

ID = "conditions"

COUNTS = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas", "currentReplicas")


def look(case: Case) -> Shown:
    read = (f"{case.resource}: status",)
    counts = ", ".join(f"{name} {case.status[name]}" for name in COUNTS if name in case.status)
    lines = [f"wanted {case.wanted}" + (f", {counts}" if counts else "")]
    signals = []
    for one in case.status.get("conditions") or ():
        message = f": {one['message']}" if one.get("message") else ""
        lines.append(f"{one.get('type')} is {one.get('status')} ({one.get('reason') or 'no reason'}){message}")
        at = instant(one.get("lastTransitionTime"))
        if at is not None and one.get("status") == "False":
            signals.append(Signal(at, f"{one.get('type')} became False ({one.get('reason')})"))
    if case.kind == "StatefulSet":
        lines.append("a StatefulSet has no conditions and no progress deadline")
    return Shown(read, tuple(lines), tuple(signals))
