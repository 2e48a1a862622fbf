"""Whether a pod can be spared just now: its disruption budgets and the majority of its set, asked before it goes.

A deletion asks no budget in Kubernetes, and an eviction knows nothing of quorum: so both are asked here.
"""

from collections.abc import Sequence
from typing import Any

from quorate.objects.owners import is_controlled_by
from quorate.objects.pod import is_ready, is_terminating
from quorate.objects.selectors import selector

Obj = dict[str, Any]


def why_not(pod: Obj, pods: Sequence[Obj], budgets: Sequence[Obj], owner: Obj | None, evict: bool) -> str | None:
    """Why the pod cannot be spared; None when it can. `pods` and `budgets` are those of its namespace, as they are now.

    An unready pod takes nothing from those that are ready; only its eviction may still need the budget's leave.
    """
    return _quorum(pod, pods, owner) or _budgets(pod, budgets, evict)


def _quorum(pod: Obj, pods: Sequence[Obj], owner: Obj | None) -> str | None:
    if owner is None or owner["kind"] != "StatefulSet" or not is_ready(pod):
        return None
    replicas = owner["spec"].get("replicas")
    wanted = 1 if replicas is None else int(replicas)
    if wanted < 2:
        return None
    least = wanted // 2 + 1
    uid = pod["metadata"]["uid"]
    others = [p for p in pods if is_controlled_by(p, owner) and p["metadata"]["uid"] != uid]
    left = sum(1 for p in others if is_ready(p) and not is_terminating(p))
    if left >= least:
        return None
    return (
        f"without {pod['metadata']['name']} {left} of {wanted} pods of {owner['metadata']['name']} would be ready, and "
        f"its majority is {least}"
    )


def _budgets(pod: Obj, budgets: Sequence[Obj], evict: bool) -> str | None:
    name, labels = pod["metadata"]["name"], pod["metadata"].get("labels")
    covering = [b for b in budgets if selector((b.get("spec") or {}).get("selector")).matches(labels)]
    if evict and len(covering) > 1:
        both = " and ".join(b["metadata"]["name"] for b in covering)
        return f"budgets {both} both cover {name}, and Kubernetes evicts no pod of two budgets"
    for budget in covering:
        if not is_ready(pod) and (not evict or _lets_unready_go(budget)):
            continue
        meta, status = budget["metadata"], budget.get("status") or {}
        if int(status.get("observedGeneration") or 0) < int(meta.get("generation") or 0):
            return f"budget {meta['name']} has just been changed, and is not counted yet"
        if int(status.get("disruptionsAllowed") or 0) < 1:
            return (
                f"budget {meta['name']} allows no disruption now: {status.get('currentHealthy', 0)} healthy of "
                f"{status.get('desiredHealthy', 0)} that it wants"
            )
    return None


def _lets_unready_go(budget: Obj) -> bool:
    if (budget.get("spec") or {}).get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    status = budget.get("status") or {}
    return 0 < int(status.get("desiredHealthy") or 0) <= int(status.get("currentHealthy") or 0)
