"""Fixes: one file each, found by name. Each looks at the manifests and says what it would change; rehearsals prove it."""

from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module, resources
from typing import Any, Protocol

from quorate.contract.plan import Obj
from quorate.rehearsal.stage import Given
from quorate.rehearsal.verdict import Outcome


ALL = "all-together"
"""The id of what is made of every other fix of a set."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A change to the manifests. `rank` breaks ties of worth; `snippet` is the YAML to write, shown as it is.

    `replaced`: (position in the manifests, the object in its place). `added`: new objects.
    """

    id: str
    rank: int
    workload: str
    title: str
    why: str
    snippet: Obj
    replaced: tuple[tuple[int, Obj], ...] = ()
    added: tuple[Obj, ...] = ()

    def apply(self, given: tuple[Given, ...]) -> tuple[Given, ...]:
        changed = dict(self.replaced)
        kept = tuple(Given(g.source, changed.get(i, g.obj)) for i, g in enumerate(given))
        return kept + tuple(Given(f"fix {self.id}", obj) for obj in self.added)


class Proposer(Protocol):
    RANK: int

    def propose(self, given: tuple[Given, ...], at: int) -> Fix | None:
        """A fix for the StatefulSet at this position of the manifests; None when it has no such fault."""
        ...


@lru_cache(maxsize=1)
def proposers() -> tuple[tuple[str, Any], ...]:
    """(id, module) of every fix, sorted by id."""
    folder = resources.files("quorate.rehearsal.fixes")
    names = sorted(f.name.removesuffix(".py") for f in folder.iterdir() if f.name.endswith(".py") and f.name[0] != "_")
    return tuple((name.replace("_", "-"), import_module(f"quorate.rehearsal.fixes.{name}")) for name in names)


def candidates(given: tuple[Given, ...], outcomes: tuple[Outcome, ...]) -> list[Fix]:
    """What could help the workloads that did not pass; with several, all of them together as well."""
    ill = {o.workload for o in outcomes if o.verdict != "pass"}
    out: list[Fix] = []
    for at, one in enumerate(given):
        obj = one.obj
        if obj["kind"] != "StatefulSet":
            continue
        namespace = obj["metadata"].get("namespace") or "default"
        title = obj["metadata"]["name"] if namespace == "default" else f"{namespace}/{obj['metadata']['name']}"
        if title not in ill:
            continue
        found = [f for _, module in proposers() if (f := module.propose(given, at)) is not None]
        found.sort(key=_rank)
        out += found
        if len(found) > 1:
            out.append(_together(given, at, title))
    return out


def _rank(fix: Fix) -> tuple[int, str]:
    return fix.rank, fix.id


def _together(given: tuple[Given, ...], at: int, title: str) -> Fix:
    """All fixes of one set, each proposed anew on top of those before it."""
    mended, parts = given, []
    for _, module in sorted(proposers(), key=_module_rank):
        fix = module.propose(mended, at)
        if fix is not None:
            mended = fix.apply(mended)
            parts.append(fix)
    replaced = tuple((i, g.obj) for i, g in enumerate(mended[: len(given)]) if g.obj is not given[i].obj)
    added = tuple(g.obj for g in mended[len(given) :])
    why = "what one fix alone does not reach: " + "; ".join(f.title for f in parts)
    return Fix(ALL, 99, title, "All of these together", why, {}, replaced, added)


def _module_rank(pair: tuple[str, Any]) -> int:
    return int(pair[1].RANK)
