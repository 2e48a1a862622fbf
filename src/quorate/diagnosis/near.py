"""The names that somebody may have meant."""

from collections.abc import Iterable
from difflib import SequenceMatcher

ALIKE = 0.6


def nearest(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Known names like this one, the likest first."""
    rated = [
        (SequenceMatcher(None, name, other).ratio() + 0.3 * (name in other or other in name), other)
        for other in set(known)
    ]
    return [other for rating, other in sorted(rated, key=lambda r: (-r[0], r[1])) if rating >= ALIKE and other != name][
        :most
    ]
