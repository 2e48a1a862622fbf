import pytest

from quorate.assemble.world import World
from quorate.faults.switchboard.fault import CannotInject
from quorate.kernel.clock import MINUTE, SECOND

from .conftest import mismatch, ready, set_image, until


def test_every_decision_comes_late(db: World) -> None:
    db.inject("controller-slow", controller="statefulset", by="2m")
    set_image(db, "registry.example.com/db:2")
    db.run_for(2 * MINUTE - SECOND)
    assert mismatch(db)
    db.run_for(2 * MINUTE + 2 * SECOND)
    assert not mismatch(db)


def test_once_over_what_waited_is_done_at_once(db: World) -> None:
    undo = db.inject("controller-slow", controller="statefulset", by="1h")
    set_image(db, "registry.example.com/db:2")
    db.run_for(10 * MINUTE)
    assert mismatch(db)
    db.undo(undo)
    db.run_for(SECOND)
    assert not mismatch(db)
    assert until(db, lambda: ready(db) == 3)


def test_it_is_refused_twice_with_any_delay(db: World) -> None:
    db.inject("controller-slow", controller="statefulset", by="1m")
    with pytest.raises(CannotInject, match="controller-slow-1"):
        db.inject("controller-slow", controller="statefulset", by="2m")


def test_a_delay_is_more_than_nothing(db: World) -> None:
    with pytest.raises(CannotInject, match="--by"):
        db.inject("controller-slow", controller="statefulset", by="0s")
