"""The pod wants a port of its node, and on every node that it may go to another pod has it."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.rollback import undo_or
from quorate.diagnosis.scheduling import blocked, weigh

ID = "host-port-taken"
TITLE = "The host port is taken"
NEEDS = ("pods", "nodes", "events")
EXPLAINS = ("progress-deadline", "unhealthy-surge", "bootstrap-deadlock")

WORD = "didn't have free ports"


def look(case: Case) -> Finding | None:
    found = blocked(case, WORD)
    if found is None:
        return None
    pod = found.pods[0]
    ports = sorted(
        {
            str(p["hostPort"])
            for c in pod.pod["spec"].get("containers") or ()
            for p in c.get("ports") or ()
            if p.get("hostPort")
        }
    )
    weighed = weigh(case, found, WORD)
    if ports:
        weighed.says(
            0.4, f"it wants the host port(s) {', '.join(ports)}", f"{pod.label} spec.containers[].ports[].hostPort"
        )
    sentence = (
        f"{names(found.pods)} cannot be scheduled: host port {', '.join(ports) or 'it wants'} is taken on "
        "every node that it may go to"
    )
    remedy = undo_or(
        case, "Use a Service in place of a host port; with one, there is room for one pod a node, and none for a surge"
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=remedy)
