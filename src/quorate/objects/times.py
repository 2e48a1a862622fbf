"""Instants as the API writes them (RFC 3339, UTC) and durations as people write them."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from quorate.kernel.clock import HOUR, MILLISECOND, MINUTE, SECOND, Duration, Instant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = {"us": 1, "µs": 1, "ms": MILLISECOND, "s": SECOND, "m": MINUTE, "h": HOUR, "d": 24 * HOUR}


@lru_cache(maxsize=4096)
def _whole_seconds(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


def time_text(instant: Instant) -> str:
    """metav1.Time: whole seconds, e.g. "2026-01-01T00:00:00Z"."""
    return _whole_seconds(instant // SECOND) + "Z"


def micro_time_text(instant: Instant) -> str:
    """metav1.MicroTime: "2026-01-01T00:00:00.000000Z"."""
    return f"{_whole_seconds(instant // SECOND)}.{instant % SECOND:06d}Z"


@lru_cache(maxsize=4096)
def parse_time(text: str) -> Instant:
    """Reads Time and MicroTime. Raises ValueError on anything else."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"no time zone in {text!r}")
    return (at - _EPOCH) // timedelta(microseconds=1)


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> Duration:
    """Go's notation, as in annotations and flags: "300ms", "2s", "1m30s", "10m"; also days, "1d". Raises ValueError."""
    parts = re.findall(r"(\d+(?:\.\d+)?)(us|µs|ms|s|m|h|d)", text)
    if not parts or "".join(n + u for n, u in parts) != text:
        if text == "0":
            return 0
        raise ValueError(f"not a duration: {text!r} (write it like 90s, 10m, 1h30m or 300ms)")
    return sum(round(float(n) * _UNITS[u]) for n, u in parts)


def duration_text(duration: Duration) -> str:
    """Go's notation: "1m30s", "5m0s", "300ms", "0s"."""
    if duration == 0:
        return "0s"
    if abs(duration) < SECOND:
        return f"{duration / MILLISECOND:g}ms"
    sign, rest = ("-", -duration) if duration < 0 else ("", duration)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    out = f"{hours}h" if hours else ""
    out += f"{minutes}m" if hours or minutes else ""
    return f"{sign}{out}{rest / SECOND:g}s"
