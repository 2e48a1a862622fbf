"""No node has enough left of a resource other than cpu and memory: ephemeral storage, GPUs, pods per node."""

import re

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.scheduling import turned_down
from quorate.diagnosis.shortage import shortage

ID = "insufficient-other"
TITLE = "Not enough of a resource on the nodes"
NEEDS = ("pods", "nodes", "events")
EXPLAINS = ("progress-deadline", "unhealthy-surge")

_SHORT = re.compile(r"Insufficient (\S+)")


def look(case: Case) -> Finding | None:
    for pod in case.at("unscheduled"):
        said = turned_down(case, pod)
        for _, reason in said.reasons if said is not None else ():
            if reason == "Too many pods":
                return shortage(case, ID, "The nodes are full: too many pods", "pods", word=reason)
            found = _SHORT.match(reason)
            if found and found[1] not in ("cpu", "memory"):
                return shortage(case, ID, f"Not enough {found[1]} on the nodes", found[1])
    return None
