"""Images that pods wait for."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.images import pulls
from quorate.diagnosis.shown import Shown, Signal

ID = "images"


def look(case: Case) -> Shown:
    read = (f"pods of {case.resource}: containers that wait for an image; Failed events",)
    found = pulls(case)
    lines = tuple(f"{p.first.name}: {p.image}: {p.first.reason} {p.first.message[:200]}".rstrip() for p in found)
    signals = tuple(
        Signal(q.since, f"{q.name} waits for {p.image}", case.now) for p in found for q in p.pods if q.since is not None
    )
    return Shown(read, lines or ("no pod waits for an image",), signals)
