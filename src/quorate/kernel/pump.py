"""One queue, ordered by (due, sequence): everything that happens in a world happens here, in this order.

Calls are bound methods or module functions with plain arguments, never closures, so that a world can be pickled:
that is how a rehearsal forks it.
"""

import heapq
from collections.abc import Callable
from itertools import count
from typing import Any

from quorate.kernel.clock import Clock, Duration, Instant


class Entry:
    """One call that waits for its time."""

    __slots__ = ("args", "call", "due")

    def __init__(self, due: Instant, call: Callable[..., None], args: tuple[Any, ...]) -> None:
        self.due, self.call, self.args = due, call, args

    def cancel(self) -> None:
        self.call, self.args = _nothing, ()

    @property
    def cancelled(self) -> bool:
        return self.call is _nothing


def _nothing() -> None:
    pass


class Pump:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._queue: list[tuple[Instant, int, Entry]] = []
        self._sequence = count()

    def now(self) -> Instant:
        return self.clock.now()

    def at(self, due: Instant, call: Callable[..., None], *args: Any) -> Entry:
        """Call `call(*args)` at `due`; what is due in the past happens now, after what already waits for now."""
        due = max(due, self.clock.now())
        entry = Entry(due, call, args)
        heapq.heappush(self._queue, (due, next(self._sequence), entry))
        return entry

    def after(self, wait: Duration, call: Callable[..., None], *args: Any) -> Entry:
        return self.at(self.clock.now() + wait, call, *args)

    def soon(self, call: Callable[..., None], *args: Any) -> Entry:
        return self.at(self.clock.now(), call, *args)

    def next_due(self) -> Instant | None:
        """When the next call is due; None when nothing waits."""
        while self._queue and self._queue[0][2].cancelled:
            heapq.heappop(self._queue)
        return self._queue[0][0] if self._queue else None

    def step(self) -> bool:
        """Move the clock to the next call and make it. False when nothing waits."""
        due = self.next_due()
        if due is None:
            return False
        entry = heapq.heappop(self._queue)[2]
        self.clock.move_to(due)
        entry.call(*entry.args)
        return True

    def run(self, until: Instant, most: int | None = None) -> bool:
        """Make every call due up to `until`, then move the clock there. With `most`, stop after that many calls.

        Returns whether `until` was reached.
        """
        queue, move_to = self._queue, self.clock.move_to
        done = 0
        while queue and queue[0][0] <= until:
            if most is not None and done >= most:
                return False
            due, _, entry = heapq.heappop(queue)
            move_to(due)
            entry.call(*entry.args)
            done += 1
        move_to(until)
        return True

    def run_until(self, holds: Callable[[], bool], by: Instant) -> bool:
        """Step until `holds()`; give up when the next call is due after `by`, with the clock moved to `by`.

        `holds` is asked after every call, so keep it cheap.
        """
        while not holds():
            due = self.next_due()
            if due is None or due > by:
                self.clock.move_to(by)
                return False
            self.step()
        return True
