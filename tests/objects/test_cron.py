from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.kernel.clock import SECOND, Instant
from quorate.objects.cron import ScheduleError, parse, schedule_error, zone
from quorate.objects.times import parse_time, time_text


def at(text: str) -> Instant:
    return parse_time(text)


@pytest.mark.parametrize(
    ("line", "after", "expected"),
    [
        ("* * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"),
        ("*/15 * * * *", "2026-01-01T00:14:59Z", "2026-01-01T00:15:00Z"),
        ("*/15 * * * *", "2026-01-01T00:15:00Z", "2026-01-01T00:30:00Z"),
        ("5/20 * * * *", "2026-01-01T00:26:00Z", "2026-01-01T00:45:00Z"),
        ("0 9-17/4 * * *", "2026-01-01T13:30:00Z", "2026-01-01T17:00:00Z"),
        ("30 4 1,15 * *", "2026-01-02T00:00:00Z", "2026-01-15T04:30:00Z"),
        ("0 0 * * mon-fri", "2026-01-02T00:00:00Z", "2026-01-05T00:00:00Z"),
        ("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
        # Both days restricted: either will do. A star with a step restricts as well.
        ("0 0 13 * fri", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
        ("0 0 */2 * fri", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"),
        ("0 0 ? JAN 0", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"),
        ("@hourly", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"),
        ("@daily", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
        ("@weekly", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"),
        ("@monthly", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("@yearly", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("@every 1h30m", "2026-01-01T00:00:00Z", "2026-01-01T01:30:00Z"),
        ("@every 100ms", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"),
        ("TZ=Asia/Tokyo 0 9 * * *", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
    ],
)
def test_when_a_line_is_due(line: str, after: str, expected: str) -> None:
    due = parse(line).next(at(after))
    assert due is not None and time_text(due) == expected


def days(line: str, zone_name: str, after: str, count: int) -> list[str]:
    out, due = [], at(after)
    for _ in range(count):
        found = parse(line, zone_name).next(due)
        assert found is not None
        due = found
        out.append(time_text(due))
    return out


def test_a_time_that_a_clock_leaves_out_is_left_out() -> None:
    # In Berlin 02:30 does not exist on 29 March 2026.
    assert days("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", 2) == [
        "2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"
    ]  # fmt: skip


def test_a_time_that_a_clock_repeats_is_due_twice() -> None:
    assert days("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 3) == [
        "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z",
    ]  # fmt: skip


def test_midnight_may_be_missing() -> None:
    # In Santiago clocks jump from 24:00 to 01:00 on 6 September 2026: that day has no midnight.
    assert days("0 0 * * *", "America/Santiago", "2026-09-05T12:00:00Z", 1) == ["2026-09-07T03:00:00Z"]
    assert days("0 5 * * *", "America/Santiago", "2026-09-05T12:00:00Z", 1) == ["2026-09-06T08:00:00Z"]


def test_some_lines_never_come() -> None:
    assert parse("0 0 31 2 *").next(at("2026-01-01T00:00:00Z")) is None


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("* * * * 7", "end of range (7) above maximum (6): 7"),
        ("@often", "unrecognized descriptor: @often"),
        ("TZ=Nowhere * * * * *", "provided bad location Nowhere: unknown time zone Nowhere"),
    ],
)
def test_what_is_no_line(line: str, wrong: str) -> None:
    with pytest.raises(ScheduleError) as told:
        parse(line)
    assert str(told.value) == wrong


@pytest.mark.parametrize(
    ("name", "known"), [("", True), ("Europe/Berlin", True), ("Mars/Base", False), ("../x", False)]
)
def test_which_zones_there_are(name: str, known: bool) -> None:
    assert (zone(name) is not None) is known


def numbers(low: int, high: int) -> Any:
    one = st.integers(low, high).map(str)
    span = st.tuples(st.integers(low, high), st.integers(low, high)).map(lambda p: f"{min(p)}-{max(p)}")
    return st.one_of(st.just("*"), one, span, st.tuples(span, st.integers(1, 5)).map(lambda p: f"{p[0]}/{p[1]}"))


LINES = st.tuples(numbers(0, 59), numbers(0, 23), numbers(1, 28), numbers(1, 12), numbers(0, 6)).map(" ".join)


@settings(max_examples=80, deadline=None)
@given(line=LINES, after=st.integers(1_700_000_000, 1_900_000_000), zone_name=st.sampled_from(["", "America/New_York"]))
def test_nothing_between_now_and_then_fits_and_then_does(line: str, after: int, zone_name: str) -> None:
    assert schedule_error(line) == ""
    due = parse(line, zone_name).next(after * SECOND)
    assert due is not None
    # Minute by minute, the slow way.
    minute = after // 60 * 60 + 60
    steps = 0
    while minute < due // SECOND and steps < 3000:
        assert not fits(line, datetime.fromtimestamp(minute, zone(zone_name) or UTC))
        minute, steps = minute + 60, steps + 1
    assert fits(line, datetime.fromtimestamp(due // SECOND, zone(zone_name) or UTC))


def fits(line: str, local: datetime) -> bool:
    def among(field: str, value: int) -> bool:
        bounds, _, step = field.partition("/")
        if bounds == "*":
            return True
        first, _, last = bounds.partition("-")
        return value in range(int(first), int(last or first) + 1, int(step or 1))

    minute, hour, day, month, weekday = line.split()
    of_month, of_week = among(day, local.day), among(weekday, local.isoweekday() % 7)
    either = of_month and of_week if "*" in (day, weekday) else of_month or of_week
    return among(minute, local.minute) and among(hour, local.hour) and among(month, local.month) and either
