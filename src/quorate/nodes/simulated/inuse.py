"""The kubelet's list of volumes in use, in its node's status: what is on it may not be detached. The key is the node."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Controller, Watch
from quorate.contract.plan import NOTHING, Key, Obj, Patch, Plan, Ref
from quorate.contract.ports import Reader
from quorate.kernel.clock import Instant
from quorate.nodes.simulated.annotations import is_down
from quorate.nodes.simulated.mounts import attachable
from quorate.objects.attachments import unique_name
from quorate.objects.pod import is_finished


@dataclass(frozen=True, slots=True)
class Seen:
    """`names`: the unique names of the volumes that its pods use, in order."""

    node: Obj
    names: tuple[str, ...]


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    """None while the kubelet is stopped: what it said last stands."""
    node = reader.get("nodes", "", key[1])
    if node is None or is_down(node):
        return None
    found = set()
    for pod in reader.indexed("pods", "node", key[1]):
        if pod["spec"].get("volumes") and not is_finished(pod):
            found |= {unique_name(volume) for _, volume in attachable(reader, pod)}
    return Seen(node, tuple(sorted(found)))


def decide(seen: Seen, now: Instant) -> Plan:
    held = (seen.node.get("status") or {}).get("volumesInUse") or []
    if list(seen.names) == held:
        return NOTHING
    ref = Ref("nodes", "", seen.node["metadata"]["name"])
    return Plan((Patch(ref, {"status": {"volumesInUse": list(seen.names) or None}}, "merge", "status"),))


def of_pod(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The node of a pod with such volumes that comes to it, goes or ends."""
    pod = new if new is not None else old
    assert pod is not None
    node = pod["spec"].get("nodeName")
    if not node or not pod["spec"].get("volumes"):
        return ()
    if old is not None and new is not None and _same(old, new):
        return ()
    return (("", node),) if any(True for _ in attachable(reader, pod)) else ()


def _same(old: Obj, new: Obj) -> bool:
    return old["spec"].get("nodeName") == new["spec"].get("nodeName") and is_finished(old) == is_finished(new)


def of_node(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """A kubelet that starts again looks anew."""
    if old is None or new is None or is_down(old) == is_down(new):
        return ()
    return (("", new["metadata"]["name"]),)


CONTROLLER = Controller(
    name="kubelet-volumes", watches=(Watch("pods", of_pod), Watch("nodes", of_node)), snapshot=snapshot, decide=decide,
    user="system:nodes", manager="kubelet",
)  # fmt: skip
