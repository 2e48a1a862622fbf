"""Cordons a node and evicts its pods, as `kubectl drain` does, but asks for the majority of each set as well as the budgets."""

from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.fixing.asked import Asked
from quorate.diagnosis.fixing.steps import Await, CannotFix, Change, Evict, Fix, Step, ref_of
from quorate.diagnosis.reading import Wanted
from quorate.objects.owners import controller_of
from quorate.objects.pod import is_finished, is_terminating
from quorate.objects.selectors import selector

Obj = dict[str, Any]

ID = "drain"
TITLE = "Drain a node"
TAKES = {"node": "its name", "emptydir": "yes: the contents of emptyDir volumes may be lost"}
NEEDS = (Wanted("nodes", "cluster"), Wanted("pods", "everywhere"), Wanted("poddisruptionbudgets.policy", "everywhere"))

MIRROR = "kubernetes.io/config.mirror"


def plan(asked: Asked) -> Fix:
    case = asked.case
    node = asked.object("Node", "nodes", "node", namespaced=False)
    name = node["metadata"]["name"]
    for resource in ("pods", "poddisruptionbudgets.policy"):
        if not case.evidence.knows(resource):
            raise CannotFix(
                f"{resource} of all namespaces could not be read: who is on {name}, and may leave it, is not known"
            )
    going = [p for p in case.evidence.objects.indexed("pods", "node", name) if _goes(p)]
    for pod in going:
        _refuse(case, pod, str(asked.given.get("emptydir") or "no"))
    steps: list[Step] = []
    if not node["spec"].get("unschedulable"):
        steps.append(Step(f"cordon {name}", Change(ref_of(node, "nodes"), {"spec": {"unschedulable": True}}), node))
    for pod in sorted(going, key=lambda p: (p["metadata"]["namespace"], p["metadata"]["name"])):
        meta, ref = pod["metadata"], ref_of(pod, "pods")
        steps.append(Step(f"evict {meta['namespace']}/{meta['name']}", Evict(ref), pod, spare=True, patient=True))
        steps.append(Step(f"wait until {meta['name']} has left {name}", Await(ref, "gone", meta["uid"])))
    if not steps:
        raise CannotFix(f"{name} is cordoned, and no pod is left on it that a drain would evict")
    return Fix(
        ID, f"drain {name}: {len(going)} pods", tuple(steps),
        ("the node stays cordoned until somebody uncordons it", "pods whose volumes are on this node cannot start anywhere else"),
    )  # fmt: skip


def _goes(pod: Obj) -> bool:
    ref = controller_of(pod)
    if ref is not None and ref.get("kind") == "DaemonSet":
        return False
    if MIRROR in (pod["metadata"].get("annotations") or {}):
        return False
    return not is_finished(pod) and not is_terminating(pod)


def _refuse(case: Case, pod: Obj, emptydir: str) -> None:
    """Raises CannotFix for what an eviction would lose or can never do."""
    meta = pod["metadata"]
    who = f"{meta['namespace']}/{meta['name']}"
    if controller_of(pod) is None:
        raise CannotFix(f"pod {who} has no controller: evicted, it is gone for good")
    if emptydir != "yes" and any(v.get("emptyDir") is not None for v in pod["spec"].get("volumes") or ()):
        raise CannotFix(
            f"pod {who} has an emptyDir volume, whose contents would be lost: allow it with --set emptydir=yes"
        )
    for budget in case.evidence.list("poddisruptionbudgets.policy", meta["namespace"]):
        status = budget.get("status") or {}
        expected, wants = int(status.get("expectedPods") or 0), int(status.get("desiredHealthy") or 0)
        if 0 < expected <= wants and selector((budget.get("spec") or {}).get("selector")).matches(meta.get("labels")):
            raise CannotFix(
                f"budget {budget['metadata']['name']} of {meta['namespace']} never lets {meta['name']} go: it wants "
                f"{wants} of {expected} pods"
            )
