"""How much of a resource the nodes have left for a pod, as the scheduler counts it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quorate.diagnosis.evidence import Evidence
from quorate.objects.pod import is_finished
from quorate.objects.pod_resources import totals
from quorate.objects.quantity import parse

Obj = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Room:
    """`free` and `whole` of the node that has the most left; None when the pods on the nodes are not known."""

    node: str
    free: Fraction | None
    whole: Fraction


def most_room(evidence: Evidence, resource: str) -> Room | None:
    """The node with the most left of "cpu", "memory", ...; unschedulable nodes do not count."""
    if f"room/{resource}" not in evidence.kept:
        evidence.kept[f"room/{resource}"] = _most_room(evidence, resource)
    found: Room | None = evidence.kept[f"room/{resource}"]
    return found


def _most_room(evidence: Evidence, resource: str) -> Room | None:
    best: Room | None = None
    for node in evidence.list("nodes"):
        if node["spec"].get("unschedulable"):
            continue
        whole = _amount(((node.get("status") or {}).get("allocatable") or {}).get(resource))
        free: Fraction | None = None
        if evidence.knows("pods"):
            free = whole - sum((asked(p, resource) for p in _pods_on(evidence, node)), Fraction(0))
        found = Room(node["metadata"]["name"], free, whole)
        if best is None or _rank(found) > _rank(best):
            best = found
    return best


def could_hold(node: Obj, pod: Obj) -> bool:
    """Whether the node, were it empty, would have enough of what the pod asks for."""
    has = (node.get("status") or {}).get("allocatable") or {}
    return all(asked(pod, resource) <= _amount(has.get(resource)) for resource in ("cpu", "memory"))


def _rank(room: Room) -> Fraction:
    return room.free if room.free is not None else room.whole


def _pods_on(evidence: Evidence, node: Obj) -> list[Obj]:
    return [p for p in evidence.objects.indexed("pods", "node", node["metadata"]["name"]) if not is_finished(p)]


def asked(pod: Obj, resource: str) -> Fraction:
    if resource == "pods":
        return Fraction(1)
    return _amount(totals(pod, "requests").get(resource))


def _amount(text: Any) -> Fraction:
    try:
        return parse(text) if text is not None else Fraction(0)
    except ValueError:
        return Fraction(0)


def shown(resource: str, amount: Fraction) -> str:
    """ "1500m", "3.2Gi": short enough for a sentence."""
    if resource == "cpu":
        return f"{float(amount):g}" if amount % 1 == 0 else f"{round(amount * 1000)}m"
    if resource in ("memory", "ephemeral-storage") or resource.startswith("hugepages"):
        for unit, size in (("Ti", 1024**4), ("Gi", 1024**3), ("Mi", 1024**2), ("Ki", 1024)):
            if abs(amount) >= size:
                return f"{round(float(amount / size), 1):g}{unit}"
    return f"{float(amount):g}"
