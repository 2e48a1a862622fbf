"""What a playbook's check read and saw."""

from collections.abc import Iterable
from dataclasses import dataclass

from quorate.diagnosis.told import Told
from quorate.kernel.clock import Instant


@dataclass(frozen=True, slots=True)
class Signal:
    """Something at a time (or over a time) that may have to do with the trouble."""

    at: Instant
    says: str
    until: Instant | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """`read` names what was read, `shows` what it says, line by line; `signals` are the moments in it.

    `known` is False when it could not be seen, so that the absence of signals proves nothing: `why` says what is missing.
    """

    read: tuple[str, ...]
    shows: tuple[str, ...]
    signals: tuple[Signal, ...] = ()
    known: bool = True
    why: str = ""


def of_events(told: Iterable[Told], most: int = 4) -> tuple[tuple[str, ...], tuple[Signal, ...]]:
    """Lines and signals of events, the newest ones as lines."""
    found = list(told)
    lines = tuple(
        f"{t.about}: {t.reason}: {t.message}" + (f" (x{t.count})" if t.count > 1 else "") for t in found[-most:]
    )
    return lines, tuple(Signal(t.first, f"{t.reason} on {t.about}", t.last) for t in found)
