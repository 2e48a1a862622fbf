"""No node has as much cpu left as the pod asks for."""

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.shortage import shortage

ID = "insufficient-cpu"
TITLE = "Not enough cpu on the nodes"
NEEDS = ("pods", "nodes", "events")
EXPLAINS = ("progress-deadline", "unhealthy-surge")


def look(case: Case) -> Finding | None:
    return shortage(case, ID, TITLE, "cpu")
