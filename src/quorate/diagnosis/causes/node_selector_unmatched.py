"""No node has the labels that the pod's nodeSelector asks for."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.placement import matches_selector, selector_text
from quorate.diagnosis.rollback import undo_or
from quorate.diagnosis.scheduling import blocked, weigh

ID = "node-selector-unmatched"
TITLE = "No node matches the node selector"
NEEDS = ("pods", "nodes", "events")
EXPLAINS = ("progress-deadline", "unhealthy-surge", "node-affinity-unmatched", "bootstrap-deadlock")

WORD = "didn't match Pod's node affinity/selector"


def look(case: Case) -> Finding | None:
    found = blocked(case, WORD)
    if found is None or not found.pods[0].pod["spec"].get("nodeSelector"):
        return None
    pod = found.pods[0]
    weighed, wanted = weigh(case, found, WORD), selector_text(pod.pod)
    nodes = case.evidence.list("nodes")
    fitting = [n for n in nodes if matches_selector(pod.pod, n)]
    if nodes and not fitting:
        weighed.says(0.7, f"none of {len(nodes)} nodes has {wanted}", f"{pod.label} spec.nodeSelector")
    elif fitting:
        weighed.denies(0.6, f"{fitting[0]['metadata']['name']} has {wanted}: it is turned down for something else")
    else:
        weighed.lacks_("the nodes were not read")
    sentence = (
        f"{names(found.pods)} cannot be scheduled: {'no' if not fitting else 'hardly any'} node has the "
        f"label(s) {wanted}"
    )
    first = next(iter(pod.pod["spec"]["nodeSelector"].items()))
    remedy = undo_or(
        case,
        f"Label a node with {wanted}, or correct the nodeSelector",
        "kubectl get nodes --show-labels",
        f"kubectl label node <node> {first[0]}={first[1]}",
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=remedy)
