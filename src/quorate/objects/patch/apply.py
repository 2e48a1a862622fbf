"""Server-side apply: a manager says what it wants, and owns just that.

(Kubernetes: structured-merge-diff/merge, apimachinery/pkg/util/managedfields; their words in the errors.)
"""

from functools import reduce
from typing import Any

from quorate.kernel.clock import Instant
from quorate.objects.patch import fieldset as sets
from quorate.objects.patch import typed
from quorate.objects.patch.compare import compare
from quorate.objects.patch.fieldset import Node, Path
from quorate.objects.patch.golang import quoted
from quorate.objects.patch.last_applied import allowed_conflicts, with_last_applied
from quorate.objects.patch.managed import Id, bare, entry_of, id_of, in_order, track, with_entries
from quorate.objects.patch.refusal import Cause, Conflict, PatchError, malformed
from quorate.objects.patch.reset import STRIPPED, reset_fields
from quorate.objects.patch.shape import Shape, shape_of
from quorate.objects.schema import Type

Obj = dict[str, Any]

BEFORE = "before-first-apply"
"""Who owns the fields of an object that was not tracked until it was applied."""
KUBECTL = "kubectl"
"""The manager that may take over from the client-side apply that it once did."""

Owners = dict[Id, Node]


def apply(
    type: Type | Shape | str, live: Obj | None, config: Obj, manager: str, force: bool, now: str | Instant,
    api_version: str, subresource: str = "", *, kind: str = "", reset: Node | None = None,
) -> Obj:  # fmt: skip
    """The live object (None: there is none) with the configuration applied and its managedFields brought up to date.

    What the manager applied before and does not any more goes, unless others own it. Defaults are not filled in: the
    caller does that next, so that they are nobody's. Gives `live` itself back when nothing changes.

    Raises Conflict when others own what would change and `force` is not set; PatchError for a configuration that is
    of another kind (`kind` is the one served; "" for a custom one takes any), has managedFields, or is not of its type.
    """
    shape = shape_of(type)
    _check(shape, config, api_version, kind)
    reset = reset_fields(shape, subresource) if reset is None else reset
    me = Id(manager, "Apply", api_version, subresource)
    held, entries = _tracked(shape, live, now, api_version)
    owners: Owners = {id_of(entry): entry.get("fieldsV1") or sets.EMPTY for entry in entries}
    before, applied = _own(owners, me), sets.recursive_difference(typed.fields_of(shape, config), reset)
    merged = typed.without_nulls(shape, typed.merge(shape, held, config))
    others = [fields for who, fields in owners.items() if not _same(who, me)]
    merged = _pruned(shape, merged, before, [applied, *others])
    changed, removed = compare(shape, held, merged)
    changed, removed = sets.recursive_difference(changed, reset), sets.recursive_difference(removed, reset)
    if not force:
        _refuse_conflicts(shape, held, manager, _taken(owners, me, changed))
    unchanged = merged is held
    own, lost = sets.difference(applied, STRIPPED), sets.union(changed, removed)
    entries = _entries(entries, me, own, lost, now, unchanged)
    if manager == KUBECTL:
        merged = with_last_applied(merged, config)
    if live is not None and merged is held:
        return live if entries == (live["metadata"].get("managedFields") or []) else with_entries(live, entries)
    return with_entries(merged, entries)


def _check(shape: Shape, config: Obj, api_version: str, kind: str) -> None:
    given_version, given_kind = _text(config.get("apiVersion")), _text(config.get("kind"))
    kind = kind or shape.name.rpartition(".")[2]
    meta = config.get("metadata")
    if given_version != api_version or (kind and given_kind != kind):
        raise malformed(f"invalid object type: {_gvk(given_version, given_kind)}")
    if isinstance(meta, dict) and meta.get("managedFields"):
        raise malformed("metadata.managedFields must be nil")
    found = typed.problems(shape, config)
    if found:
        text = found[0] if len(found) == 1 else "\n".join(["errors:", *(f"  {one}" for one in found)])
        meta = meta if isinstance(meta, dict) else {}
        what = f"{meta.get('namespace') or ''}/{meta.get('name') or ''}; {_gvk(given_version, given_kind)}"
        raise PatchError(f"failed to create typed patch object ({what}): {text}")


def _text(value: Any) -> str:
    """What is no text says nothing."""
    return value if isinstance(value, str) else ""


def _gvk(api_version: str, kind: str) -> str:
    group, _, version = api_version.rpartition("/")
    return f"{group}/{version}, Kind={kind}"


def _tracked(shape: Shape, live: Obj | None, now: str | Instant, api_version: str) -> tuple[Obj, list[Obj]]:
    """The live object without its entries, and those; an untracked one's fields are owned by "before-first-apply"."""
    if live is None:
        return {}, []
    entries = live["metadata"].get("managedFields") or []
    held = bare(live)
    if not entries:
        first = track(shape, None, held, BEFORE, now, api_version, reset=sets.EMPTY)
        entries = first["metadata"].get("managedFields") or []
    return held, entries


def _own(owners: Owners, me: Id) -> Node:
    """What the manager applied last time, at whatever version."""
    for who, fields in owners.items():
        if _same(who, me):
            return fields
    return sets.EMPTY


def _same(who: Id, me: Id) -> bool:
    return who.operation == "Apply" and who.manager == me.manager and who.subresource == me.subresource


def _pruned(shape: Shape, merged: Obj, before: Node, owners: list[Node]) -> Obj:
    """Without what the manager applied before and nobody owns now; the first owner is its new set."""
    if not sets.difference(before, owners[0]):
        return merged
    named = sets.with_named_fields
    everything = named(typed.fields_of(shape, merged), shape)
    last = named(before, shape)
    owned = reduce(sets.union, owners)
    pruned = typed.remove(shape, merged, last) or {}
    kept = sets.union(named(typed.fields_of(shape, pruned), shape), named(owned, shape))
    pruned = typed.remove(shape, merged, sets.difference(everything, kept)) or {}
    kept = named(typed.fields_of(shape, pruned), shape)
    gone = sets.intersection(sets.difference(everything, kept), last)
    out: Obj = typed.remove(shape, merged, gone)
    return out


def _taken(owners: Owners, me: Id, changed: Node) -> list[tuple[Id, Path]]:
    """The fields of others that would change."""
    return [
        (who, path)
        for who, fields in sorted(owners.items(), key=_by_id)
        if not _same(who, me)
        for path in sets.paths(sets.intersection(fields, changed))
    ]


def _by_id(owner: tuple[Id, Node]) -> Id:
    return owner[0]


def _refuse_conflicts(shape: Shape, held: Obj, manager: str, taken: list[tuple[Id, Path]]) -> None:
    if taken and manager == KUBECTL:
        allowed = allowed_conflicts(shape, held)
        if allowed is not None:
            taken = [(who, path) for who, path in taken if not sets.contains(allowed, path)]
    if taken:
        raise Conflict(_message(taken), [_cause(who, path) for who, path in taken])


def _cause(who: Id, path: Path) -> Cause:
    return {
        "reason": "FieldManagerConflict",
        "message": f"conflict with {_manager(who)}",
        "field": sets.path_text(path),
    }


def _message(taken: list[tuple[Id, Path]]) -> str:
    if len(taken) == 1:
        who, path = taken[0]
        return f"Apply failed with 1 conflict: conflict with {_manager(who)}: {sets.path_text(path)}"
    lines = []
    for who in dict.fromkeys(who for who, _ in taken):
        lines.append(f"conflicts with {_manager(who)}:")
        lines += [f"- {sets.path_text(path)}" for owner, path in taken if owner == who]
    return f"Apply failed with {len(taken)} conflicts: " + "\n".join(lines)


def _manager(who: Id) -> str:
    text = quoted(who.manager)
    if who.subresource:
        text += f" with subresource {quoted(who.subresource)}"
    return f"{text} using {who.api_version}" if who.operation == "Update" else text


def _entries(entries: list[Obj], me: Id, applied: Node, lost: Node, now: str | Instant, unchanged: bool) -> list[Obj]:
    """The entries after the apply. One that changed nothing keeps its time (a new one then has none)."""
    out = []
    time: str | Instant | None = None if unchanged else now
    for entry in entries:
        if _same(id_of(entry), me):
            time = entry.get("time") if unchanged else now
            continue
        fields = entry.get("fieldsV1") or sets.EMPTY
        left = sets.difference(fields, lost)
        if left is fields:
            out.append(entry)
        elif left:
            out.append({**entry, "fieldsV1": left})
    if applied:
        out.append(entry_of(me, sets.ordered_through(applied), time))
    return in_order(out)
