"""What is seen of one definition: itself, the other definitions of its group, and its objects when it is going."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
CLEANUP = "customresourcecleanup.apiextensions.k8s.io"


@dataclass(frozen=True, slots=True)
class Seen:
    """`since` is when its objects began to be deleted; None before that."""

    definition: Obj
    others: tuple[Obj, ...]
    objects: tuple[Obj, ...]
    since: int | None


def group_of(definition: Obj) -> str:
    found: str = definition["spec"]["group"]
    return found


def resource_of(definition: Obj) -> str:
    return f"{definition['spec']['names']['plural']}.{group_of(definition)}"


def is_going(definition: Obj) -> bool:
    """Whether it is being deleted and waits for its objects."""
    meta = definition["metadata"]
    return bool(meta.get("deletionTimestamp")) and CLEANUP in (meta.get("finalizers") or ())


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    definition = reader.get(DEFINITIONS, *key)
    if definition is None:
        return None
    group = group_of(definition)
    others = tuple(o for o in reader.list(DEFINITIONS) if group_of(o) == group and o is not definition)
    objects = tuple(reader.list(resource_of(definition))) if is_going(definition) else ()
    return Seen(definition, others, objects, memory)


def changed(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """A definition that gives up names may let others of its group have them."""
    some = new or old or {}
    keys = [("", some["metadata"]["name"])]
    if old is not None and (new is None or _accepted(old) != _accepted(new)):
        group = group_of(some)
        keys += [("", o["metadata"]["name"]) for o in reader.list(DEFINITIONS) if group_of(o) == group]
    return dict.fromkeys(keys)


def _accepted(definition: Obj) -> Any:
    return (definition.get("status") or {}).get("acceptedNames")


def object_gone(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The definition of an object that has gone, if it waits for that."""
    if new is not None or old is None:
        return ()
    group, kind = old["apiVersion"].rpartition("/")[0], old["kind"]
    return [
        ("", o["metadata"]["name"])
        for o in (reader.list(DEFINITIONS) if group else ())
        if is_going(o) and group_of(o) == group and o["spec"]["names"]["kind"] == kind
    ]
