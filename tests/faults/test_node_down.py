from typing import Any

import pytest

from quorate.assemble.world import World
from quorate.faults.switchboard.fault import CannotInject
from quorate.kernel.clock import MINUTE

from .conftest import ready, until


def is_ready(world: World) -> dict[str, str]:
    """Each node's Ready condition."""
    return {
        n["metadata"]["name"]: next(c["status"] for c in n["status"]["conditions"] if c["type"] == "Ready")
        for n in world.reader.list("nodes")
    }


@pytest.mark.parametrize(("given", "name"), [({"node": "node-1"}, "node-1"), ({"zone": "zone-c"}, "node-2")])
def test_it_counts_as_lost_after_the_grace_period(db: World, given: dict[str, Any], name: str) -> None:
    undo = db.inject("node-down", **given)
    db.run_for(MINUTE)
    assert [n for n, status in is_ready(db).items() if status == "Unknown"] == [name]
    assert ready(db) == 2
    db.undo(undo)
    assert until(db, lambda: ready(db) == 3 and set(is_ready(db).values()) == {"True"})


def test_chance_picks_one_the_same_in_every_run(db: World) -> None:
    fork = db.fork()
    here, there = db.inject("node-down"), fork.inject("node-down")
    assert here.before == there.before
    assert len(here.before) == 1


def test_of_two_that_overlap_each_puts_back_its_own(db: World) -> None:
    db.client().patch("nodes", "", "node-1", {"metadata": {"labels": {"topology.kubernetes.io/zone": "zone-a"}}})
    one = db.inject("node-down", node="node-0")
    both = db.inject("node-down", zone="zone-a")
    assert both.before == ("node-1",)
    db.undo(both)
    db.run_for(MINUTE)
    assert is_ready(db) == {"node-0": "Unknown", "node-1": "True", "node-2": "True"}
    db.undo(one)
    assert until(db, lambda: set(is_ready(db).values()) == {"True"})


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"node": "node-9"}, 'no node is named "node-9"'),
        ({"zone": "zone-z"}, 'no zone is named "zone-z"'),
        ({"node": "node-0", "zone": "zone-a"}, "not both"),
    ],
)
def test_what_is_not_there_is_refused(db: World, given: dict[str, str], why: str) -> None:
    with pytest.raises(CannotInject, match=why):
        db.inject("node-down", **given)


def test_a_node_that_was_removed_meanwhile_needs_no_undo(db: World) -> None:
    undo = db.inject("node-down", node="node-0")
    db.client().delete("nodes", "", "node-0")
    db.undo(undo)
