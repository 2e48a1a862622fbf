"""Fixes are proved: the drills are played again against the mended manifests, and only what helps is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from quorate.rehearsal.drill import Drill
from quorate.rehearsal.fixes import Fix, candidates, combined, ill_sets
from quorate.rehearsal.given import Given
from quorate.rehearsal.ports import Mapper
from quorate.rehearsal.trial import Trial
from quorate.rehearsal.verdict import Outcome
from quorate.rehearsal.workload import title_of

Manifests = tuple[Given, ...]
Rows = dict[tuple[str, str], Outcome]
"""Outcomes by workload and drill."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a fix does to one row of the report: its verdict before and after, e.g. "fail" and "pass"."""

    workload: str
    drill: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Proven:
    """A fix and what it was seen to do."""

    fix: Fix
    cures: tuple[Turn, ...]
    harms: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Cure:
    """The fixes that help, most worth first; `left` is what is still ill with all of them together."""

    fixes: tuple[Proven, ...] = ()
    left: tuple[Outcome, ...] = ()


@dataclass(slots=True)
class Prover:
    """`before` are the outcomes of all `drills` against the manifests as they are."""

    trial: Trial
    given: Manifests
    drills: tuple[Drill, ...]
    before: tuple[Outcome, ...]
    mapper: Mapper
    tell: Callable[[str], None]
    _ill: tuple[Drill, ...] = field(init=False)
    _at: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        ill = {o.drill for o in self.before if badness(o)}
        self._ill = tuple(d for d in self.drills if d.name in ill)
        self._at = {}

    def prove(self) -> Cure:
        fixes = candidates(self.given, self.before)
        if not fixes:
            return Cure(left=tuple(o for o in self.before if badness(o)))
        self._at = {title_of(self.given[at].obj): at for at in ill_sets(self.given, self.before)}
        self.tell(f"trying what could help: {len(fixes)} changes")
        before = rows(self.before)
        singles = [
            f
            for f, after in zip(fixes, self._tried([f.apply(self.given) for f in fixes]), strict=True)
            if gain(before, after) > 0
        ]
        chosen, left = singles, self._left(singles)
        if any(map(badness, left.values())):
            # What no fix reaches alone, several may: members kept apart, once they may leave their zone.
            chosen, left = self._joined(fixes, singles, left)
        shown = self._weighed(chosen)
        return Cure(tuple(shown), tuple(o for o in left.values() if badness(o)))

    # -- trying

    def _tried(self, mended: Sequence[Manifests], drills: tuple[Drill, ...] | None = None) -> list[Rows]:
        """What becomes of the ill drills; no rows when the manifests cannot be staged."""
        asked = [(m, self._ill if drills is None else drills) for m in mended]
        return [rows(after or ()) for after in self.mapper(self.trial, asked)]

    def _mended(self, chosen: Sequence[Fix]) -> Manifests:
        """The manifests with several fixes, each proposed anew on top of those before it."""
        out = self.given
        for workload, at in self._at.items():
            fix = combined(out, at, {id for f in chosen if f.workload == workload for id in f.ids})
            out = fix.apply(out) if fix is not None else out
        return out

    def _left(self, chosen: Sequence[Fix]) -> Rows:
        return (
            self._tried([self._mended(chosen)])[0]
            if chosen
            else {k: o for k, o in rows(self.before).items() if badness(o)}
        )

    # -- several at once

    def _joined(self, fixes: list[Fix], singles: list[Fix], left: Rows) -> tuple[list[Fix], Rows]:
        """The singles, and for each set that needs it the fewest fixes that together do more."""
        chosen = list(singles)
        for workload, at in self._at.items():
            own = [f for f in fixes if f.workload == workload]
            if len(own) < 2 or not any(badness(o) for (w, _), o in left.items() if w == workload):
                continue
            others = [f for f in chosen if f.workload != workload]
            every = self._tried([self._mended([*others, *own])])[0]
            if gain(left, every) <= 0:
                continue
            joint = combined(self.given, at, self._fewest(others, own, every))
            assert joint is not None
            with_singles = [*(f for f in chosen if f.workload != workload or f.id not in joint.ids), joint]
            left = self._left(with_singles)
            without = [*others, joint]
            # A fix that does a part of what this does is not worth a line of its own.
            if len(without) < len(with_singles) and gain(left, self._left(without)) >= 0:
                with_singles = without
            chosen = with_singles
        return chosen, left

    def _fewest(self, others: list[Fix], own: list[Fix], reached: Rows) -> set[str]:
        """The ids without which the outcome is worse than all of them reach."""
        without = [[f for f in own if f is not fix] for fix in own]
        tried = self._tried([self._mended([*others, *less]) for less in without])
        needed = [fix for fix, after in zip(own, tried, strict=True) if gain(reached, after) < 0]
        if needed and gain(reached, self._tried([self._mended([*others, *needed])])[0]) >= 0:
            return {f.id for f in needed}
        # Some stand in for each other: spare one at a time, those of the highest rank first.
        kept = list(own)
        for fix in sorted(own, key=_dearest):
            less = [f for f in kept if f is not fix]
            if less and gain(reached, self._tried([self._mended([*others, *less])])[0]) >= 0:
                kept = less
        return {f.id for f in kept}

    # -- the worth of each

    def _weighed(self, chosen: list[Fix]) -> list[Proven]:
        """With what each does to all drills; what harms more than it cures is left out."""
        out = []
        before = rows(self.before)
        for fix, after in zip(chosen, self._tried([f.apply(self.given) for f in chosen], self.drills), strict=True):
            turns = [
                (badness(was) - badness(is_now), Turn(*key, word(was), word(is_now)))
                for key, was in before.items() if (is_now := after.get(key)) is not None
            ]  # fmt: skip
            cures, harms = [t for worth, t in turns if worth > 0], [t for worth, t in turns if worth < 0]
            if cures:
                out.append((-sum(worth for worth, _ in turns), fix.rank, Proven(fix, tuple(cures), tuple(harms))))
        return [proven for *_, proven in sorted(out, key=_worth)]


def rows(outcomes: Sequence[Outcome]) -> Rows:
    return {(o.workload, o.drill): o for o in outcomes}


def badness(outcome: Outcome) -> int:
    """0 for what is well, 3 for a failure from which it never recovers."""
    if outcome.verdict == "fail":
        return 3 if outcome.recovery is None else 2
    return 1 if outcome.verdict == "degraded" else 0


def word(outcome: Outcome) -> str:
    return "never recovers" if badness(outcome) == 3 else outcome.verdict


def gain(before: Rows, after: Rows) -> int:
    """How much better the rows are that both have; nothing when there is nothing to compare."""
    return sum(badness(before[key]) - badness(o) for key, o in after.items() if key in before) if after else -1


def _dearest(fix: Fix) -> int:
    return -fix.rank


def _worth(weighed: tuple[int, int, Proven]) -> tuple[int, int]:
    return weighed[0], weighed[1]
