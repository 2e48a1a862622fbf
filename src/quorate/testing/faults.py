"""Faults of a served cluster: injected by name, ended at the end of a `with`."""

from types import TracebackType
from typing import Any

from quorate.assemble.world import World
from quorate.faults.switchboard.fault import Undo
from quorate.objects.times import parse_duration
from quorate.testing.shared import Do


class Faults:
    def __init__(self, do: Do, world: World) -> None:
        self._do, self._world = do, world

    def inject(self, fault: str, *, lasting: str | None = None, **arguments: Any) -> "Injected":
        """Let something go wrong, until it is ended or for `lasting` of the cluster's time.

        `quorate faults` lists what there is. Raises CannotInject.
        """
        duration = None if lasting is None else parse_duration(lasting)
        return Injected(self, self._do(lambda: self._world.faults.inject(fault, arguments, duration)))

    def active(self) -> tuple[Undo, ...]:
        """Those in force."""
        found: tuple[Undo, ...] = self._do(self._world.faults.active)
        return found

    def end(self, id: str) -> None:
        """Raises NoSuchFault."""
        self._do(lambda: self._world.faults.undo(id))

    def clear(self) -> None:
        """End all."""
        self._do(self._world.faults.clear)


class Injected:
    """A fault in force. `id` names it."""

    def __init__(self, faults: Faults, undo: Undo) -> None:
        self._faults, self.undo, self.id = faults, undo, undo.id

    def end(self) -> None:
        """Put it right; nothing when it has ended already."""
        if any(other.id == self.id for other in self._faults.active()):
            self._faults.end(self.id)

    def __enter__(self) -> "Injected":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
