"""Drills played: each in a world of its own, thawed from the staged one."""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from quorate.rehearsal.application import Application
from quorate.rehearsal.drill import Drill
from quorate.rehearsal.given import Given
from quorate.rehearsal.play import Play
from quorate.rehearsal.ports import MakeWorld, Refusal, World
from quorate.rehearsal.stage import Staged, stage
from quorate.rehearsal.trace import Trace
from quorate.rehearsal.verdict import Outcome, judge

Task = tuple[bytes, int, Drill, bool]


@dataclass(frozen=True, slots=True)
class Played:
    """`lines` are those of the trace, if one was asked for."""

    outcome: Outcome
    lines: tuple[dict[str, Any], ...]


def tasks(staged: Staged, drills: Sequence[Drill], traced: bool = False) -> list[Task]:
    """Every drill against every workload."""
    return [(staged.frozen, i, drill, traced) for i in range(len(staged.workloads)) for drill in drills]


def play_one(task: Task) -> Played:
    """One drill against one workload."""
    frozen, index, drill, traced = task
    world: World
    applications: list[Application]
    world, applications = pickle.loads(frozen)
    application = applications[index]
    trace = Trace(world) if traced else None
    began = world.now
    application.measure_from(began)
    log = Play(world, application).play(drill)
    ended = world.now
    outcome = judge(
        application.workload, drill, log, application.model.report(ended), application.recovery(began, ended),
        application.absences,
    )  # fmt: skip
    if trace is None:
        return Played(outcome, ())
    head = {"workload": application.workload.title, "drill": drill.name}
    return Played(outcome, tuple({**head, **line} for line in trace.lines))


@dataclass(frozen=True, slots=True)
class Trial:
    """Stages some manifests and plays drills against them, all in one process: how a fix is proved."""

    make_world: MakeWorld
    quorum: int | None

    def __call__(self, asked: tuple[tuple[Given, ...], tuple[Drill, ...]]) -> tuple[Outcome, ...] | None:
        """The outcomes in the order of `tasks`; None when the manifests cannot be staged."""
        given, drills = asked
        try:
            staged = stage(self.make_world(given), given, self.quorum)
        except Refusal:
            return None
        return tuple(play_one(task).outcome for task in tasks(staged, drills))
