"""Metrics as functions of one object, and the shapes that most of them have."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from quorate.contract.plan import Obj
from quorate.kernel.clock import SECOND
from quorate.objects.quantity import milli, value
from quorate.objects.times import parse_time

Labels = tuple[tuple[str, str], ...]
Sample = tuple[Labels, int | float]
STATUSES = ("true", "false", "unknown")


@dataclass(frozen=True, slots=True)
class Family:
    """A metric: what one object adds to it. Only names that end in _total are counters."""

    name: str
    about: str
    samples: Callable[[Obj], Iterable[Sample]]


@dataclass(frozen=True, slots=True)
class Kind:
    """The metrics of a kind. Every sample begins with the labels of `identity`."""

    resource: str
    identity: Callable[[Obj], Labels]
    families: tuple[Family, ...]


def named(label: str, *, namespaced: bool = True, uid: bool = False) -> Callable[[Obj], Labels]:
    """namespace, `label` for the name, perhaps uid."""
    return partial(_named, label, namespaced, uid)


def _named(label: str, namespaced: bool, uid: bool, obj: Obj) -> Labels:
    meta = obj["metadata"]
    out = [("namespace", meta.get("namespace", ""))] if namespaced else []
    out.append((label, meta["name"]))
    if uid:
        out.append(("uid", meta.get("uid", "")))
    return tuple(out)


def at(obj: Any, path: str) -> Any:
    """The value at a path, "spec.replicas"; None where there is none."""
    for part in path.split("."):
        obj = obj.get(part) if isinstance(obj, dict) else None
    return obj


def text(obj: Any, path: str) -> str:
    found = at(obj, path)
    if isinstance(found, bool):
        return str(found).lower()
    return "" if found is None else str(found)


# -- shapes


def number(name: str, about: str, path: str) -> Family:
    """The number at `path`; 0 where there is none, as a Go int has it."""
    return Family(name, about, partial(_number, path, 0))


def optional(name: str, about: str, path: str) -> Family:
    """The number at `path`, if there is one."""
    return Family(name, about, partial(_number, path, None))


def _number(path: str, default: int | None, obj: Obj) -> Iterable[Sample]:
    found = at(obj, path)
    found = default if found is None else found
    return () if found is None else (((), int(found)),)


def moment(name: str, about: str, path: str) -> Family:
    """The time at `path`, in seconds since 1970, if there is one."""
    return Family(name, about, partial(_moment, path))


def _moment(path: str, obj: Obj) -> Iterable[Sample]:
    found = at(obj, path)
    return (((), seconds(found)),) if found else ()


def seconds(stamp: str) -> int:
    return parse_time(stamp) // SECOND


def created(kind: str) -> Family:
    return moment(f"kube_{kind}_created", "Unix creation timestamp", "metadata.creationTimestamp")


def deleted(kind: str) -> Family:
    return moment(f"kube_{kind}_deletion_timestamp", "Unix deletion timestamp", "metadata.deletionTimestamp")


def generation(kind: str) -> Family:
    about = "Sequence number representing a specific generation of the desired state."
    return number(f"kube_{kind}_metadata_generation", about, "metadata.generation")


def version(kind: str) -> Family:
    about = "The version of the object."
    return number(f"kube_{kind}_metadata_resource_version", about, "metadata.resourceVersion")


def info(name: str, about: str, /, **labels: str) -> Family:
    """1, with each label's value from its path."""
    return Family(name, about, partial(_info, tuple(labels.items())))


def _info(labels: Labels, obj: Obj) -> Iterable[Sample]:
    return ((tuple((label, text(obj, path)) for label, path in labels), 1),)


def phases(name: str, about: str, *known: str) -> Family:
    """1 for the phase that the object is in and 0 for the others."""
    return Family(name, about, partial(_phases, known))


def _phases(known: tuple[str, ...], obj: Obj) -> Iterable[Sample]:
    phase = text(obj, "status.phase")
    return [((("phase", one),), int(one == phase)) for one in known] if phase else ()


def conditions(name: str, about: str) -> Family:
    """For each condition and each status: 1 where the condition has that status."""
    return Family(name, about, _conditions)


def _conditions(obj: Obj) -> Iterable[Sample]:
    for found in at(obj, "status.conditions") or ():
        yield from by_status((("condition", found["type"]),), found, "status")


def by_status(labels: Labels, condition: Obj, label: str) -> Iterable[Sample]:
    status = condition["status"].lower()
    return [((*labels, (label, one)), int(one == status)) for one in STATUSES]


def condition(name: str, about: str, type: str) -> Family:
    """One condition: 1 for the status that it has."""
    return Family(name, about, partial(_condition, type))


def _condition(type: str, obj: Obj) -> Iterable[Sample]:
    for found in at(obj, "status.conditions") or ():
        if found["type"] == type:
            yield from by_status((), found, "condition")


def owners(name: str, about: str) -> Family:
    """1 for each owner; empty labels for an object without one."""
    return Family(name, about, _owners)


def _owners(obj: Obj) -> Iterable[Sample]:
    refs = obj["metadata"].get("ownerReferences") or [{}]
    for ref in refs:
        is_controller = str(bool(ref.get("controller"))).lower() if ref else ""
        kind, name = ref.get("kind", ""), ref.get("name", "")
        yield (("owner_kind", kind), ("owner_name", name), ("owner_is_controller", is_controller)), 1


# -- amounts of resources

BYTES = frozenset({"memory", "storage", "ephemeral-storage"})


def amounts(given: Any, labels: Labels = ()) -> Iterable[Sample]:
    """A sample per resource, with its name as a label may be written, and its unit."""
    for resource, amount in (given or {}).items():
        if resource == "cpu":
            unit, found = "core", decimal(amount)
        elif resource in BYTES or resource.startswith(("hugepages-", "attachable-volumes-")):
            unit, found = "byte", value(amount)
        elif resource == "pods" or "/" in resource:
            unit, found = "integer", value(amount)
        else:
            continue
        yield (*labels, ("resource", sanitized(resource)), ("unit", unit)), found


def decimal(amount: Any) -> int | float:
    """In whole units as far as it can be: "100m" is 0.1."""
    thousandths = milli(amount)
    return thousandths // 1000 if thousandths % 1000 == 0 else thousandths / 1000


def sanitized(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in name)
