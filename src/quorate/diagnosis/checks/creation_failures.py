"""Pods (claims, ReplicaSets) that the API server refused."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown, Signal

ID = "creation-failures"


def look(case: Case) -> Shown:
    read = (f"FailedCreate events and ReplicaFailure conditions of {case.resource}",)
    lines = tuple(f"{r.what} {r.name} refused: {r.message.strip()}".replace("  ", " ") for r in case.refusals[:4])
    signals = tuple(Signal(r.first, f"{r.what} refused", r.last) for r in case.refusals if r.first is not None)
    known = case.evidence.knows("events", case.namespace)
    return Shown(read, lines or ("none that still matters",), signals, known, "" if known else "events were not read")
