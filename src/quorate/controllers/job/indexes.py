"""Sets of completion indexes as a Job's status writes them: "1,3-5,7" (Kubernetes: job/indexed_job_utils.go)."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

Interval = tuple[int, int]
"""First and last."""


class Indexes:
    """Intervals in order that neither touch nor overlap."""

    __slots__ = ("intervals",)

    def __init__(self, intervals: Iterable[Interval] = ()) -> None:
        self.intervals = tuple(intervals)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Indexes) and self.intervals == other.intervals

    def __hash__(self) -> int:
        return hash(self.intervals)

    def __contains__(self, index: int | None) -> bool:
        return index is not None and any(first <= index <= last for first, last in self.intervals)

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.intervals)

    def __or__(self, other: "Indexes") -> "Indexes":
        out: list[Interval] = []
        for first, last in sorted((*self.intervals, *other.intervals)):
            if out and first <= out[-1][1] + 1:
                out[-1] = (out[-1][0], max(out[-1][1], last))
            else:
                out.append((first, last))
        return Indexes(out)

    def __and__(self, other: "Indexes") -> "Indexes":
        pairs = (
            (max(a[0], b[0]), min(a[1], b[1])) for a in self.intervals for b in other.intervals
        )  # fmt: skip
        return Indexes(sorted(pair for pair in pairs if pair[0] <= pair[1]))

    def __repr__(self) -> str:
        return f"Indexes({self})"

    def __str__(self) -> str:
        """Two neighbours are written apart: "1,2"; three and more as a range: "1-3"."""
        out = []
        for first, last in self.intervals:
            out.append(str(first))
            if last > first:
                out.append(f"{',' if last == first + 1 else '-'}{last}")
            out.append(",")
        return "".join(out[:-1])

    def missing(self, total: int) -> Iterator[int]:
        """The indexes below `total` that are not in it, lowest first."""
        at = 0
        for first, last in self.intervals:
            yield from range(at, min(first, total))
            at = max(at, last + 1)
        yield from range(at, total)


NONE = Indexes()


def of(indexes: Iterable[int | None]) -> Indexes:
    return Indexes((i, i) for i in sorted({i for i in indexes if i is not None})) | NONE


@lru_cache(maxsize=1024)
def parse(text: str, total: int) -> Indexes:
    """Indexes below `total`; what cannot be read is passed over."""
    out: list[Interval] = []
    for part in text.split(",") if text else ():
        ends = part.split("-")
        if not all(end.isascii() and end.isdigit() for end in ends[:2]):
            continue
        first = int(ends[0])
        if first >= total:
            break
        last = min(int(ends[1]), total - 1) if len(ends) > 1 else first
        if out and out[-1][1] == first - 1:
            out[-1] = (out[-1][0], last)
        else:
            out.append((first, last))
    return Indexes(out)
