"""Intervals: cut, gaps, totals."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from quorate.rehearsal.models.intervals import Intervals


def made(*changes: tuple[int, bool]) -> Intervals:
    out = Intervals()
    for at, holds in changes:
        out.set(at, holds)
    return out


def test_within_and_gaps() -> None:
    it = made((10, True), (20, False), (20, False), (30, True), (30, True))
    assert it.within(0, 40) == [(10, 20), (30, 40)]
    assert it.within(15, 35) == [(15, 20), (30, 35)]
    assert it.gaps(0, 40) == [(0, 10), (20, 30)]
    assert it.gaps(15, 18) == []
    assert it.gaps(0, 5) == [(0, 5)]
    assert it.total(15, 35) == 10
    assert it.open
    assert it.ended is None


def test_what_lasted_no_time_did_not_happen() -> None:
    it = made((10, True), (10, False))
    assert it.within(0, 20) == []
    assert it.gaps(0, 20) == [(0, 20)]


def test_when_it_ended() -> None:
    assert made((10, True), (20, False)).ended == 20
    assert made().ended is None


@given(st.lists(st.tuples(st.integers(0, 100), st.booleans())).map(sorted), st.integers(0, 100), st.integers(0, 100))
def test_what_holds_and_the_gaps_make_up_the_time(changes: list[tuple[int, bool]], a: int, b: int) -> None:
    since, until = min(a, b), max(a, b)
    it = made(*changes)
    every = sorted(it.within(since, until) + it.gaps(since, until))
    assert sum(y - x for x, y in every) == until - since
    assert all(x[1] == y[0] for x, y in pairwise(every))
