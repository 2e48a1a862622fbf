"""Whatever happens in whatever order, the promises of a cluster hold after every commit, and it comes to rest after."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from kept import KEPT
from world_moves import Programme, programmes
from world_play import Play
from world_rest import check_rest, mend

LONG = int(os.environ.get("QUORATE_EXAMPLES", "0"))
"""More examples, and other ones each time: QUORATE_EXAMPLES=1000 pytest tests/worlds."""


def run(programme: Programme) -> None:
    play = Play(programme)
    play.play(programme.moves)
    mend(play)
    check_rest(play)
    play.promises.settle_accounts()


@settings(
    max_examples=LONG or 60, deadline=None, derandomize=not LONG, print_blob=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)  # fmt: skip
@given(programme=programmes())
def test_promises_hold_after_every_commit_and_the_world_comes_to_rest(programme: Programme) -> None:
    run(programme)


@pytest.mark.parametrize("what", KEPT)
def test_what_once_went_wrong_does_not_again(what: str) -> None:
    run(KEPT[what])
