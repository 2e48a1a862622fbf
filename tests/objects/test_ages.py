import pytest

from quorate.kernel.clock import DAY, HOUR, MINUTE, SECOND
from quorate.objects.ages import human_duration


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (-2 * SECOND, "<invalid>"), (-2 * SECOND + 1, "0s"), (0, "0s"), (SECOND - 1, "0s"), (119 * SECOND, "119s"),
        (2 * MINUTE, "2m"), (2 * MINUTE + SECOND, "2m1s"), (10 * MINUTE - SECOND, "9m59s"), (10 * MINUTE, "10m"),
        (3 * HOUR - SECOND, "179m"), (3 * HOUR, "3h"), (3 * HOUR + MINUTE, "3h1m"), (8 * HOUR, "8h"),
        (47 * HOUR, "47h"), (2 * DAY, "2d"), (2 * DAY + HOUR, "2d1h"), (8 * DAY + HOUR, "8d"), (729 * DAY, "729d"),
        (730 * DAY, "2y"), (731 * DAY, "2y1d"), (8 * 365 * DAY, "8y"),
    ],
)  # fmt: skip
def test_human_duration(duration: int, text: str) -> None:
    assert human_duration(duration) == text
