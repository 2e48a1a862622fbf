"""Events of the workload that tell of a failure."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown, of_events

ID = "error-events"


def look(case: Case) -> Shown:
    read = (f"events about {case.resource}, type Warning",)
    lines, signals = of_events(t for t in case.events if t.warning)
    if not case.evidence.knows("events", case.namespace):
        return Shown(read, ("events were not read",), known=False, why="events were not read")
    return Shown(read, lines or ("none",), signals)
