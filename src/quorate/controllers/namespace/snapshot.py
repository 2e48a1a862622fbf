"""What the namespace controller sees: a namespace that is to go, and what is in it."""

from dataclasses import dataclass
from typing import Any

from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.namespace.contents import Group, contents
from quorate.kernel.clock import Instant

FINALIZER = "kubernetes"


@dataclass(frozen=True, slots=True)
class Memory:
    """version  the namespace's resourceVersion when it was last looked at
    due      when its contents are to be looked at
    asked    whether what is in it has just been asked to go
    """

    version: str
    due: Instant
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    namespace: Obj
    contents: tuple[Group, ...]
    memory: Memory | None


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    namespace = reader.get("namespaces", "", key[1])
    if namespace is None or not namespace["metadata"].get("deletionTimestamp"):
        return None
    if FINALIZER not in ((namespace.get("spec") or {}).get("finalizers") or ()):
        return None
    return Seen(namespace, contents(reader, key[1]), memory)
