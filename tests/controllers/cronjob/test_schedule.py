from typing import Any

import pytest

from quorate.controllers.cronjob.names import job_name, local_text, rfc1123
from quorate.controllers.cronjob.schedule import NeverDue, due, missed, next_look
from quorate.kernel.clock import MILLISECOND
from quorate.objects.cron import parse
from quorate.objects.times import parse_time, time_text


def cron(created: str = "2026-01-01T00:00:00Z", last: str | None = None, **spec: Any) -> dict[str, Any]:
    status = {"lastScheduleTime": last} if last else {}
    return {"metadata": {"name": "tick", "creationTimestamp": created}, "spec": spec, "status": status}


@pytest.mark.parametrize(
    ("line", "found", "now", "latest", "times"),
    [
        ("*/5 * * * *", cron(), "2026-01-01T00:04:59Z", None, 0),
        ("*/5 * * * *", cron(), "2026-01-01T00:05:00Z", "2026-01-01T00:05:00Z", 0),
        ("*/5 * * * *", cron(), "2026-01-01T00:11:00Z", "2026-01-01T00:10:00Z", 2),
        ("*/5 * * * *", cron(last="2026-01-01T00:10:00Z"), "2026-01-01T00:11:00Z", None, 0),
        ("*/5 * * * *", cron(), "2026-01-01T10:00:30Z", "2026-01-01T10:00:00Z", 120),
        ("*/5 * * * *", cron(startingDeadlineSeconds=60), "2026-01-01T10:04:30Z", None, 0),
        ("*/5 * * * *", cron(startingDeadlineSeconds=600), "2026-01-01T10:04:30Z", "2026-01-01T10:00:00Z", 2),
        # Uneven distances: only in the morning of working days.
        ("30 6-16/4 * * 1-5", cron(), "2026-01-05T11:00:00Z", "2026-01-05T10:30:00Z", 26),
        ("@every 7m", cron(), "2026-01-01T00:30:00Z", "2026-01-01T00:28:00Z", 4),
    ],
)
def test_what_has_come_due(line: str, found: Any, now: str, latest: str | None, times: int) -> None:
    seen = due(found, parse(line), parse_time(now))
    assert (time_text(seen.latest) if seen.latest is not None else None, seen.times) == (latest, times)


@pytest.mark.parametrize(
    ("line", "found", "now", "expected"),
    [
        ("*/5 * * * *", cron(), "2026-01-01T00:01:00Z", "2026-01-01T00:05:00Z"),
        ("*/5 * * * *", cron(), "2026-01-01T00:11:00Z", "2026-01-01T00:15:00Z"),
        # The deadline is for what is started, not for when to look.
        ("*/5 * * * *", cron(startingDeadlineSeconds=1), "2026-01-01T00:11:00Z", "2026-01-01T00:15:00Z"),
        ("@every 7m", cron(), "2026-01-01T00:30:00Z", "2026-01-01T00:35:00Z"),
    ],
)
def test_when_to_look_again(line: str, found: Any, now: str, expected: str) -> None:
    assert next_look(found, parse(line), parse_time(now)) == parse_time(expected) + 100 * MILLISECOND


def test_a_day_that_never_comes() -> None:
    with pytest.raises(NeverDue):
        missed(cron(), parse("0 0 31 2 *"), parse_time("2026-01-01T00:00:00Z"), True)


def test_names_and_texts() -> None:
    at = parse_time("2026-01-02T03:04:00Z")
    assert job_name(cron(), at) == "tick-29455384"
    assert local_text(at, "") == "2026-01-02T03:04:00Z"
    assert local_text(at, "Asia/Tokyo") == "2026-01-02T12:04:00+09:00"
    assert rfc1123(at) == "Fri, 02 Jan 2026 03:04:00 +0000"
