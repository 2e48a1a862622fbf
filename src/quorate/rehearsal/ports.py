"""What a rehearsal needs of a world; `assemble` gives one."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from quorate.contract.plan import Obj
from quorate.contract.ports import Reader, Writer
from quorate.kernel.chance import Chance
from quorate.kernel.clock import Duration, Instant
from quorate.kernel.pump import Pump

if TYPE_CHECKING:
    from quorate.rehearsal.given import Given

T = TypeVar("T")
R = TypeVar("R")


class World(Protocol):
    chance: Chance
    pump: Pump

    @property
    def now(self) -> Instant: ...

    @property
    def reader(self) -> Reader: ...

    def client(self, user: str = ..., manager: str = ...) -> Writer: ...

    def resource_of(self, obj: Obj) -> str | None:
        """The resource of an object's kind; None when it is not served."""
        ...

    def is_namespaced(self, resource: str) -> bool: ...

    def follow(self, hear: Callable[[Any], None]) -> None:
        """`hear(change)` after each commit: change has type, resource, old, new. A bound method, as worlds are pickled."""
        ...

    def run_for(self, duration: Duration) -> None: ...

    def run_until(self, holds: Callable[[], bool], within: Duration) -> bool: ...


class MakeWorld(Protocol):
    def __call__(self, given: "tuple[Given, ...]") -> World:
        """A fresh world, big enough for these manifests."""
        ...


class Mapper(Protocol):
    def __call__(self, call: Callable[[T], R], tasks: Sequence[T], /) -> Iterable[R]:
        """Like the built-in map, perhaps over several processes: `call` and the tasks are data."""
        ...


class Refusal(Exception):
    """The rehearsal cannot be played: who, why and what next, in one line."""
