"""Nodes are cordoned, and the pod finds no other place."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Act, Finding, Remedy
from quorate.diagnosis.scheduling import blocked, node_names, weigh

ID = "nodes-cordoned"
TITLE = "Nodes are cordoned"
NEEDS = ("pods", "nodes", "events")
EXPLAINS = (
    "progress-deadline",
    "unhealthy-surge",
    "bootstrap-deadlock",
    "anti-affinity",
    "taints-untolerated",
    "topology-spread",
    "volume-zone",
    "insufficient-cpu",
    "insufficient-memory",
    "insufficient-other",
)

WORD = "were unschedulable"


def look(case: Case) -> Finding | None:
    found = blocked(case, WORD)
    if found is None:
        return None
    weighed = weigh(case, found, WORD)
    cordoned = [n for n in case.evidence.list("nodes") if n["spec"].get("unschedulable")]
    if cordoned:
        weighed.says(
            0.6,
            f"{node_names(cordoned)} {'is' if len(cordoned) == 1 else 'are'} cordoned",
            f"Node/{cordoned[0]['metadata']['name']} spec.unschedulable",
        )
    elif case.evidence.list("nodes"):
        weighed.denies(0.6, "no node is cordoned any more")
    who = node_names(cordoned) or "some nodes"
    sentence = (
        f"{names(found.pods)} cannot be scheduled: {who} {'is' if len(cordoned) == 1 else 'are'} cordoned, "
        "and no other node will do"
    )
    remedy = Remedy(
        "Uncordon a node when its maintenance is over, or add one",
        tuple(f"kubectl uncordon {n['metadata']['name']}" for n in cordoned[:3]),
        "it may have been cordoned because it is broken",
        tuple(Act("uncordon", f"Node/{n['metadata']['name']}") for n in cordoned[:3]),
    )
    return weighed.finding(
        ID,
        TITLE,
        sentence,
        objects=[*(p.label for p in found.pods), *(f"Node/{n['metadata']['name']}" for n in cordoned)],
        remedy=remedy,
    )
