"""What the ReplicaSet controller sees of one: itself, its pods, orphans that it may adopt, its siblings' pods."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Index
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.replicaset.kinds import Family
from quorate.objects.owners import controller_of
from quorate.objects.pod import is_finished, is_terminating
from quorate.objects.selectors import Selector

PODS = "pods"
ORPHANS = "replicaset-orphans"


@dataclass(frozen=True, slots=True)
class Seen:
    """pods     owned ones, and active orphans that match
    siblings  pods of all ReplicaSets of the same Deployment, looked at only when there are too many pods
    """

    family: Family
    set: Obj
    pods: Sequence[Obj]
    siblings: Sequence[Obj] = ()


def orphan_labels(pod: Obj) -> Iterable[str]:
    """Index values of an unowned pod: each of its labels, and its namespace for selectors that name no label value."""
    if controller_of(pod) is not None:
        return ()
    meta = pod["metadata"]
    space = meta["namespace"]
    return [f"{space}/", *(f"{space}/{k}={v}" for k, v in (meta.get("labels") or {}).items())]


def one_label(space: str, selector: Selector) -> str:
    """The value under which whatever the selector matches is found in an index by label."""
    for requirement in selector.requirements:
        if requirement.operator == "=" or (requirement.operator == "in" and len(requirement.values) == 1):
            return f"{space}/{requirement.key}={requirement.values[0]}"
    return f"{space}/"


INDEXES = (Index(PODS, ORPHANS, orphan_labels),)


def is_active(pod: Obj) -> bool:
    return not is_finished(pod) and not is_terminating(pod)


def snapshot(family: Family, reader: Reader, key: Key, memory: Any) -> Seen | None:
    namespace, name = key
    found = reader.get(family.resource, namespace, name)
    if found is None:
        return None
    pods = list(reader.indexed(PODS, "owner", found["metadata"]["uid"]))
    surplus = len(pods) > found["spec"].get("replicas", 1)
    selector = family.selector(found)
    if not is_terminating(found):
        for pod in reader.indexed(PODS, ORPHANS, one_label(namespace, selector)):
            if is_active(pod) and selector.matches(pod["metadata"].get("labels")):
                pods.append(pod)
    return Seen(family, found, pods, _siblings(reader, family, found) if surplus else ())


def _siblings(reader: Reader, family: Family, found: Obj) -> list[Obj]:
    owner = controller_of(found)
    if owner is None:
        return []
    sets = reader.indexed(family.resource, "owner", owner["uid"])
    return [pod for one in sets for pod in reader.indexed(PODS, "owner", one["metadata"]["uid"])]
