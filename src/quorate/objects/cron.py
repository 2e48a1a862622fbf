"""Cron lines as CronJobs understand them (robfig/cron's standard parser): five fields, or @hourly and its like.

Kubernetes means by a line what that parser makes of it, which other cron libraries differ from in what they accept and
in what they do where clocks are put forward or back. So it is spelled out here.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from quorate.kernel.clock import SECOND, Duration, Instant

_FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NAMES: tuple[dict[str, int], ...] = (
    {},
    {},
    {},
    {name: i + 1 for i, name in enumerate(_MONTHS)},
    {name: i for i, name in enumerate(_DAYS)},
)
_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}  # fmt: skip
_EVERY = re.compile(r"@every ((?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+)")
_UNITS = {"ns": 0.001, "us": 1, "µs": 1, "ms": 1000, "s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND}
_MINUTE, _HOUR = 60, 3600
_YEARS = 5
"""A line that fits no day in so many years fits none."""


class ScheduleError(ValueError):
    """Why a line is none, in the parser's words."""


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo | None:
    """The time zone of this name; "" is UTC."""
    try:
        return ZoneInfo(name or "UTC")
    except (OSError, ValueError, KeyError):
        return None


class Schedule:
    """When a line is due: minutes, hours, days and months, in a time zone."""

    def __init__(self, fields: tuple[frozenset[int], ...], starred: bool, where: ZoneInfo) -> None:
        self._minutes, self._hours, self._days, self._months, self._weekdays = fields
        self._starred, self._zone = starred, where

    def next(self, after: Instant) -> Instant | None:
        """The first time after this instant; None when there is none.

        A time that a clock put forward leaves out is left out; one that a clock put back repeats is due twice.
        """
        at = after // SECOND + 1
        last = self._local(at).year + _YEARS
        changed = False
        while True:
            local = self._local(at)
            if local.year > last:
                return None
            if local.month not in self._months:
                year, month = (local.year, local.month + 1) if local.month < 12 else (local.year + 1, 1)
                at, changed = self._instant(year, month, 1), True
            elif not self._on(local):
                at, changed = self._tomorrow(local), True
            elif local.hour not in self._hours:
                if not changed:
                    at -= local.minute * _MINUTE + local.second
                at, changed = at + _HOUR, True
            elif local.minute not in self._minutes or local.second:
                at, changed = at - local.second + _MINUTE, True
            else:
                return at * SECOND

    def _on(self, local: datetime) -> bool:
        """Day of month and day of week must both fit; where both are restricted, either will do."""
        of_month, of_week = local.day in self._days, local.isoweekday() % 7 in self._weekdays
        return of_month and of_week if self._starred else of_month or of_week

    def _local(self, at: int) -> datetime:
        return datetime.fromtimestamp(at, self._zone)

    def _instant(self, year: int, month: int, day: int) -> int:
        return int(datetime(year, month, day, tzinfo=self._zone).timestamp())

    def _tomorrow(self, local: datetime) -> int:
        """The next midnight, or what comes first of a day that has none."""
        noon = datetime(local.year, local.month, local.day, 12, tzinfo=UTC).timestamp() + 24 * _HOUR
        day = datetime.fromtimestamp(noon, UTC)
        at = self._instant(day.year, day.month, day.day)
        return at if self._local(at).day == day.day else at + _HOUR


class Every:
    """ "@every 90s": counted from the last time, in whole seconds."""

    def __init__(self, wait: Duration) -> None:
        self._wait = max(wait // SECOND, 1) * SECOND

    def next(self, after: Instant) -> Instant | None:
        return after // SECOND * SECOND + self._wait


@lru_cache(maxsize=1024)
def parse(line: str, zone_name: str = "") -> Schedule | Every:
    """The schedule of a line, in the time zone that it names itself (TZ=...), else in this one. Raises ScheduleError."""
    if line.startswith(("TZ=", "CRON_TZ=")):
        named, _, line = line.partition(" ")
        zone_name = named.partition("=")[2]
        line = line.strip()
    where = zone(zone_name)
    if where is None:
        raise ScheduleError(f"provided bad location {zone_name}: unknown time zone {zone_name}")
    every = _EVERY.fullmatch(line)
    if every is not None:
        parts = re.findall(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)", every[1])
        return Every(round(sum(float(n) * _UNITS[unit] for n, unit in parts)))
    wrong = schedule_error(line)
    if wrong:
        raise ScheduleError(wrong)
    fields = _DESCRIPTORS.get(line, line).split()
    values = tuple(
        frozenset(n for part in field.split(",") for n in _numbers(part, *bounds, names))
        for field, bounds, names in zip(fields, _FIELDS, _NAMES, strict=True)
    )
    return Schedule(values, any(_is_star(part) for field in (fields[2], fields[4]) for part in field.split(",")), where)


def _is_star(part: str) -> bool:
    """A star with a step above 1 restricts like any other range."""
    bounds, _, step = part.partition("/")
    return bounds.split("-")[0] in ("*", "?") and (not step or int(step) == 1)


def _numbers(part: str, low: int, high: int, names: dict[str, int]) -> range:
    bounds, _, step = part.partition("/")
    ends = bounds.split("-")
    if ends[0] in ("*", "?"):
        first, last = low, high
    else:
        numbers = [names.get(end.lower(), -1) if end.lower() in names else int(end) for end in ends]
        first = numbers[0]
        last = numbers[1] if len(numbers) > 1 else high if step else first
    return range(first, last + 1, int(step or 1))


def schedule_error(line: str) -> str:
    """What is wrong with a cron line, "" when nothing is."""
    if line.startswith("@"):
        if line in _DESCRIPTORS or _EVERY.fullmatch(line):
            return ""
        return f"unrecognized descriptor: {line}"
    if line.startswith(("TZ=", "CRON_TZ=")):
        return schedule_error(line.partition(" ")[2].strip())
    fields = line.split()
    if len(fields) != len(_FIELDS):
        return f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]"
    for field, (low, high), names in zip(fields, _FIELDS, _NAMES, strict=True):
        for part in field.split(","):
            wrong = _range_error(part, low, high, names)
            if wrong:
                return wrong
    return ""


def _range_error(part: str, low: int, high: int, names: dict[str, int]) -> str:
    bounds, slash, step = part.partition("/")
    if "/" in step:
        return f"too many slashes: {part}"
    ends = bounds.split("-")
    if len(ends) > 2:
        return f"too many hyphens: {part}"
    if bounds in ("*", "?"):
        numbers = [low, high]
    else:
        numbers = []
        for text in ends:
            if text.lower() in names:
                numbers.append(names[text.lower()])
            elif text.isascii() and text.isdigit():
                numbers.append(int(text))
            else:
                return f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax'
        if len(numbers) == 1:
            numbers.append(high if slash else numbers[0])
    start, end = numbers
    if slash and not (step.isascii() and step.isdigit()):
        return f'failed to parse int from {step}: strconv.Atoi: parsing "{step}": invalid syntax'
    if start < low:
        return f"beginning of range ({start}) below minimum ({low}): {part}"
    if end > high:
        return f"end of range ({end}) above maximum ({high}): {part}"
    if start > end:
        return f"beginning of range ({start}) beyond end of range ({end}): {part}"
    return f"step of range should be a positive number: {part}" if slash and int(step) == 0 else ""
