"""What the Deployment controller sees of one Deployment: itself, its ReplicaSets, for a Recreate their pods."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Index
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.deployment.amounts import is_rolling
from quorate.controllers.deployment.replicasets import new_name
from quorate.controllers.deployment.status import DEPLOYMENTS
from quorate.objects import selectors
from quorate.objects.owners import controller_of

REPLICA_SETS, PODS = "replicasets.apps", "pods"
LOOSE = "deployment-loose-replicasets"


@dataclass(frozen=True, slots=True)
class Seen:
    """sets     its ReplicaSets, and orphans that match its selector
    pods     by uid of their ReplicaSet; looked at only under Recreate
    rival    what stands where the ReplicaSet of its template would be made
    """

    deployment: Obj
    sets: Sequence[Obj]
    pods: dict[str, Sequence[Obj]]
    rival: Obj | None = None


def space_of_loose(one: Obj) -> Iterable[str]:
    """Index values: the namespace of a ReplicaSet that nobody owns."""
    return () if controller_of(one) is not None else (one["metadata"]["namespace"],)


INDEXES = (Index(REPLICA_SETS, LOOSE, space_of_loose),)


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    namespace, name = key
    found = reader.get(DEPLOYMENTS, namespace, name)
    if found is None:
        return None
    selector = selectors.selector(found["spec"].get("selector"))
    sets = list(reader.indexed(REPLICA_SETS, "owner", found["metadata"]["uid"]))
    for one in reader.indexed(REPLICA_SETS, LOOSE, namespace):
        if selector.matches(one["metadata"].get("labels")):
            sets.append(one)
    pods: dict[str, Sequence[Obj]] = {}
    if not is_rolling(found):
        pods = {one["metadata"]["uid"]: reader.indexed(PODS, "owner", one["metadata"]["uid"]) for one in sets}
    return Seen(found, sets, pods, reader.get(REPLICA_SETS, namespace, new_name(found)[0]))
