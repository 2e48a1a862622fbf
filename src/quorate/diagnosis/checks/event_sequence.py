"""Everything told of the workload, in order."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown, of_events

ID = "event-sequence"


def look(case: Case) -> Shown:
    lines, signals = of_events(case.events, 8)
    read = (f"events about {case.resource}, by time",)
    return Shown(
        read,
        lines or ("none is left: events live for an hour",),
        signals,
        case.evidence.knows("events", case.namespace),
    )
