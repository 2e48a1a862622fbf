"""Fixes: one file each, found by name. Each looks at the manifests and says what it would change; rehearsals prove it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module, resources
from typing import Any, Protocol

from quorate.contract.plan import Obj
from quorate.rehearsal.given import Given
from quorate.rehearsal.verdict import Outcome
from quorate.rehearsal.workload import title_of


@dataclass(frozen=True, slots=True)
class Change:
    """One object changed or added.

    at      its position in the manifests; None for a new one
    after   the object as it is then
    shown   the YAML to write: a new object whole, else the fields as they should read, under the object's name
    """

    at: int | None
    after: Obj
    shown: Obj


@dataclass(frozen=True, slots=True)
class Fix:
    """A change to the manifests for one StatefulSet. `rank` breaks ties of worth; `parts` are the fixes it is made of."""

    id: str
    rank: int
    workload: str
    title: str
    why: str
    changes: tuple[Change, ...]
    parts: "tuple[Fix, ...]" = ()

    @property
    def ids(self) -> frozenset[str]:
        """Its id, or the ids of its parts."""
        return frozenset(p.id for p in self.parts) or frozenset((self.id,))

    def apply(self, given: tuple[Given, ...]) -> tuple[Given, ...]:
        changed = {c.at: c.after for c in self.changes if c.at is not None}
        kept = tuple(Given(g.source, changed.get(i, g.obj)) for i, g in enumerate(given))
        return kept + tuple(Given(f"fix {self.id}", c.after) for c in self.changes if c.at is None)


class Proposer(Protocol):
    RANK: int

    def propose(self, given: tuple[Given, ...], at: int) -> Fix | None:
        """A fix for the StatefulSet at this position of the manifests; None when it has no such fault."""
        ...


@lru_cache(maxsize=1)
def proposers() -> tuple[tuple[str, Any], ...]:
    """(id, module) of every fix, sorted by rank."""
    folder = resources.files("quorate.rehearsal.fixes")
    names = [f.name.removesuffix(".py") for f in folder.iterdir() if f.name.endswith(".py") and f.name[0] != "_"]
    found = [(name.replace("_", "-"), import_module(f"quorate.rehearsal.fixes.{name}")) for name in names]
    return tuple(sorted(found, key=_rank))


def _rank(pair: tuple[str, Any]) -> tuple[int, str]:
    return pair[1].RANK, pair[0]


def candidates(given: tuple[Given, ...], outcomes: Sequence[Outcome]) -> list[Fix]:
    """What could help the workloads that came out ill, each by itself."""
    return [
        fix
        for at in ill_sets(given, outcomes)
        for _, module in proposers()
        if (fix := module.propose(given, at)) is not None
    ]


def ill_sets(given: tuple[Given, ...], outcomes: Sequence[Outcome]) -> list[int]:
    """Positions of the StatefulSets with a drill that did not pass."""
    ill = {o.workload for o in outcomes if o.verdict in ("fail", "degraded")}
    return [
        at for at, one in enumerate(given)
        if one.obj["kind"] == "StatefulSet" and title_of(one.obj) in ill
    ]  # fmt: skip


def combined(given: tuple[Given, ...], at: int, ids: Collection[str]) -> Fix | None:
    """The fixes of one set with these ids made into one, each proposed anew on top of those before it."""
    mended, parts = given, []
    for id, module in proposers():
        fix = module.propose(mended, at) if id in ids else None
        if fix is not None:
            mended = fix.apply(mended)
            parts.append(fix)
    if len(parts) < 2:
        return parts[0] if parts else None
    return Fix(
        "+".join(p.id for p in parts), parts[0].rank, parts[0].workload, f"These {len(parts)} together",
        "none of them reaches it alone", _merged(given, mended, parts), tuple(parts),
    )  # fmt: skip


def _merged(given: tuple[Given, ...], mended: tuple[Given, ...], parts: list[Fix]) -> tuple[Change, ...]:
    """One change an object, in the order in which the fixes touch them; an added one may be mended by the next."""
    shown: dict[int, Obj] = {}
    added = len(given)
    for fix in parts:
        for change in fix.changes:
            at = change.at
            if at is None:
                at, added = added, added + 1
            shown[at] = _laid_over(shown.get(at), change.shown)
    return tuple(
        Change(at if at < len(given) else None, mended[at].obj, seen if at < len(given) else mended[at].obj)
        for at, seen in shown.items()
    )


def _laid_over(under: Any, over: Any) -> Any:
    if not isinstance(under, dict) or not isinstance(over, dict):
        return over
    return {**under, **{key: _laid_over(under.get(key), value) for key, value in over.items()}}


def fields_of(obj: Obj, change: Obj) -> Obj:
    """A change as it is shown: the fields as they should read, under the name of the object."""
    meta = {k: v for k, v in obj["metadata"].items() if k in ("name", "namespace")}
    return {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "metadata": meta, **change}


def set_change(at: int, stateful_set: Obj, spec: Obj) -> Change:
    """Some fields of a set's spec replaced."""
    after = {**stateful_set, "spec": {**stateful_set["spec"], **spec}}
    return Change(at, after, fields_of(stateful_set, {"spec": spec}))


def pod_change(at: int, stateful_set: Obj, pod_spec: Obj) -> Change:
    """Some fields of its pods' spec replaced; one that is None goes."""
    template = stateful_set["spec"]["template"]
    merged = {k: v for k, v in {**template["spec"], **pod_spec}.items() if v is not None}
    after = {**stateful_set, "spec": {**stateful_set["spec"], "template": {**template, "spec": merged}}}
    return Change(at, after, fields_of(stateful_set, {"spec": {"template": {"spec": pod_spec}}}))
