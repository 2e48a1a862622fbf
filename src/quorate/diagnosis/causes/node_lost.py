"""A node does not answer any more: its pods are lost or stay Terminating, and a StatefulSet does not replace them."""

from quorate.diagnosis.capacity import could_hold
from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.podstate import PodState, marked_unready
from quorate.diagnosis.told import instant
from quorate.objects.ages import human_duration
from quorate.objects.pod import condition

ID = "node-lost"
TITLE = "A node does not answer"
NEEDS = ("pods", "nodes", "events")
EXPLAINS = ("start-silent", 
    "taints-untolerated", "nodes-cordoned", "terminating-stuck", "grace-period-running", "not-ready", "volume-multi-attach",
    "volume-attach-failed", "volume-zone", "anti-affinity", "topology-spread", "insufficient-cpu", "insufficient-memory",
    "controller-backlogged", "progress-deadline", "unhealthy-surge", "node-selector-unmatched", "node-affinity-unmatched",
    "finalizer-stuck", "bootstrap-deadlock", "budget-blocks",
)  # fmt: skip


def look(case: Case) -> Finding | None:
    silent = case.silent_nodes
    hit = case.at("lost") + [p for p in case.at("creating", "terminating") if p.node in silent or _left(case, p)]
    elsewhere = _turned_away(case, silent)
    if not hit and not elsewhere:
        return None
    nodes = sorted({p.node for p in hit}) or elsewhere
    weighed = Weigh()
    since = None
    for name in nodes:
        node = case.evidence.get("nodes", "", name)
        if node is None and name not in silent:
            said = "Ready is False although its kubelet's last word was that its containers are ready"
            weighed.says(0.85, f"{hit[0].name}: {said}", f"{hit[0].label} status.conditions", hit[0].since)
            weighed.lacks_("the nodes were not read")
            continue
        if node is None:
            weighed.says(0.9, f"node {name} does not exist any more", f"Node/{name}")
            continue
        ready = condition(node, "Ready") or {}
        at = instant(ready.get("lastTransitionTime"))
        since = at if since is None or (at is not None and at < since) else since
        weighed.says(
            0.9 if ready.get("status") != "True" else 0.1,
            f"node {name} is not ready: {ready.get('status')}, {ready.get('reason') or ''} {ready.get('message') or ''}".strip(),
            f"Node/{name} condition Ready",
            at,
        )
    if hit:
        weighed.says(
            0.5,
            f"{names(hit)} {'is' if len(hit) == 1 else 'are'} bound to it",
            f"{hit[0].label} spec.nodeName",
            hit[0].since,
        )
    else:
        weighed.denies(0.2, "none of its pods is bound to it: it only lacks a place for one")
    stuck = [p for p in hit if p.stage == "terminating"]
    sentence = _sentence(case, nodes, hit, stuck, None if since is None else human_duration(case.now - since))
    remedy = Remedy(
        "Bring the node back: its pods go on or are let go by themselves. Only when it is certainly powered off, "
        "tell the cluster so "
        "with the out-of-service taint: its pods are then removed and their volumes detached",
        (
            f"kubectl describe node {nodes[0]}",
            f"kubectl taint nodes {nodes[0]} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute   # only if "
            "it is powered off",
        ),
        "a node that is only cut off still runs its pods and writes to its volumes: with the taint, or a forced "
        "deletion, there are two "
        "of one name, and data may be lost",
    )
    return weighed.finding(
        ID,
        TITLE,
        sentence,
        objects=[*(f"Node/{n}" for n in nodes), *(p.label for p in hit)],
        since=since,
        remedy=remedy,
    )


def _left(case: Case, pod: PodState) -> bool:
    """A pod that the node controller marked, and then had deleted, where its node was not read."""
    if pod.node in case.heard_nodes or pod.stage != "terminating" or not marked_unready(pod.pod):
        return False
    return (condition(pod.pod, "DisruptionTarget") or {}).get("reason") == "DeletionByTaintManager"


def _turned_away(case: Case, silent: frozenset[str]) -> list[str]:
    """Silent nodes that are a reason why a pod finds no place: its message speaks of taints or unschedulable nodes, and it
    could have had one there."""
    waiting = [
        p
        for p in case.at("unscheduled")
        if "taint" in p.message or "unschedulable" in p.message or "volume" in p.message
    ]
    found = {n: node for n in silent if (node := case.evidence.get("nodes", "", n)) is not None}
    return sorted(n for n, node in found.items() if any(could_hold(node, p.pod) for p in waiting))


def _sentence(case: Case, nodes: list[str], hit: list[PodState], stuck: list[PodState], age: str | None) -> str:
    text = f"node {', '.join(nodes)} {'does' if len(nodes) == 1 else 'do'} not answer" + (
        f" (for {age})" if age else ""
    )
    if stuck and case.kind == "StatefulSet":
        return (
            f"{text}: {names(stuck)} stay Terminating, and a StatefulSet makes no second pod of a name while "
            "the first may still run"
        )
    if hit:
        return f"{text}, and {names(hit)} {'is' if len(hit) == 1 else 'are'} there"
    return f"{text}, and {names(case.at('unscheduled'))} finds no other place"
