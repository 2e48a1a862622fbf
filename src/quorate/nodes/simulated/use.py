"""What is in use on each node: addresses, images, and what its pods ask for; derived from the cache."""

import re
from typing import Any

from quorate.nodes.simulated.images import full_name
from quorate.objects.pod import is_finished
from quorate.objects.quantity import milli, value

Obj = dict[str, Any]

FIRST_SUBNET = 244 * 256
"""10.244.0.0/24, as most network plug-ins begin."""
SPARE_SUBNETS = 4096
"""From here on: for a node whose name has no number of its own, or whose first subnet is full."""
SLOTS = 253
"""Pod addresses of a /24: .1 is the node's own bridge, .0 and .255 are nobody's."""


class NodeUse:
    """A view (see contract.controller.View). Addresses are given when a pod is first seen on a node, round robin as the
    host-local plug-in gives them, so that one that was just freed is not the next to be given."""

    resources: tuple[str, ...] = ("nodes", "pods")

    def __init__(self) -> None:
        self._subnets: dict[str, list[int]] = {}
        self._used_subnets: set[int] = set()
        self._taken: dict[str, dict[int, str]] = {}
        self._next: dict[str, int] = {}
        self._pods: dict[str, tuple[str, int, int, int]] = {}
        self._asked: dict[str, list[int]] = {}
        self._images: set[tuple[str, str]] = set()

    def apply(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        if resource == "nodes":
            if old is None and new is not None:
                self._subnets_of(new["metadata"]["name"])
            return
        if new is None:
            if old is not None:
                self._leave(old["metadata"]["uid"])
            return
        node = new["spec"].get("nodeName")
        if not node:
            return
        uid = new["metadata"]["uid"]
        status = new.get("status") or {}
        if is_finished(new):
            self._leave(uid)
        elif uid not in self._pods:
            self._arrive(node, uid, new)
        statuses = status.get("containerStatuses")
        if statuses and (old is None or (old.get("status") or {}).get("containerStatuses") is not statuses):
            for found in statuses:
                if found.get("imageID"):
                    self._images.add((node, found["image"]))

    def address(self, node: str, uid: str) -> str:
        """The pod's address: "" for one that the node does not know, or that is finished."""
        known = self._pods.get(uid)
        if known is None or known[0] != node:
            return ""
        subnets, slot = self._subnets[node], known[1]
        subnet = (FIRST_SUBNET + subnets[slot // SLOTS]) % 65536
        return f"10.{subnet // 256}.{subnet % 256}.{slot % SLOTS + 2}"

    def has_image(self, node: str, image: str) -> bool:
        return (node, full_name(image)) in self._images

    def asked(self, node: str) -> tuple[int, int, int]:
        """(millicores, bytes, pods) that the unfinished pods of the node ask for together."""
        cpu, memory, pods = self._asked.get(node, (0, 0, 0))
        return cpu, memory, pods

    def _arrive(self, node: str, uid: str, pod: Obj) -> None:
        self._subnets_of(node)
        taken = self._taken.setdefault(node, {})
        slot = self._slot_of(node, (pod.get("status") or {}).get("podIP"))
        if slot is None or slot in taken:
            slot = self._free_slot(node, taken)
        taken[slot] = uid
        cpu, memory = requests(pod["spec"])
        self._pods[uid] = (node, slot, cpu, memory)
        sums = self._asked.setdefault(node, [0, 0, 0])
        sums[0] += cpu
        sums[1] += memory
        sums[2] += 1

    def _leave(self, uid: str) -> None:
        known = self._pods.pop(uid, None)
        if known is None:
            return
        node, slot, cpu, memory = known
        self._taken[node].pop(slot, None)
        sums = self._asked[node]
        sums[0] -= cpu
        sums[1] -= memory
        sums[2] -= 1

    def _free_slot(self, node: str, taken: dict[int, str]) -> int:
        subnets = self._subnets[node]
        room = len(subnets) * SLOTS
        if len(taken) >= room:
            subnets.append(self._new_subnet(SPARE_SUBNETS))
            self._next[node], room = room, room + SLOTS
        slot = self._next.get(node, 0)
        while slot % room in taken:
            slot += 1
        self._next[node] = (slot + 1) % room
        return slot % room

    def _slot_of(self, node: str, address: str | None) -> int | None:
        """The slot of an address that a pod already has: after a restart its address stays."""
        parts = (address or "").split(".")
        if len(parts) != 4 or parts[0] != "10" or not all(p.isdecimal() for p in parts):
            return None
        subnet = (int(parts[1]) * 256 + int(parts[2]) - FIRST_SUBNET) % 65536
        subnets = self._subnets[node]
        host = int(parts[3]) - 2
        return subnets.index(subnet) * SLOTS + host if subnet in subnets and 0 <= host < SLOTS else None

    def _subnets_of(self, node: str) -> list[int]:
        """A node's subnet goes by the number in its name, so that it is the same after a restart."""
        subnets = self._subnets.get(node)
        if subnets is None:
            number = re.search(r"(\d+)$", node)
            wanted = int(number[1]) % SPARE_SUBNETS if number else SPARE_SUBNETS
            if wanted in self._used_subnets:
                wanted = SPARE_SUBNETS
            subnets = self._subnets[node] = [self._new_subnet(wanted)]
        return subnets

    def _new_subnet(self, wanted: int) -> int:
        while wanted in self._used_subnets:
            wanted += 1
        self._used_subnets.add(wanted)
        return wanted


def requests(spec: Obj) -> tuple[int, int]:
    """(millicores, bytes) that the pod's containers ask for; an init container counts where it asks for more."""
    cpu = memory = 0
    for container in spec.get("containers") or ():
        asked = _asked(container)
        cpu, memory = cpu + asked[0], memory + asked[1]
    for container in spec.get("initContainers") or ():
        asked = _asked(container)
        if container.get("restartPolicy") == "Always":
            cpu, memory = cpu + asked[0], memory + asked[1]
        else:
            cpu, memory = max(cpu, asked[0]), max(memory, asked[1])
    return cpu, memory


def _asked(container: Obj) -> tuple[int, int]:
    asked = (container.get("resources") or {}).get("requests")
    if not asked:
        return 0, 0
    try:
        return milli(asked.get("cpu", 0)), value(asked.get("memory", 0))
    except ValueError:
        return 0, 0
