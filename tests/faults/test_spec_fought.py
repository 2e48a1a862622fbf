import pytest

from quorate.assemble.world import World
from quorate.faults.switchboard.fault import CannotInject
from quorate.kernel.clock import MINUTE

from .conftest import mismatch, pod, ready, the_set, until


def generation(world: World) -> int:
    return int(the_set(world)["metadata"]["generation"])


def test_the_generation_climbs_until_it_ends(db: World) -> None:
    template, uid = the_set(db)["spec"]["template"], pod(db, "db-2")["metadata"]["uid"]
    undo = db.inject("spec-fought", name="db", every="1s")
    db.run_for(MINUTE)
    assert generation(db) == 62
    assert pod(db, "db-2")["metadata"]["uid"] != uid, "each rewrite is another rollout"
    db.undo(undo)
    after = generation(db)
    assert until(db, lambda: ready(db) == 3 and not mismatch(db) and the_set(db)["status"].get("updatedReplicas") == 3)
    assert generation(db) == after
    assert the_set(db)["spec"]["template"]["spec"] == template["spec"]
    assert not the_set(db)["spec"]["template"]["metadata"].get("annotations")


def test_a_fork_is_fought_over_by_itself(db: World) -> None:
    undo = db.inject("spec-fought", name="db", every="10s")
    db.run_for(MINUTE)
    fork = db.fork()
    db.undo(undo)
    before = generation(db), generation(fork)
    db.run_for(MINUTE)
    fork.run_for(MINUTE)
    assert (generation(db), generation(fork)) == (before[0], before[1] + 6)
    fork.undo(undo)
    assert fork.faults.active() == ()


@pytest.mark.parametrize(
    ("given", "why"),
    [({"name": "dv"}, "did you mean db"), ({"name": "db", "resource": "pods"}, "have no rollouts")],
)
def test_what_has_no_rollout_is_refused(db: World, given: dict[str, str], why: str) -> None:
    with pytest.raises(CannotInject, match=why):
        db.inject("spec-fought", **given)


def test_a_workload_that_was_deleted_is_left_alone(db: World) -> None:
    undo = db.inject("spec-fought", name="db")
    db.client().delete("statefulsets.apps", "default", "db")
    db.run_for(MINUTE)
    db.undo(undo)
    assert db.get("statefulsets.apps", "default", "db") is None
