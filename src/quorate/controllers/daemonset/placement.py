"""On which nodes a DaemonSet's pods belong: affinity and taints, not room (Kubernetes: NodeShouldRunDaemonPod)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from quorate.contract.plan import Obj
from quorate.objects.selectors import node_selector_matches, of_labels

_PREFIX = "node.kubernetes.io/"
_DAEMON = (
    ("not-ready", "NoExecute"), ("unreachable", "NoExecute"), ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"), ("pid-pressure", "NoSchedule"), ("unschedulable", "NoSchedule"),
)  # fmt: skip
_ON_HOST_NETWORK = ("network-unavailable", "NoSchedule")


class Fit(NamedTuple):
    """runs   a pod is to be started where there is none
    stays  a pod that is there already may stay, although none would be started
    """

    runs: bool
    stays: bool


NOWHERE, STAYS, HERE = Fit(False, False), Fit(False, True), Fit(True, True)


def tolerations(spec: Obj) -> list[Obj]:
    """Those of a template's pod spec and those that every daemon pod has: the state of a node is what it is there for."""
    out = list(spec.get("tolerations") or ())
    for name, effect in (*_DAEMON, *((_ON_HOST_NETWORK,) if spec.get("hostNetwork") else ())):
        wanted = {"key": _PREFIX + name, "operator": "Exists", "effect": effect}
        same = [i for i, held in enumerate(out) if _same(held, wanted)]
        for i in same:
            out[i] = wanted
        if not same:
            out.append(wanted)
    return out


def _same(one: Obj, other: Obj) -> bool:
    return all((one.get(field) or "") == (other.get(field) or "") for field in ("key", "effect", "operator", "value"))


def fit(spec: Obj, tolerated: Sequence[Obj], node: Obj) -> Fit:
    """Whether pods of this template spec, with these tolerations, belong on this node."""
    meta = node["metadata"]
    if spec.get("nodeName") and spec["nodeName"] != meta["name"]:
        return NOWHERE
    selector = spec.get("nodeSelector")
    if selector and not of_labels(selector).matches(meta.get("labels")):
        return NOWHERE
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    if not node_selector_matches(affinity.get("requiredDuringSchedulingIgnoredDuringExecution"), node):
        return NOWHERE
    taints = (node.get("spec") or {}).get("taints")
    if not taints:
        return HERE
    bad = {t.get("effect") for t in taints if not _tolerated(t, tolerated)}
    if "NoExecute" in bad:
        return NOWHERE
    return STAYS if "NoSchedule" in bad else HERE


def _tolerated(taint: Obj, held: Iterable[Obj]) -> bool:
    return any(_tolerates(toleration, taint) for toleration in held)


def _tolerates(toleration: Obj, taint: Obj) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint.get("effect"):
        return False
    if toleration.get("key") and toleration["key"] != taint.get("key"):
        return False
    operator = toleration.get("operator") or "Equal"
    return operator == "Exists" or (
        operator == "Equal" and (toleration.get("value") or "") == (taint.get("value") or "")
    )
