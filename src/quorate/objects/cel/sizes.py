"""How large values may be, and what handling them may cost: ranges of numbers that do not overflow (cel-go: checker)."""

import math
from dataclasses import dataclass

MOST = 2**64 - 1
TRAVERSAL = 0.1
"""What looking at one character costs."""
PATTERN = 0.25
"""What one character of a regular expression costs."""
LIST, MAP, MESSAGE = 10, 30, 40
"""What making one costs."""


@dataclass(frozen=True, slots=True)
class Range:
    """From the least to the most: of characters, bytes, items, or units of cost."""

    least: int
    most: int

    def plus(self, other: "Range") -> "Range":
        return Range(_cut(self.least + other.least), _cut(self.most + other.most))

    def times(self, other: "Range") -> "Range":
        return Range(_cut(self.least * other.least), _cut(self.most * other.most))

    def by(self, factor: float) -> "Range":
        """Times a factor, rounded up."""
        return Range(scaled(self.least, factor), scaled(self.most, factor))

    def or_(self, other: "Range") -> "Range":
        """What covers both."""
        return Range(min(self.least, other.least), max(self.most, other.most))


def exactly(count: int) -> Range:
    return Range(count, count)


UNKNOWN = Range(0, MOST)
NOTHING, ONE = exactly(0), exactly(1)


def _cut(value: int) -> int:
    return min(value, MOST)


def scaled(count: int, factor: float) -> int:
    return _cut(math.ceil(float(count) * factor))
