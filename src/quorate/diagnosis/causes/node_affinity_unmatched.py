"""No node matches what the pod's required node affinity asks for."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.placement import affinity_text, matches_affinity, required_affinity
from quorate.diagnosis.rollback import undo_or
from quorate.diagnosis.scheduling import blocked, weigh

ID = "node-affinity-unmatched"
TITLE = "No node matches the node affinity"
NEEDS = ("pods", "nodes", "events")
EXPLAINS = ("progress-deadline", "unhealthy-surge", "bootstrap-deadlock")

WORDS = ("didn't match Pod's node affinity/selector", "didn't satisfy plugin(s) [NodeAffinity]")


def look(case: Case) -> Finding | None:
    found = blocked(case, *WORDS)
    if found is None or required_affinity(found.pods[0].pod) is None:
        return None
    pod = found.pods[0]
    weighed, wanted = weigh(case, found, *WORDS), affinity_text(pod.pod)
    nodes = case.evidence.list("nodes")
    fitting = [n for n in nodes if matches_affinity(pod.pod, n)]
    if nodes and not fitting:
        weighed.says(0.7, f"none of {len(nodes)} nodes matches {wanted}", f"{pod.label} spec.affinity.nodeAffinity")
    elif fitting:
        weighed.denies(0.6, f"{fitting[0]['metadata']['name']} matches {wanted}: it is turned down for something else")
    sentence = (
        f"{names(found.pods)} cannot be scheduled: {'no' if not fitting else 'hardly any'} node matches its "
        f"required affinity ({wanted})"
    )
    remedy = undo_or(case, "Add or label nodes that match, or correct the affinity", "kubectl get nodes --show-labels")
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=remedy)
