"""The whole of it: stage once, play each drill in a copy of that world, judge, propose and prove fixes."""

import pickle
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from quorate.rehearsal.application import Application
from quorate.rehearsal.drill import Drill
from quorate.rehearsal.fixes import ALL, Fix, candidates
from quorate.rehearsal.play import Play
from quorate.rehearsal.ports import Refusal, World
from quorate.rehearsal.stage import Given, Staged, stage
from quorate.rehearsal.trace import Trace
from quorate.rehearsal.verdict import Outcome, judge
from quorate.rehearsal.workload import Workload

Task = tuple[bytes, int, Drill, bool]
Mapper = Callable[[Callable[[Task], "Played"], Sequence[Task]], Iterable["Played"]]
"""Like the built-in map, perhaps over several processes."""
MakeWorld = Callable[[tuple[Given, ...]], World]


@dataclass(frozen=True, slots=True)
class Played:
    outcome: Outcome
    lines: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Proven:
    """A fix and what it was seen to do: drills that it turns to the better, as (workload, drill, before, after)."""

    fix: Fix
    cures: tuple[tuple[str, str, str, str], ...]
    harms: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Report:
    seed: int
    workloads: tuple[Workload, ...]
    warnings: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    fixes: tuple[Proven, ...]
    lines: tuple[dict[str, Any], ...] = ()

    @property
    def failed(self) -> bool:
        return any(o.verdict == "fail" for o in self.outcomes)


def play_one(task: Task) -> Played:
    """One drill against one workload in a world of its own."""
    frozen, index, drill, traced = task
    world: World
    applications: list[Application]
    world, applications = pickle.loads(frozen)
    application = applications[index]
    trace = Trace(world) if traced else None
    began = world.now
    application.model.measure_from(began)
    log = Play(world, application).play(drill)
    ended = world.now
    outcome = judge(application.workload, drill, log, application.model.report(ended), ended - began)
    lines: tuple[dict[str, Any], ...] = ()
    if trace is not None:
        head = {"workload": application.workload.title, "drill": drill.name}
        lines = tuple({**head, **line} for line in trace.lines)
    return Played(outcome, lines)


def play_all(staged: Staged, drills: Sequence[Drill], mapper: Mapper, traced: bool = False) -> list[Played]:
    tasks: list[Task] = [(staged.frozen, i, drill, traced) for i in range(len(staged.workloads)) for drill in drills]
    return list(mapper(play_one, tasks))


def rehearse(
    make_world: MakeWorld, given: tuple[Given, ...], drills: Sequence[Drill], *, seed: int, quorum: int | None,
    mapper: Mapper, traced: bool = False, prove: bool = True,
) -> Report:  # fmt: skip
    """Raises Refusal when the manifests cannot be staged."""
    staged = stage(make_world(given), given, quorum)
    played = play_all(staged, drills, mapper, traced)
    outcomes = tuple(p.outcome for p in played)
    fixes = _proven(make_world, given, drills, quorum, mapper, outcomes) if prove else ()
    lines = tuple(line for p in played for line in p.lines)
    return Report(seed, staged.workloads, staged.warnings, outcomes, fixes, lines)


RANK = {"pass": 0, "degraded": 1, "fail": 2}


def _proven(
    make_world: MakeWorld, given: tuple[Given, ...], drills: Sequence[Drill], quorum: int | None, mapper: Mapper,
    before: tuple[Outcome, ...],
) -> tuple[Proven, ...]:  # fmt: skip
    """Every candidate is tried: the same drills against the mended manifests. What helps most comes first."""
    out: list[Proven] = []
    for fix in candidates(given, before):
        mended = fix.apply(given)
        try:
            staged = stage(make_world(mended), mended, quorum)
        except Refusal:
            continue
        after = [p.outcome for p in play_all(staged, drills, mapper)]
        changed = [
            (b.workload, b.drill, b.verdict, a.verdict)
            for b, a in zip(before, after, strict=True) if a.verdict != b.verdict
        ]  # fmt: skip
        cures = tuple(c for c in changed if RANK[c[3]] < RANK[c[2]])
        harms = tuple(c for c in changed if RANK[c[3]] > RANK[c[2]])
        out.append(Proven(fix, cures, harms))
    out.sort(key=_worth)
    return tuple(p for p in out if p.fix.id != ALL or _adds(p, out))


def _adds(together: Proven, every: list[Proven]) -> bool:
    """Whether all fixes together do more than the best one alone."""
    alone = [p for p in every if p.fix.id != ALL and p.fix.workload == together.fix.workload]
    return _worth(together)[0] < min((_worth(p)[0] for p in alone), default=0)


def _worth(proven: Proven) -> tuple[int, int]:
    gain = sum(RANK[c[2]] - RANK[c[3]] for c in proven.cures) + sum(RANK[c[2]] - RANK[c[3]] for c in proven.harms)
    return -gain, proven.fix.rank
