"""Writes into a node's status what is attached to it (Kubernetes: attachdetach/statusupdater). The key is the node."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Watch
from quorate.contract.plan import NOTHING, Key, Obj, Patch, Plan, Ref
from quorate.contract.ports import Reader
from quorate.controllers.attachdetach.snapshot import VOLUMES
from quorate.kernel.clock import Instant
from quorate.objects.attachments import ATTACHMENTS, OF_NODE, driver_of, is_attached, node_of, unique_name, volume_of


@dataclass(frozen=True, slots=True)
class Seen:
    """`attached`: the unique names of its volumes, in order."""

    node: Obj
    attached: tuple[str, ...]


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    node = reader.get("nodes", "", key[1])
    if node is None:
        return None
    found = set()
    for attachment in reader.indexed(ATTACHMENTS, OF_NODE, key[1]):
        volume = reader.get(VOLUMES, "", volume_of(attachment))
        # What is on its way off is not reported: nobody is to mount it any more.
        going = attachment["metadata"].get("deletionTimestamp")
        if is_attached(attachment) and not going and volume is not None and driver_of(volume):
            found.add(unique_name(volume))
    return Seen(node, tuple(sorted(found)))


def decide(seen: Seen, now: Instant) -> Plan:
    held = (seen.node.get("status") or {}).get("volumesAttached") or []
    if sorted(one["name"] for one in held) == list(seen.attached):
        return NOTHING
    wanted = [{"name": name, "devicePath": ""} for name in seen.attached] or None
    ref = Ref("nodes", "", seen.node["metadata"]["name"])
    return Plan((Patch(ref, {"status": {"volumesAttached": wanted}}, "merge", "status"),))


def of_attachment(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """An attachment comes into force, or is on its way off."""
    if old is not None and new is not None and _counts(old) == _counts(new):
        return ()
    return (("", node_of(new or old or {})),)


def _counts(attachment: Obj) -> bool:
    return is_attached(attachment) and not attachment["metadata"].get("deletionTimestamp")


WATCHES = (Watch(ATTACHMENTS, of_attachment),)
