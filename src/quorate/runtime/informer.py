"""The cache that controllers read: it hears each commit, with a lag if the world has one, in order."""

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any, Protocol

from quorate.contract.plan import Obj
from quorate.kernel.clock import Duration, Instant
from quorate.kernel.pump import Pump
from quorate.objects.collection import Collection


class Commit(Protocol):
    """One committed change, as the store tells it."""

    @property
    def revision(self) -> int: ...
    @property
    def resource(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def old(self) -> Obj | None: ...
    @property
    def new(self) -> Obj: ...


class Draws(Protocol):
    """The chance that lags are drawn from: a random.Random."""

    def randint(self, a: int, b: int) -> int: ...


class Informers:
    """One cache for all controllers of a world.

    Without lag it is the store's own collection (`shared`), which already holds each change when it is heard of.
    With lag each change arrives up to `lag` later, drawn from `chance` (exactly `lag` later without one), never out of order.
    """

    def __init__(self, pump: Pump, shared: Collection, lag: Duration = 0, chance: Draws | None = None) -> None:
        self._pump, self._chance, self._shared = pump, chance, shared
        self.lag = lag
        # A cache of its own keeps the controllers' indexes to itself: then it stays, whatever becomes of the lag.
        self._own = bool(lag)
        self.cache = Collection() if self._own else shared
        self._arrives: Instant = 0
        self._coming: deque[tuple[Instant, Commit]] = deque()
        self._tell: list[Callable[[str, Obj | None, Obj | None], None]] = []
        self._waiting: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self._waits = 0

    @property
    def revision(self) -> int:
        """The last commit that the cache has seen."""
        return self.cache.revision

    def subscribe(self, tell: Callable[[str, Obj | None, Obj | None], None]) -> None:
        """`tell(resource, old, new)` is called once the cache holds the change."""
        self._tell.append(tell)

    def when_seen(self, revision: int, call: Callable[..., None], *args: Any) -> None:
        """Call `call(*args)` once the cache has seen this revision: a bound method with plain arguments, as for the pump."""
        self._waits += 1
        heappush(self._waiting, (revision, self._waits, call, args))

    def set_lag(self, lag: Duration) -> None:
        """From now on changes are heard of up to this late; 0: at once, and so is all that is still on its way."""
        if lag and self.cache is self._shared:
            self.cache = self._shared.copy()
        self.lag = lag
        if not lag:
            while self._coming:
                self._take(self._coming.popleft()[1])
            self._arrives = 0
            if not self._own:
                self.cache = self._shared

    def hear(self, commit: Commit) -> None:
        if self.cache is self._shared:
            self._told(commit)
            return
        wait = self._chance.randint(0, self.lag) if self._chance is not None else self.lag
        self._arrives = max(self._arrives, self._pump.now() + wait)
        self._coming.append((self._arrives, commit))
        self._pump.at(self._arrives, self._arrive)

    def _arrive(self) -> None:
        """The next commit, unless what was on its way was let through early."""
        if self._coming and self._coming[0][0] <= self._pump.now():
            self._take(self._coming.popleft()[1])

    def _take(self, commit: Commit) -> None:
        new = None if commit.type == "DELETED" else commit.new
        self.cache.apply(commit.resource, commit.old, new, commit.revision)
        self._told(commit)
        while self._waiting and self._waiting[0][0] <= commit.revision:
            _, _, call, args = heappop(self._waiting)
            self._pump.soon(call, *args)

    def _told(self, commit: Commit) -> None:
        new = None if commit.type == "DELETED" else commit.new
        for tell in self._tell:
            tell(commit.resource, commit.old, new)
