"""When something held: intervals, opened and closed as time goes on."""

from quorate.kernel.clock import Duration, Instant

Interval = tuple[Instant, Instant]
"""[since, until)."""


class Intervals:
    """The times at which a condition held, in order. `set` tells how it stands from an instant on."""

    def __init__(self) -> None:
        self._closed: list[Interval] = []
        self._since: Instant | None = None

    @property
    def open(self) -> bool:
        """Whether it holds now."""
        return self._since is not None

    @property
    def ended(self) -> Instant | None:
        """When it last stopped holding; None while it holds or when it never did."""
        return self._closed[-1][1] if self._since is None and self._closed else None

    def set(self, at: Instant, holds: bool) -> None:
        if holds and self._since is None:
            self._since = at
        elif not holds and self._since is not None:
            if at > self._since:
                self._closed.append((self._since, at))
            self._since = None

    def within(self, since: Instant, until: Instant) -> list[Interval]:
        """The parts of it between the two."""
        every = [*self._closed, *([(self._since, until)] if self._since is not None else [])]
        cut = [(max(a, since), min(b, until)) for a, b in every]
        return [(a, b) for a, b in cut if a < b]

    def gaps(self, since: Instant, until: Instant) -> list[Interval]:
        """The parts between the two in which it did not hold."""
        out, at = [], since
        for a, b in self.within(since, until):
            if at < a:
                out.append((at, a))
            at = b
        return [*out, (at, until)] if at < until else out

    def total(self, since: Instant, until: Instant) -> Duration:
        return sum(b - a for a, b in self.within(since, until))
