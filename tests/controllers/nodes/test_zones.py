"""The pace of evictions."""

import pytest

from quorate.controllers.nodes.zones import EVERY, EVERY_IN_LARGE, Zone, moved, state_of
from quorate.kernel.clock import SECOND


@pytest.mark.parametrize(
    ("ready", "unready", "state"),
    [
        (3, 0, "Normal"), (0, 1, "FullDisruption"), (0, 5, "FullDisruption"), (1, 2, "Normal"), (2, 3, "PartialDisruption"),
        (3, 3, "Normal"), (9, 11, "PartialDisruption"), (0, 0, "Normal"),
    ],
)  # fmt: skip
def test_the_state_of_a_zone(ready: int, unready: int, state: str) -> None:
    assert state_of(ready, unready) == state


def test_a_lost_zone_keeps_the_pace_and_a_sick_one_slows_down() -> None:
    zones, change = moved({}, {"a": (0, 3), "b": (2, 3), "c": (20, 40), "d": (3, 0)}, 0)
    assert change == ""
    assert {n: (z.state, z.every) for n, z in zones.items()} == {
        "a": ("FullDisruption", EVERY), "b": ("PartialDisruption", None),
        "c": ("PartialDisruption", EVERY_IN_LARGE), "d": ("Normal", EVERY),
    }  # fmt: skip


def test_when_everything_is_lost_nothing_is_evicted_until_something_returns() -> None:
    zones, change = moved({}, {"a": (0, 1), "b": (1, 0)}, 0)
    zones, change = moved(zones, {"a": (0, 1), "b": (0, 1)}, 10)
    assert change == "stopped" and all(z.every is None for z in zones.values())
    zones, change = moved(zones, {"a": (0, 1), "b": (0, 1)}, 20)
    assert change == ""
    zones, change = moved(zones, {"a": (1, 0), "b": (0, 1)}, 30)
    assert change == "resumed" and {z.every for z in zones.values()} == {EVERY}
    assert all(z.free_at == 30 + EVERY for z in zones.values()), "a new limiter starts empty"


def test_a_zone_has_one_taint_at_a_time() -> None:
    zone = Zone("Normal").taken(5 * SECOND)
    assert zone.free_at == 5 * SECOND + EVERY
    zones, _ = moved({"a": zone}, {"a": (0, 3), "b": (1, 0)}, 6 * SECOND)
    assert zones["a"].free_at == 6 * SECOND + EVERY
