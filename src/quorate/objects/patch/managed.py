"""metadata.managedFields: who owns which field, kept up to date by every write.

(Kubernetes: apimachinery/pkg/util/managedfields, structured-merge-diff/merge.)
"""

import operator
from typing import Any, NamedTuple

from quorate.kernel.clock import Instant
from quorate.objects.patch import fieldset as sets
from quorate.objects.patch.compare import compare
from quorate.objects.patch.fieldset import Node
from quorate.objects.patch.reset import STRIPPED, reset_fields
from quorate.objects.patch.shape import Shape, shape_of
from quorate.objects.schema import Type
from quorate.objects.times import parse_time, time_text

Obj = dict[str, Any]

MOST_UPDATERS = 10
ANCIENT = "ancient-changes"
UNKNOWN = "unknown"
NAME_MOST = 128
"""Bytes in a manager's name."""


class Id(NamedTuple):
    """What tells entries apart: an applier is the same at every version of the kind, an updater is not."""

    manager: str
    operation: str
    api_version: str
    subresource: str


def track(
    type: Type | Shape | str, old: Obj | None, new: Obj, manager: str, now: str | Instant, api_version: str,
    subresource: str = "", operation: str = "Update", *, reset: Node | None = None,
) -> Obj:  # fmt: skip
    """`new` with its managedFields as an ordinary write by `manager` leaves them.

    The writer owns what it changed or added; others lose that, and everybody loses what is gone. A write that changes
    nothing touches no entry. `old` is the committed object (None for a create), `now` a metav1.Time. `new` should be as
    the client meant it, with defaults but before admission changes it: what admission adds is nobody's.

    An object that has no managedFields stays without until it is applied, as when a client resets them with [] or [{}].
    """
    shape = shape_of(type)
    if reset is None:
        reset = reset_fields(shape, subresource)
    entries = _entries(old, new, subresource)
    if entries or old is None:
        changed, removed = compare(shape, old or {}, new)
        entries = _updated(
            entries, changed, removed, reset, manager or UNKNOWN, operation, now, api_version, subresource
        )
    return with_entries(new, entries)


def same_managers(a: Obj, b: Obj) -> bool:
    """Whether the same managers own the same fields, whenever they wrote them last."""
    entries: list[Obj] = a["metadata"].get("managedFields") or []
    others: list[Obj] = b["metadata"].get("managedFields") or []
    return entries is others or (
        len(entries) == len(others)
        and all({**x, "time": None} == {**y, "time": None} for x, y in zip(entries, others, strict=True))
    )


def bare(obj: Obj) -> Obj:
    """The object without its managedFields."""
    meta = obj.get("metadata") or {}
    if "managedFields" not in meta:
        return obj
    return {**obj, "metadata": {k: v for k, v in meta.items() if k != "managedFields"}}


def _entries(old: Obj | None, new: Obj, subresource: str) -> list[Obj]:
    """The entries to go on from: those the request gives when they are sound, else the committed ones."""
    held: list[Obj] = ((old or {}).get("metadata") or {}).get("managedFields") or []
    given = (new.get("metadata") or {}).get("managedFields")
    if subresource or given is None or given is held:
        return held
    if given in ([], [{}]):
        return []
    return given if given != held and all(map(_sound, given)) else held


def _sound(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and entry.get("operation") in ("Apply", "Update")
        and bool(entry.get("apiVersion"))
        and entry.get("fieldsType") == "FieldsV1"
        and isinstance(entry.get("fieldsV1", {}), dict)
    )


def _updated(
    entries: list[Obj], changed: Node, removed: Node, reset: Node, manager: str, operation: str, now: str | Instant,
    api_version: str, subresource: str,
) -> list[Obj]:  # fmt: skip
    changed, removed = sets.recursive_difference(changed, reset), sets.recursive_difference(removed, reset)
    if not changed and not removed:
        return entries
    lost = sets.union(changed, removed)
    own = sets.difference(changed, STRIPPED)
    me = Id(manager, operation, api_version, subresource)
    out, found = [], False
    for entry in entries:
        fields = entry.get("fieldsV1") or sets.EMPTY
        if own and not found and id_of(entry) == me:
            found = True
            kept = sets.difference(fields, removed)
            both = sets.union(kept, own)
            # Only what is new needs sorting, and mostly nothing is.
            out.append(entry_of(me, both if both is kept else sets.union(kept, sets.ordered_through(own)), now))
            continue
        left = sets.difference(fields, lost)
        if left is fields:
            out.append(entry)
        elif left:
            out.append({**entry, "fieldsV1": left})
    if own and not found:
        out.append(entry_of(me, sets.ordered_through(own), now))
    if len(out) == len(entries) and all(map(operator.is_, out, entries)):
        return entries
    return in_order(capped(out))


def entry_of(who: Id, fields: Node, now: str | Instant | None) -> Obj:
    """A managedFields entry, written as Kubernetes writes it. Entries of the scale subresource carry no time."""
    entry: Obj = {"manager": who.manager, "operation": who.operation, "apiVersion": who.api_version}
    if now is not None and who.subresource != "scale":
        entry["time"] = now if isinstance(now, str) else time_text(now)
    entry |= {"fieldsType": "FieldsV1", "fieldsV1": fields}
    if who.subresource:
        entry["subresource"] = who.subresource
    return entry


def id_of(entry: Obj) -> Id:
    return Id(entry.get("manager", ""), entry["operation"], entry["apiVersion"], entry.get("subresource", ""))


def in_order(entries: list[Obj]) -> list[Obj]:
    """Appliers before updaters, then by time in seconds, then by name."""
    return sorted(entries, key=_rank) if len(entries) > 1 else entries


def _rank(entry: Obj) -> tuple[Any, ...]:
    name = entry.get("manager", "")
    return entry["operation"], _seconds(entry), name, entry["apiVersion"], entry.get("subresource", "")


def _seconds(entry: Obj) -> int:
    try:
        return parse_time(entry["time"]) // 1_000_000
    except (KeyError, TypeError, ValueError):
        return 0


def capped(entries: list[Obj]) -> list[Obj]:
    """At most ten updaters: the oldest of a version are put together as "ancient-changes"."""
    updaters = [entry for entry in entries if entry["operation"] == "Update"]
    over = len(updaters) - MOST_UPDATERS
    if over <= 0:
        return entries
    merged: list[int] = []
    buckets: dict[str, Obj] = {}
    for entry in sorted(updaters, key=_age):
        if over <= 0:
            break
        version = entry["apiVersion"]
        merged.append(id(entry))
        bucket = buckets.get(version)
        if bucket is None:
            buckets[version] = entry
            continue
        fields = sets.union(bucket.get("fieldsV1") or sets.EMPTY, entry.get("fieldsV1") or sets.EMPTY)
        buckets[version] = entry_of(Id(ANCIENT, "Update", version, ""), fields, entry.get("time"))
        over -= 1
    return [entry for entry in entries if id(entry) not in merged] + list(buckets.values())


def _age(entry: Obj) -> tuple[Any, ...]:
    who = id_of(entry)
    return who.manager != ANCIENT, _seconds(entry), who


def with_entries(obj: Obj, entries: list[Obj]) -> Obj:
    """The object with these entries, without the field when there are none."""
    meta = obj.get("metadata") or {}
    if not entries:
        if "managedFields" not in meta:
            return obj
        return {**obj, "metadata": {k: v for k, v in meta.items() if k != "managedFields"}}
    if meta.get("managedFields") is entries:
        return obj
    return {**obj, "metadata": {**meta, "managedFields": entries}}


def same_but_for_times(new: Obj, old: Obj) -> bool:
    """Whether a write would change nothing but times in managedFields: Kubernetes then writes nothing at all."""
    a, b = new["metadata"].get("managedFields") or [], old["metadata"].get("managedFields") or []
    if len(a) != len(b) or bare(new) != bare(old):
        return False
    return all(x is y or {**x, "time": ""} == {**y, "time": ""} for x, y in zip(a, b, strict=True))


def manager_name(field_manager: str, user_agent: str) -> str:
    """Who a write is by: the `fieldManager` parameter, else the user agent up to its first slash."""
    if field_manager:
        return field_manager
    name = "".join(letter for letter in user_agent.split("/")[0] if letter.isprintable())
    while len(name.encode()) > NAME_MOST:
        name = name[:-1]
    return name or UNKNOWN
