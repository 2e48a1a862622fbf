"""What a kubelet sees of a pod: the pod, its node, and, while it is starting, what it needs from elsewhere."""

from typing import Any

from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.nodes.simulated.admission import refusal
from quorate.nodes.simulated.annotations import behaviour, is_down
from quorate.nodes.simulated.life import Life
from quorate.nodes.simulated.mounts import config_problem, mount_problem, unattached
from quorate.nodes.simulated.node import address_of
from quorate.nodes.simulated.peers import peers_found
from quorate.nodes.simulated.recover import recovered
from quorate.nodes.simulated.turn import Seen
from quorate.nodes.simulated.use import NodeUse


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    """None for a pod on no node, or on one that is not there: that is the pod garbage collector's affair."""
    pod = reader.get("pods", *key)
    name: str = pod["spec"].get("nodeName", "") if pod is not None else ""
    node = reader.get("nodes", "", name) if name else None
    if pod is None or node is None:
        return None
    uid = pod["metadata"]["uid"]
    life: Life | None = memory if isinstance(memory, Life) and memory.uid == uid else None
    if is_down(node):
        return Seen(pod, node, life, down=True)
    refused = None
    if life is None:
        life = recovered(pod, 0)
        if life is None:
            refused = refusal(reader, pod, node)
    peers = peers_found(reader, pod) if behaviour(pod).needs_peers else 0
    if life is not None and life.settled:
        return Seen(pod, node, life, address=life.address, peers=peers)
    use = reader.view(NodeUse)
    address = life.address if life is not None else ""
    if not address:
        address = address_of(node) if pod["spec"].get("hostNetwork") else use.address(name, uid)
    namespace = pod["metadata"]["namespace"]
    containers = _containers(pod)
    config = tuple((c["name"], why) for c in containers if (why := config_problem(reader, namespace, c)))
    mount = ""
    missing: tuple[str, ...] = ()
    if pod["spec"].get("volumes") and not (life and life.address):
        mount = mount_problem(reader, pod)
        missing = unattached(reader, pod) if not mount else ()
    present = frozenset(c["image"] for c in containers if use.has_image(name, c["image"]))
    return Seen(pod, node, life, False, address, refused, mount, config, present, missing, peers)


def _containers(pod: Obj) -> list[Obj]:
    return [*(pod["spec"].get("initContainers") or ()), *(pod["spec"].get("containers") or ())]
