"""The whole of it: stage once, play each drill in a copy of that world, judge, propose and prove fixes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from quorate.rehearsal.drill import Drill
from quorate.rehearsal.given import Given
from quorate.rehearsal.ports import MakeWorld, Mapper
from quorate.rehearsal.proving import Cure, Prover
from quorate.rehearsal.stage import stage
from quorate.rehearsal.trial import Played, Trial, play_one, tasks
from quorate.rehearsal.verdict import Outcome
from quorate.rehearsal.workload import Workload


@dataclass(frozen=True, slots=True)
class Report:
    """What a rehearsal came to.

    sources   where each manifest stands
    cure      fixes that were seen to help; None when nobody looked for any
    lines     those of the trace, if one was asked for
    """

    seed: int
    workloads: tuple[Workload, ...]
    warnings: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    sources: tuple[str, ...]
    cure: Cure | None = None
    lines: tuple[dict[str, Any], ...] = ()

    @property
    def failed(self) -> bool:
        return any(o.verdict == "fail" for o in self.outcomes)


def _to_nobody(text: str) -> None:
    """Progress that nobody wants to hear of."""


def rehearse(
    make_world: MakeWorld, given: tuple[Given, ...], drills: Sequence[Drill], *, seed: int, quorum: int | None = None,
    mapper: Mapper = map, traced: bool = False, prove: bool = True, tell: Callable[[str], None] = _to_nobody,
) -> Report:  # fmt: skip
    """`tell` hears what is going on. Raises Refusal when the manifests cannot be staged."""
    tell("bringing the workload up")
    staged = stage(make_world(given), given, quorum)
    todo = tasks(staged, drills, traced)
    played: list[Played] = []
    tell(f"played 0 of {len(todo)} drills")
    for done in mapper(play_one, todo):
        played.append(done)
        tell(f"played {len(played)} of {len(todo)} drills")
    outcomes = tuple(p.outcome for p in played)
    cure = Prover(Trial(make_world, quorum), given, tuple(drills), outcomes, mapper, tell).prove() if prove else None
    lines = tuple(line for p in played for line in p.lines)
    sources = tuple(g.source for g in given)
    return Report(seed, staged.workloads, staged.warnings, outcomes, sources, cure, lines)
