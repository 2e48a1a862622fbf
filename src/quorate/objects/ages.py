"""Spans of time as people read them: AGE columns, "(5m ago)" (apimachinery/pkg/util/duration)."""

from quorate.kernel.clock import SECOND, Duration

_YEAR = 24 * 365


def human_duration(duration: Duration) -> str:
    """Two places at most, the finer one only while it matters: "45s", "5m30s", "3h", "2d4h", "400d", "3y10d"."""
    if duration <= -2 * SECOND:
        # A clock that is ahead by a second or two is no error.
        return "<invalid>"
    seconds = max(duration, 0) // SECOND
    minutes, hours = seconds // 60, seconds // 3600
    if seconds < 120:
        return f"{seconds}s"
    if minutes < 10:
        return _two(minutes, "m", seconds % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if hours < 24 * 8:
        return _two(hours // 24, "d", hours % 24, "h")
    if hours < 2 * _YEAR:
        return f"{hours // 24}d"
    if hours < 8 * _YEAR:
        return _two(hours // _YEAR, "y", hours // 24 % 365, "d")
    return f"{hours // _YEAR}y"


def _two(first: int, unit: str, second: int, finer: str) -> str:
    return f"{first}{unit}{second}{finer}" if second else f"{first}{unit}"
