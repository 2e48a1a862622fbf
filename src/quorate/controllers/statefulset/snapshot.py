"""What the StatefulSet controller sees of one set: itself, its pods, its revisions, its claims.

Orphans are looked up by index, so that a look costs the same however many other pods a namespace holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from quorate.contract.controller import Index
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.history import in_order, space_of_loose
from quorate.controllers.statefulset.names import (
    CLAIMS,
    PODS,
    REVISIONS,
    STATEFULSETS,
    claim_name,
    parse_pod_name,
    pod_name,
)  # fmt: skip
from quorate.controllers.statefulset.revisions import Place, place, unchanged
from quorate.objects import selectors
from quorate.objects.owners import controller_of
from quorate.objects.pod import is_terminating

STRAYS, LOOSE = "statefulset-strays", "statefulset-loose-revisions"


class Memory(NamedTuple):
    """Kept between looks: failures in a row that were no refusals, and collisions that the status does not show yet."""

    failures: int = 0
    collisions: int = 0


BLANK = Memory()


@dataclass(frozen=True, slots=True)
class Seen:
    """pods       those that it owns, and orphans that it may adopt
    revisions  those that match its selector and are its own or nobody's, oldest first
    claims     existing claims of its templates for every ordinal that it has or wants, by name
    taken      names of wanted pods that belong to somebody else
    place      where the template's revision goes when none of `revisions` holds it; None when one does
    """

    set: Obj
    pods: Sequence[Obj]
    revisions: Sequence[Obj]
    claims: Mapping[str, Obj]
    taken: frozenset[str] = frozenset()
    place: Place | None = None
    memory: Memory = BLANK


def parent_of_stray(pod: Obj) -> Iterable[str]:
    """Index values: the set that an unowned pod would belong to by its name."""
    if controller_of(pod) is not None:
        return ()
    parent, _ = parse_pod_name(pod["metadata"]["name"])
    return (f"{pod['metadata']['namespace']}/{parent}",) if parent else ()


INDEXES = (Index(PODS, STRAYS, parent_of_stray), Index(REVISIONS, LOOSE, space_of_loose))


def snapshot(reader: Reader, key: Key, memory: Memory | None) -> Seen | None:
    namespace, name = key
    found = reader.get(STATEFULSETS, namespace, name)
    if found is None:
        return None
    uid = found["metadata"]["uid"]
    selector = selectors.selector(found["spec"].get("selector"))
    pods = [*reader.indexed(PODS, "owner", uid)]
    for pod in reader.indexed(PODS, STRAYS, f"{namespace}/{name}"):
        if not is_terminating(pod) and selector.matches(pod["metadata"].get("labels")):
            pods.append(pod)
    revisions = [*reader.indexed(REVISIONS, "owner", uid), *reader.indexed(REVISIONS, LOOSE, namespace)]
    revisions = in_order(r for r in revisions if selector.matches(r["metadata"].get("labels")))
    where = None if unchanged(found, revisions) else place(found, lambda n: reader.get(REVISIONS, namespace, n))
    claims, taken = _wanted(reader, found, pods)
    return Seen(found, pods, revisions, claims, taken, where, memory or BLANK)


def _wanted(reader: Reader, found: Obj, pods: Iterable[Obj]) -> tuple[dict[str, Obj], frozenset[str]]:
    """Claims and foreign pods that stand where the set's pods are or would be.

    An ordered set makes no pod beyond its first gap, so nothing is looked up beyond it.
    """
    spec, (namespace, name) = found["spec"], (found["metadata"]["namespace"], found["metadata"]["name"])
    ordinals = {parse_pod_name(pod["metadata"]["name"])[1] for pod in pods}
    ordered = spec.get("podManagementPolicy") != "Parallel"
    start = (spec.get("ordinals") or {}).get("start", 0)
    taken = set()
    looked = list(ordinals)
    for ordinal in range(start, start + spec.get("replicas", 1)):
        if ordinal in ordinals:
            continue
        looked.append(ordinal)
        if reader.get(PODS, namespace, pod_name(name, ordinal)) is not None:
            taken.add(pod_name(name, ordinal))
        if ordered:
            break
    claims = {}
    for template in spec.get("volumeClaimTemplates") or ():
        for ordinal in looked:
            claim = claim_name(template["metadata"].get("name", ""), name, ordinal)
            held = reader.get(CLAIMS, namespace, claim)
            if held is not None:
                claims[claim] = held
    return claims, frozenset(taken)
