"""Timestamps and durations as CEL reads and writes them, in nanoseconds."""

import re
from datetime import UTC, datetime, timedelta

_SECOND = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?\d*(Z|[+-]\d\d:\d\d)", re.ASCII
)  # fmt: skip
_UNITS = {
    "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": _SECOND, "m": 60 * _SECOND,
    "h": 3600 * _SECOND,
}  # fmt: skip
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")


def parse_timestamp(text: str) -> int | None:
    """RFC 3339; None when it is none."""
    match = _STAMP.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(match[i]) for i in range(1, 7))
    try:
        at = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    whole = (at - _EPOCH) // timedelta(seconds=1)
    if match[8] != "Z":
        hours, minutes = int(match[8][1:3]), int(match[8][4:6])
        offset = hours * 3600 + minutes * 60
        whole -= offset if match[8][0] == "+" else -offset
    return whole * _SECOND + int((match[7] or "").ljust(9, "0"))


def timestamp_text(nanoseconds: int) -> str:
    seconds, rest = divmod(nanoseconds, _SECOND)
    at = _EPOCH + timedelta(seconds=seconds)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{at.year:04d}-{at:%m-%dT%H:%M:%S}{fraction}Z"


def parse_duration(text: str) -> int | None:
    """Go's notation, with a sign: "-1h30m", "0"; None when it is none."""
    body = text[1:] if text[:1] in ("+", "-") else text
    if body == "0":
        return 0
    total, at = 0.0, 0
    exact = 0
    for match in _PART.finditer(body):
        if match.start() != at:
            return None
        number, unit = match[1], _UNITS[match[2]]
        if "." in number:
            total += float(number) * unit
        else:
            exact += int(number) * unit
        at = match.end()
    if not body or at != len(body):
        return None
    out = exact + round(total)
    return -out if text.startswith("-") else out


def duration_text(nanoseconds: int) -> str:
    """Seconds, as CEL writes durations: "5400s", "0.5s"."""
    sign = "-" if nanoseconds < 0 else ""
    seconds, rest = divmod(abs(nanoseconds), _SECOND)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{sign}{seconds}{fraction}s"
