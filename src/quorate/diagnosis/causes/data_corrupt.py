"""The application does not start on the data that it finds: an unclean end, or a damaged volume."""

from quorate.diagnosis.case import Case, names, verb
from quorate.diagnosis.crashes import CORRUPT, crash_like, log_command, weigh
from quorate.diagnosis.finding import Finding, Remedy

ID = "data-corrupt"
TITLE = "The data on the volume is damaged"
NEEDS = ("pods",)
EXPLAINS = (
    "crash-application",
    "crash-signal",
    "not-ready",
    "progress-deadline",
    "unhealthy-surge",
    "bootstrap-deadlock",
)


def look(case: Case) -> Finding | None:
    found = crash_like(case, lambda c: any(CORRUPT.search(w) for w in c.words))
    if found is None:
        return None
    pod = found.first
    word = next(w for w in found.words if CORRUPT.search(w))
    weighed = weigh(case, found, 0.5).says(0.75, f"its log says: {word}", f"log of {pod.label} ({pod.container})")
    sentence = (
        f"{names(found.pods)} {verb(found.pods, 'crashes')}: container {pod.container} cannot start on its data: {word}"
    )
    remedy = Remedy(
        "Recovery that takes long is not this: let it end. If the data is damaged, let the member copy it anew "
        "from its peers, or restore a "
        "snapshot; take a copy of the volume first",
        (log_command(case, pod),),
        "with a new, empty volume the member has lost what it had acknowledged: only while the others form a quorum",
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=remedy)
