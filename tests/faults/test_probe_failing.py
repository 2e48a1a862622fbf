import pytest

from quorate.assemble.world import World
from quorate.faults.switchboard.fault import CannotInject
from quorate.kernel.clock import MINUTE

from .conftest import pod, ready, until


def test_readiness_takes_it_out(db: World) -> None:
    undo = db.inject("probe-failing", pod="db-1")
    db.run_for(MINUTE)
    assert ready(db) == 2
    assert pod(db, "db-1")["status"]["containerStatuses"][0]["restartCount"] == 0
    db.undo(undo)
    assert until(db, lambda: ready(db) == 3, MINUTE)


def test_liveness_has_it_restarted(db: World) -> None:
    undo = db.inject("probe-failing", pod="db-1", probe="liveness")
    db.run_for(MINUTE)
    assert pod(db, "db-1")["status"]["containerStatuses"][0]["restartCount"] > 0
    db.undo(undo)
    assert until(db, lambda: ready(db) == 3)


def test_readiness_and_liveness_are_two_faults(db: World) -> None:
    db.inject("probe-failing", pod="db-1")
    with pytest.raises(CannotInject, match="in force there already"):
        db.inject("probe-failing", pod="db-1", probe="liveness")


def test_there_is_no_other_probe(db: World) -> None:
    with pytest.raises(CannotInject, match="no probe is named"):
        db.inject("probe-failing", pod="db-1", probe="startup")
