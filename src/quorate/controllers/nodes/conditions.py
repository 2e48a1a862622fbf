"""What follows from a node's conditions, node by node: NoSchedule taints, pods marked unready, labels kept in step.

(Kubernetes: node_lifecycle_controller.go: doNoScheduleTaintingPass, reconcileNodeLabels; MarkPodsNotReady.)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Controller, Watch
from quorate.contract.plan import Action, Key, Obj, Outcome, Patch, Plan, Ref, Tell, Update
from quorate.contract.ports import Reader
from quorate.controllers.nodes.taints import BY_CONDITION, OWN_KEYS, UNSCHEDULABLE, changed, ready_status, taints_of
from quorate.kernel.clock import Instant
from quorate.objects.pod import is_ready
from quorate.objects.times import time_text

COMPONENT = "node-controller"
FOLLOWERS = (("kubernetes.io/os", "beta.kubernetes.io/os"), ("kubernetes.io/arch", "beta.kubernetes.io/arch"))
"""(label, its former name), which is kept equal."""


@dataclass(frozen=True, slots=True)
class Seen:
    """`unready`: pods of a node that is silent which still count as ready."""

    node: Obj
    unready: Sequence[Obj] = ()


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    node = reader.get("nodes", "", key[1])
    if node is None:
        return None
    if ready_status(node) != "Unknown":
        return Seen(node)
    return Seen(node, [p for p in reader.indexed("pods", "node", key[1]) if is_ready(p)])


def decide(seen: Seen, now: Instant) -> Plan:
    actions: list[Action] = []
    tainting = _no_schedule(seen.node, now)
    if tainting is not None:
        actions.append(tainting)
    labelling = _labels(seen.node)
    if labelling is not None:
        actions.append(labelling)
    actions += [_marked(pod, now) for pod in seen.unready]
    return Plan(tuple(actions), on_refusal="continue")


def _no_schedule(node: Obj, now: Instant) -> Patch | None:
    wanted = []
    for found in (node.get("status") or {}).get("conditions") or ():
        key = BY_CONDITION.get((found["type"], found["status"]))
        if key:
            wanted.append(key)
    if node["spec"].get("unschedulable"):
        wanted.append(UNSCHEDULABLE)
    return changed(node, wanted, OWN_KEYS.difference(wanted), "NoSchedule", now)


def _labels(node: Obj) -> Patch | None:
    labels = node["metadata"].get("labels") or {}
    behind = {
        former: labels[label] for label, former in FOLLOWERS if label in labels and labels.get(former) != labels[label]
    }
    return Patch(Ref("nodes", "", node["metadata"]["name"]), {"metadata": {"labels": behind}}) if behind else None


def _marked(pod: Obj, now: Instant) -> Update:
    """Not ready, for the reasons that it had: what its containers do nobody knows."""
    conditions = [
        {**c, "status": "False", "lastTransitionTime": time_text(now)} if c["type"] == "Ready" else c
        for c in pod["status"]["conditions"]
    ]
    told = Tell(pod, "Warning", "NodeNotReady", "Node is not ready", component=COMPONENT)
    marked = {**pod, "status": {**pod["status"], "conditions": conditions}}
    return Update("pods", marked, "status", Outcome(told=told, fine=frozenset({"NotFound"})))


def _facts(node: Obj) -> tuple[object, ...]:
    conditions = tuple((c["type"], c["status"]) for c in (node.get("status") or {}).get("conditions") or ())
    labels = node["metadata"].get("labels") or {}
    return (
        conditions, bool(node["spec"].get("unschedulable")), [(t["key"], t["effect"]) for t in taints_of(node)],
        [labels.get(name) for pair in FOLLOWERS for name in pair],
    )  # fmt: skip


def _news(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """Heartbeats bring nothing new."""
    if old is not None and new is not None and _facts(old) == _facts(new):
        return ()
    return (("", (new or old or {})["metadata"]["name"]),)


CONTROLLER = Controller(
    name="node-lifecycle-conditions", watches=(Watch("nodes", _news),), snapshot=snapshot, decide=decide,
    user="system:serviceaccount:kube-system:node-controller",
)  # fmt: skip
