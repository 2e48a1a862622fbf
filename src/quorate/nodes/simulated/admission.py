"""Pods that their node cannot run, because somebody bypassed the scheduler (kubelet: lifecycle/predicate).

Such a pod is Failed for good, with one of these reasons: OutOfpods, OutOfcpu, OutOfmemory, NodeAffinity.
"""

from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.nodes.simulated.use import NodeUse, requests
from quorate.objects.pod import is_finished
from quorate.objects.quantity import milli, value
from quorate.objects.selectors import node_selector_matches


def refusal(reader: Reader, pod: Obj, node: Obj) -> tuple[str, str] | None:
    """(reason, message) when the node cannot take the pod up."""
    name = node["metadata"]["name"]
    limits = (node.get("status") or {}).get("allocatable") or {}
    try:
        room = {
            "pods": value(limits.get("pods", 0)),
            "cpu": milli(limits.get("cpu", 0)),
            "memory": value(limits.get("memory", 0)),
        }
    except ValueError:
        return None
    cpu, memory, pods = reader.view(NodeUse).asked(name)
    if pods > room["pods"] or cpu > room["cpu"] or memory > room["memory"]:
        # Somebody is too much; it is this pod only if those that were taken up before leave no room for it.
        refused = _too_much(reader, pod, name, room)
        if refused is not None:
            return refused
    return _misplaced(pod, node)


def _too_much(reader: Reader, pod: Obj, node: str, room: dict[str, int]) -> tuple[str, str] | None:
    cpu, memory = requests(pod["spec"])
    mine = {"pods": 1, "cpu": cpu, "memory": memory}
    used = dict.fromkeys(mine, 0)
    for other in reader.indexed("pods", "node", node):
        acked = (other.get("status") or {}).get("startTime")
        if other["metadata"]["uid"] == pod["metadata"]["uid"] or not acked or is_finished(other):
            continue
        cpu, memory = requests(other["spec"])
        used = {"pods": used["pods"] + 1, "cpu": used["cpu"] + cpu, "memory": used["memory"] + memory}
    for resource, asked in mine.items():
        if asked and used[resource] + asked > room[resource]:
            return f"OutOf{resource}", (
                f"Node didn't have enough resource: {resource}, requested: {asked}, used: {used[resource]}, "
                f"capacity: {room[resource]}"
            )
    return None


def _misplaced(pod: Obj, node: Obj) -> tuple[str, str] | None:
    spec = pod["spec"]
    wanted, affinity = spec.get("nodeSelector"), (spec.get("affinity") or {}).get("nodeAffinity") or {}
    if not wanted and not affinity:
        return None
    labels = node["metadata"].get("labels") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    fits = all(labels.get(k) == v for k, v in (wanted or {}).items()) and node_selector_matches(required, node)
    if fits:
        return None
    return "NodeAffinity", "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"
