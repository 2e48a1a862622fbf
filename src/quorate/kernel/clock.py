"""What time it is: instants and durations are whole microseconds, so that they add and compare exactly."""

import time
from collections.abc import Callable

Instant = int
"""Microseconds since the Unix epoch."""
Duration = int
"""Microseconds."""

MILLISECOND: Duration = 1_000
SECOND: Duration = 1_000_000
MINUTE: Duration = 60 * SECOND
HOUR: Duration = 60 * MINUTE
DAY: Duration = 24 * HOUR

EPOCH: Instant = 1_767_225_600 * SECOND
"""Where virtual time begins: 2026-01-01T00:00:00Z, the same for every world so that runs compare."""


def wall_microseconds() -> Instant:
    """The machine's own clock."""
    return time.time_ns() // 1_000


def monotonic_microseconds() -> Instant:
    return time.monotonic_ns() // 1_000


class Clock:
    """The time of a world: a value that only the pump moves, forwards."""

    def __init__(self, start: Instant = EPOCH) -> None:
        self._now = start

    def now(self) -> Instant:
        return self._now

    def move_to(self, instant: Instant) -> None:
        """Go forward to `instant`; going back is ignored, as a clock that returns would reorder events."""
        if instant > self._now:
            self._now = instant


class Wall:
    """How far a world driven by the wall may go: real time since the start, times `speed`, plus what was advanced.

    `read` gives monotonic microseconds; it is an argument so that the arithmetic can be tested without waiting.
    """

    def __init__(
        self, start: Instant, speed: float = 1.0, read: Callable[[], Instant] = monotonic_microseconds
    ) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be above 0, not {speed}")
        self._start, self.speed, self._read = start, speed, read
        self._began = read()

    def target(self) -> Instant:
        """The instant that the world should have reached by now."""
        return self._start + int((self._read() - self._began) * self.speed)

    def advance(self, by: Duration) -> None:
        if by < 0:
            raise ValueError("a clock can only be advanced, not put back")
        self._start += by

    def seconds_until(self, due: Instant) -> float:
        """Real seconds until the world should reach `due`; 0 when it should have been reached."""
        return max(0.0, (due - self.target()) / self.speed / SECOND)
