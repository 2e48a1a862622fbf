"""Whether a majority of the replicas is ready."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.shown import Shown, Signal

ID = "quorum"


def look(case: Case) -> Shown:
    read = (f"pods of {case.resource}: condition Ready",)
    if case.quorum is None:
        return Shown(read, ("it has no majority to lose",))
    lost = case.ready < case.quorum
    since = max((p.since for p in case.stuck if p.since is not None), default=None)
    signals = (Signal(since, "the majority was lost", case.now),) if lost and since is not None else ()
    return Shown(
        read,
        (f"{case.ready} of {case.wanted} ready, a majority is {case.quorum}: {'lost' if lost else 'it holds'}",),
        signals,
    )
