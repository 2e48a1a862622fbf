"""The nodes have taints that the pod does not tolerate."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding, Remedy
from quorate.diagnosis.scheduling import (
    LIFECYCLE,
    allowed_nodes,
    blocked,
    node_names,
    refused_taints,
    taint_text,
    weigh,
)

ID = "taints-untolerated"
TITLE = "The nodes have taints that the pod does not tolerate"
NEEDS = ("pods", "nodes", "events")
EXPLAINS = ("progress-deadline", "unhealthy-surge", "bootstrap-deadlock")

WORDS = ("had untolerated taint", "had taint")
USUAL = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
"""Taints that stand for good: that they keep a pod away is no news."""


def look(case: Case) -> Finding | None:
    found = blocked(case, *WORDS)
    if found is None:
        return None
    pod = found.pods[0]
    weighed = weigh(case, found, *WORDS)
    tainted = [(n, t) for n in case.evidence.list("nodes") for t in refused_taints(pod.pod, n)]
    wished = [(n, t) for n, t in tainted if not str(t.get("key")).startswith(LIFECYCLE) and t.get("key") not in USUAL]
    told = ""
    allowed = {n["metadata"]["name"] for n in allowed_nodes(case, pod.pod)}
    closed = [(n, t) for n, t in wished if n["metadata"]["name"] in allowed]
    if wished and not closed and allowed:
        others = node_names([n for n, _ in wished])
        weighed.denies(
            0.75, f"{others} would not do without the taint either: its selector or affinity leads elsewhere"
        )
        wished = []
    elif wished:
        wished = closed or wished
        taints = sorted({taint_text(t) for _, t in wished})
        told = f"{node_names([n for n, _ in wished])} {'has' if len(wished) == 1 else 'have'} {', '.join(taints)}"
        weighed.says(0.5 * found.share, told, f"Node/{wished[0][0]['metadata']['name']} spec.taints")
    elif tainted:
        kinds = sorted({taint_text(t) for _, t in tainted})
        weighed.denies(
            0.75,
            f"the taints are {', '.join(kinds)}: they tell a node's state or are there for good, nobody's wish for "
            "this pod",
        )
    elif case.evidence.list("nodes"):
        weighed.denies(0.4, "no node has such a taint any more")
    sentence = (
        f"{names(found.pods)} cannot be scheduled: it does not tolerate the taints of the "
        f"nodes{f' ({told})' if told else ''}"
    )
    first = taint_text(wished[0][1]) if wished else "<taint>"
    remedy = Remedy(
        f"Give the template a toleration for {first}, or take the taint away",
        (
            "kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints",
            f"kubectl taint nodes <node> {first}-",
        ),
        "somebody has set the taint for a reason: ask them first",
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=remedy)
