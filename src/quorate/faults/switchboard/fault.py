"""The words of faults: their parameters, what is in force, and how one is refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from quorate.kernel.clock import Duration, Instant
from quorate.objects.times import duration_text, parse_duration, time_text


class CannotInject(ValueError):
    """A fault that is not to be had like this; the message says why and what would do."""


class NoSuchFault(CannotInject):
    """Nothing of this name, or nothing in force under this id."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something a fault is told.

    default     None: it must be given
    kind        a "duration" is written like 30s or 10m, and reaches `inject` in microseconds
    subject     it says what is hit: one fault of a kind at a time on the same subject
    """

    name: str
    about: str
    default: str | int | None = None
    kind: Literal["text", "number", "duration"] = "text"
    subject: bool = False

    def value(self, given: Any) -> Any:
        """What was given, as `inject` takes it. Raises CannotInject."""
        if self.kind == "text":
            if not isinstance(given, str):
                raise CannotInject(f"{self.option} wants text, not {given!r}")
            return given
        if isinstance(given, int) and not isinstance(given, bool) and given >= 0:
            return given
        try:
            return parse_duration(str(given)) if self.kind == "duration" else _count(str(given))
        except ValueError as wrong:
            raise CannotInject(f"{self.option}: {wrong}") from None

    def shown(self, value: Any) -> Any:
        return duration_text(value) if self.kind == "duration" else value

    @property
    def option(self) -> str:
        return "--" + self.name.replace("_", "-")


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(f"not a number: {text!r}")
    return int(text)


@dataclass(frozen=True, slots=True)
class Undo:
    """A fault in force, and all that is needed to end it.

    arguments   as they were given, durations as text
    until       when it ends by itself; None: when it is cleared
    before      what the fault's own `undo` wants
    """

    id: str
    fault: str
    arguments: dict[str, Any]
    since: Instant
    until: Instant | None
    before: Any

    def shown(self) -> dict[str, Any]:
        """For people and programs: `id`, `fault`, `arguments`, `since`, `until`."""
        until = time_text(self.until) if self.until is not None else None
        return {
            "id": self.id, "fault": self.fault, "arguments": self.arguments, "since": time_text(self.since), "until": until,
        }  # fmt: skip


def duration(name: str, about: str, default: str | None = None) -> Parameter:
    return Parameter(name, about, default, "duration")


def subject(name: str, about: str, default: str | None = None) -> Parameter:
    return Parameter(name, about, default, subject=True)


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """'no controller is named "statefulset": did you mean statefulset-controller?'"""
    names = sorted(known)
    near = get_close_matches(name, names, n=3, cutoff=0.5) or [n for n in names if name and name in n][:3]
    start = f'no {what} is named "{name}"'
    if near:
        return f"{start}: did you mean {' or '.join(near)}?"
    if not names:
        return f"{start}: there is none"
    shown = ", ".join(names[:40])
    return f"{start}. There {'is' if len(names) == 1 else 'are'}: {shown}{', ...' if len(names) > 40 else ''}"


__all__ = ["CannotInject", "Duration", "NoSuchFault", "Parameter", "Undo", "duration", "subject", "unknown"]
