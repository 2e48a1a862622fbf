import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.controllers.job.indexes import Indexes, of, parse

SETS = st.sets(st.integers(0, 30))


@pytest.mark.parametrize(
    ("indexes", "text"),
    [([], ""), ([0], "0"), ([0, 1], "0,1"), ([0, 1, 2], "0-2"), ([1, 3, 4, 5, 7, 8], "1,3-5,7,8")],
)
def test_how_a_status_writes_them(indexes: list[int], text: str) -> None:
    assert str(of(indexes)) == text
    assert parse(text, 100) == of(indexes)


@pytest.mark.parametrize(
    ("text", "total", "expected"),
    [
        ("0-9", 5, "0-4"),
        ("0,7-9", 7, "0"),
        ("0,x,2", 5, "0,2"),
        ("0-1,2-3", 9, "0-3"),
        ("1-x,4", 9, "4"),
    ],
)
def test_what_does_not_fit_is_passed_over(text: str, total: int, expected: str) -> None:
    assert str(parse(text, total)) == expected


@given(one=SETS, other=SETS)
def test_they_are_sets(one: set[int], other: set[int]) -> None:
    left, right = of(one), of(other)
    assert left | right == of(one | other)
    assert left & right == of(one & other)
    assert len(left) == len(one)
    assert [i for i in range(31) if i in left] == sorted(one)
    assert list(left.missing(31)) == [i for i in range(31) if i not in one]
    assert parse(str(left), 31) == left
    assert Indexes() | left == left
