"""A topology spread constraint leaves no place: wherever the pod may go, the spread would become too uneven."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.placement import domains
from quorate.diagnosis.rollback import undo_or
from quorate.diagnosis.scheduling import blocked, weigh

ID = "topology-spread"
TITLE = "Topology spread leaves no place"
NEEDS = ("pods", "nodes", "events")
EXPLAINS = ("progress-deadline", "unhealthy-surge", "bootstrap-deadlock")

WORD = "didn't match pod topology spread constraints"


def look(case: Case) -> Finding | None:
    found = blocked(case, WORD)
    if found is None:
        return None
    pod = found.pods[0]
    weighed = weigh(case, found, WORD)
    hard = [
        c
        for c in pod.pod["spec"].get("topologySpreadConstraints") or ()
        if c.get("whenUnsatisfiable") != "ScheduleAnyway"
    ]
    told = []
    for one in hard:
        key, places = str(one.get("topologyKey")), domains(case, str(one.get("topologyKey")), usable=False)
        least = int(one.get("minDomains") or 0)
        told.append(f"maxSkew {one.get('maxSkew', 1)} over {len(places)} {key}")
        if not places and case.evidence.list("nodes"):
            weighed.says(0.7, f"no node has the label {key}", f"{pod.label} spec.topologySpreadConstraints")
        elif least > len(places) > 0:
            weighed.says(
                0.7,
                f"it wants {least} {key}, and there are {len(places)}",
                f"{pod.label} spec.topologySpreadConstraints",
            )
        else:
            weighed.says(0.2, told[-1], f"{pod.label} spec.topologySpreadConstraints")
    sentence = (
        f"{names(found.pods)} cannot be scheduled: no node keeps the spread ({'; '.join(told) or 'its constraints'})"
    )
    remedy = undo_or(
        case,
        "Add nodes where the spread lacks them, raise maxSkew, or use whenUnsatisfiable: ScheduleAnyway",
        "kubectl get nodes -L topology.kubernetes.io/zone",
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=remedy)
