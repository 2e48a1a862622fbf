"""The parts of timestamps and durations: getFullYear, getHours, ... in UTC or in a named zone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from quorate.objects.cel.declarations import Library, declare
from quorate.objects.cel.limits import SECOND
from quorate.objects.cel.values import CelError, Duration, Timestamp

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _zone(name: str) -> tzinfo:
    if (name and name[0] in "+-") or (":" in name and name[0].isdigit()):
        sign = -1 if name[0] == "-" else 1
        hours, _, minutes = name.lstrip("+-").partition(":")
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0)) * sign
        return timezone(offset)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CelError(f"unknown time zone {name}") from None


def _at(moment: Timestamp, zone: str = "") -> datetime:
    at = _EPOCH + timedelta(microseconds=moment.nanoseconds // 1000)
    return at.astimezone(_zone(zone)) if zone else at


def _year(t: Timestamp, zone: str = "") -> int:
    return _at(t, zone).year


def _month(t: Timestamp, zone: str = "") -> int:
    return _at(t, zone).month - 1


def _day_of_month(t: Timestamp, zone: str = "") -> int:
    return _at(t, zone).day - 1


def _date(t: Timestamp, zone: str = "") -> int:
    return _at(t, zone).day


def _day_of_year(t: Timestamp, zone: str = "") -> int:
    return _at(t, zone).timetuple().tm_yday - 1


def _day_of_week(t: Timestamp, zone: str = "") -> int:
    return _at(t, zone).isoweekday() % 7


def _hours(t: Timestamp, zone: str = "") -> int:
    return _at(t, zone).hour


def _minutes(t: Timestamp, zone: str = "") -> int:
    return _at(t, zone).minute


def _seconds(t: Timestamp, zone: str = "") -> int:
    return _at(t, zone).second


def _milliseconds(t: Timestamp, zone: str = "") -> int:
    return t.nanoseconds % SECOND // 1_000_000


def _whole_units(nanoseconds: int, unit: int) -> int:
    return nanoseconds // unit if nanoseconds >= 0 else -(-nanoseconds // unit)


def _duration_hours(d: Duration) -> int:
    return _whole_units(d.nanoseconds, 3600 * SECOND)


def _duration_minutes(d: Duration) -> int:
    return _whole_units(d.nanoseconds, 60 * SECOND)


def _duration_seconds(d: Duration) -> int:
    return _whole_units(d.nanoseconds, SECOND)


def _duration_milliseconds(d: Duration) -> int:
    return _whole_units(d.nanoseconds, 1_000_000)


_TIMES: tuple[tuple[str, Callable[..., int], Callable[..., int] | None], ...] = (
    ("getFullYear", _year, None), ("getMonth", _month, None), ("getDayOfMonth", _day_of_month, None),
    ("getDate", _date, None), ("getDayOfYear", _day_of_year, None), ("getDayOfWeek", _day_of_week, None),
    ("getHours", _hours, _duration_hours), ("getMinutes", _minutes, _duration_minutes),
    ("getSeconds", _seconds, _duration_seconds), ("getMilliseconds", _milliseconds, _duration_milliseconds),
)  # fmt: skip


def library() -> Library:
    rows: list[tuple[str, str, Callable[..., Any]]] = []
    for name, of_time, of_duration in _TIMES:
        rows += [(f"timestamp|{name}()", "int", of_time), (f"timestamp|{name}(string)", "int", of_time)]
        if of_duration is not None:
            rows.append((f"duration|{name}()", "int", of_duration))
    return declare(rows)
