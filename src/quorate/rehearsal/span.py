"""Durations as a report writes them."""

from quorate.kernel.clock import MINUTE, SECOND, Duration
from quorate.objects.times import duration_text


def span_text(duration: Duration) -> str:
    """To a tenth of a second below a minute, to seconds above, never rounded to nothing: "1.4s", "16m", "1h30m"."""
    step = SECOND // 10 if duration < MINUTE else SECOND
    text = duration_text(max(step, round(duration / step) * step))
    return text.removesuffix("0s") if text.endswith("m0s") else text
