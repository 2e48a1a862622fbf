"""The wall's arithmetic: speed and advances."""

import pytest

from quorate.kernel.clock import EPOCH, MINUTE, SECOND, Clock, Wall


class Hands:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.at = 1_000

    def __call__(self) -> int:
        return self.at


def test_a_world_clock_never_goes_back() -> None:
    clock = Clock()
    clock.move_to(EPOCH + SECOND)
    clock.move_to(EPOCH)
    assert clock.now() == EPOCH + SECOND


def test_speed_multiplies_the_time_that_has_passed() -> None:
    hands = Hands()
    wall = Wall(EPOCH, speed=60, read=hands)
    hands.at += SECOND
    assert wall.target() == EPOCH + MINUTE
    assert wall.seconds_until(EPOCH + 2 * MINUTE) == pytest.approx(1.0)
    assert wall.seconds_until(EPOCH) == 0


def test_an_advance_is_added_at_once() -> None:
    hands = Hands()
    wall = Wall(EPOCH, read=hands)
    wall.advance(10 * MINUTE)
    assert wall.target() == EPOCH + 10 * MINUTE


@pytest.mark.parametrize("speed", [0, -1])
def test_a_speed_of_nothing_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="speed must be above 0"):
        Wall(EPOCH, speed=speed)


def test_a_clock_cannot_be_put_back() -> None:
    with pytest.raises(ValueError, match="not put back"):
        Wall(EPOCH).advance(-1)
