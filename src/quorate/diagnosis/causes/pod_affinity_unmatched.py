"""The pod wants to be near pods that are nowhere, or where it cannot go."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.placement import affinity_terms
from quorate.diagnosis.rollback import undo_or
from quorate.diagnosis.scheduling import blocked, weigh
from quorate.objects.selectors import selector, text

ID = "pod-affinity-unmatched"
TITLE = "The pods that it wants to be near are not there"
NEEDS = ("pods", "nodes", "events")
EXPLAINS = ("progress-deadline", "unhealthy-surge", "bootstrap-deadlock")

WORD = "didn't match pod affinity rules"


def look(case: Case) -> Finding | None:
    found = blocked(case, WORD)
    if found is None:
        return None
    pod = found.pods[0]
    weighed = weigh(case, found, WORD)
    told = ""
    for term in affinity_terms(pod.pod):
        wanted = selector(term.get("labelSelector"))
        there = [
            p
            for p in case.evidence.list("pods", case.namespace)
            if wanted.matches(p["metadata"].get("labels")) and p["spec"].get("nodeName")
        ]
        told = f"{text(term.get('labelSelector'))} in the same {term.get('topologyKey')}"
        if not there:
            weighed.says(
                0.7,
                f"no pod with {text(term.get('labelSelector'))} runs in {case.namespace}",
                f"{pod.label} spec.affinity.podAffinity",
            )
            break
    sentence = f"{names(found.pods)} cannot be scheduled: it must be near pods with {told}, and there is no such place"
    remedy = undo_or(case, "Start the pods that it wants to be near, or make the affinity a preference")
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=remedy)
