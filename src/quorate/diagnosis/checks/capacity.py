"""What the nodes have left, and whether the scheduler found it too little."""

from quorate.diagnosis.capacity import most_room, shown
from quorate.diagnosis.case import Case
from quorate.diagnosis.scheduling import turned_down
from quorate.diagnosis.shown import Shown, Signal

ID = "capacity"


def look(case: Case) -> Shown:
    read = ("nodes: status.allocatable, spec.unschedulable, spec.taints", "pods on them: requests")
    if not case.evidence.list("nodes"):
        return Shown(read, ("the nodes were not read",), known=False, why="the nodes were not read")
    lines, signals = [], []
    for resource in ("cpu", "memory"):
        room = most_room(case.evidence, resource)
        if room is not None:
            free = "not known" if room.free is None else shown(resource, max(room.free, 0 * room.whole))
            lines.append(f"most {resource} left: {free} of {shown(resource, room.whole)} on {room.node}")
    cordoned = [n["metadata"]["name"] for n in case.evidence.list("nodes") if n["spec"].get("unschedulable")]
    if cordoned:
        lines.append(f"cordoned: {', '.join(cordoned[:5])}")
    if case.silent_nodes:
        lines.append(f"not answering: {', '.join(sorted(case.silent_nodes)[:5])}")
    for pod in case.at("unscheduled"):
        said = turned_down(case, pod)
        if said is not None and said.count("Insufficient", "Too many pods") and pod.since is not None:
            signals.append(Signal(pod.since, f"{pod.name} found too little on every node", case.now))
    return Shown(read, tuple(lines), tuple(signals))
