"""The faults in force in a world. It is part of the world: a fork has the same ones, and ends them on its own."""

from typing import Any

from quorate.contract.failures import Refused
from quorate.faults.switchboard.catalogue import Fault, fault_named
from quorate.faults.switchboard.fault import CannotInject, NoSuchFault, Undo, unknown
from quorate.faults.switchboard.ports import World
from quorate.kernel.clock import SECOND, Duration
from quorate.kernel.pump import Entry

RETRY = 10 * SECOND


class Board:
    def __init__(self, world: World) -> None:
        self._world = world
        self._active: dict[str, Undo] = {}
        self._ends: dict[str, Entry] = {}
        self._count = 0

    def active(self) -> tuple[Undo, ...]:
        """In the order in which they were injected."""
        return tuple(self._active.values())

    def get(self, id: str) -> Undo:
        """Raises NoSuchFault."""
        found = self._active.get(id)
        if found is None:
            raise NoSuchFault(unknown("fault in force", id, self._active))
        return found

    def inject(self, name: str, arguments: dict[str, Any], lasting: Duration | None = None) -> Undo:
        """Make it so, for good or for `lasting` of the world's time. Raises CannotInject."""
        fault = fault_named(name)
        if lasting is not None and lasting <= 0:
            raise CannotInject("a fault lasts longer than no time at all")
        checked = fault.arguments(arguments)
        self._refuse_twice(fault, checked)
        world = self._world
        before = fault.inject(world, world.chance, **checked)
        self._count += 1
        until = None if lasting is None else world.now + lasting
        made = Undo(f"{name}-{self._count}", name, fault.shown(checked), world.now, until, before)
        self._active[made.id] = made
        if until is not None:
            self._ends[made.id] = world.pump.at(until, self._expire, made.id)
        return made

    def undo(self, id: str) -> Undo:
        """End it; answers what it was. Raises NoSuchFault, and Refused when something keeps it from being put right."""
        found = self.get(id)
        fault_named(found.fault).undo(self._world, found.before)
        del self._active[id]
        end = self._ends.pop(id, None)
        if end is not None:
            end.cancel()
        return found

    def clear(self) -> tuple[Undo, ...]:
        """End all, the last first; answers what they were."""
        return tuple(self.undo(id) for id in reversed(tuple(self._active)))

    def _expire(self, id: str) -> None:
        if id not in self._active:
            return
        try:
            self.undo(id)
        except Refused:
            self._ends[id] = self._world.pump.after(RETRY, self._expire, id)

    def _refuse_twice(self, fault: Fault, arguments: dict[str, Any]) -> None:
        shown = fault.shown(arguments)
        subjects = {p.name: shown[p.name] for p in fault.parameters if p.subject}
        for other in self._active.values():
            if other.fault == fault.name and all(other.arguments[n] == v for n, v in subjects.items()):
                raise CannotInject(f"{fault.name} is in force there already, as {other.id}: clear that first")
