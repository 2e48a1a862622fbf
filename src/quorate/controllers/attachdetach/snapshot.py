"""What the controller sees of one volume: where it is wanted, where it is attached, where it is mounted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from quorate.contract.controller import Index
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.kernel.clock import Instant
from quorate.objects.attachments import (
    ATTACHMENTS,
    DRIVERS,
    OF_NODE,
    OF_VOLUME,
    by_node,
    by_volume,
    driver_of,
    must_attach,
    node_of,
    unique_name,
)
from quorate.objects.pod import is_finished, is_terminating

VOLUMES, CLAIMS = "persistentvolumes", "persistentvolumeclaims"


class Since(NamedTuple):
    node: str
    at: Instant


class Memory(NamedTuple):
    """attaching  nodes to which it was ordered and has not come yet, and when
    detaching  nodes from which it has to go, and since when
    reported   nodes to which it cannot come, whose pods have been told
    failed     (node, time) of failures that have been told
    """

    attaching: tuple[Since, ...] = ()
    detaching: tuple[Since, ...] = ()
    reported: frozenset[str] = frozenset()
    failed: frozenset[tuple[str, str]] = frozenset()


BLANK = Memory()


@dataclass(frozen=True, slots=True)
class Seen:
    """volume       None when it has gone
    wanted       by node, the pods there that use it
    attachments  all there are of it
    nodes        those that it is attached to, as far as they exist
    mounted      nodes whose kubelets say that they have it in use
    """

    name: str
    volume: Obj | None
    wanted: Mapping[str, Sequence[Obj]]
    attachments: Sequence[Obj]
    nodes: Mapping[str, Obj]
    mounted: frozenset[str]
    memory: Memory = BLANK


INDEXES = (Index(ATTACHMENTS, OF_VOLUME, by_volume), Index(ATTACHMENTS, OF_NODE, by_node))


def snapshot(reader: Reader, key: Key, memory: Memory | None) -> Seen | None:
    name = key[1]
    volume = reader.get(VOLUMES, "", name)
    attachments = reader.indexed(ATTACHMENTS, OF_VOLUME, name)
    wanted: dict[str, list[Obj]] = {}
    if volume is not None and must_attach(volume, reader.get(DRIVERS, "", driver_of(volume))):
        for pod in _users(reader, volume):
            node = pod["spec"].get("nodeName")
            if node and uses(pod) and reader.get("nodes", "", node) is not None:
                wanted.setdefault(node, []).append(pod)
    if not wanted and not attachments:
        return None
    there = {node_of(a): reader.get("nodes", "", node_of(a)) for a in attachments}
    nodes = {at: node for at, node in there.items() if node is not None}
    # What became of the volume on a node that has gone nobody can tell: it is taken to be in use.
    mounted = {at for at in there if at not in nodes or (volume is not None and _has_mounted(nodes[at], volume))}
    return Seen(name, volume, wanted, attachments, nodes, frozenset(mounted), memory or BLANK)


def _users(reader: Reader, volume: Obj) -> Iterable[Obj]:
    """The pods of the claim that it is bound to."""
    ref = volume["spec"].get("claimRef")
    if not ref:
        return ()
    claim = reader.get(CLAIMS, ref.get("namespace", ""), ref.get("name", ""))
    if claim is None or claim["spec"].get("volumeName") != volume["metadata"]["name"]:
        return ()
    if (claim.get("status") or {}).get("phase") != "Bound":
        return ()
    return reader.indexed("pods", "claim", f"{ref['namespace']}/{ref['name']}")


def uses(pod: Obj) -> bool:
    """Whether a pod still needs its volumes: not once it has ended, nor once it is being deleted and nothing of it runs."""
    if is_finished(pod):
        return False
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    return not is_terminating(pod) or any("running" in (c.get("state") or {}) for c in statuses)


def _has_mounted(node: Obj, volume: Obj) -> bool:
    in_use: Sequence[str] = (node.get("status") or {}).get("volumesInUse") or ()
    return bool(in_use) and bool(driver_of(volume)) and unique_name(volume) in in_use
