import pickle

import pytest

from quorate.assemble.world import World, thaw, world
from quorate.contract.failures import Refused
from quorate.faults.switchboard.fault import CannotInject, NoSuchFault
from quorate.kernel.clock import EPOCH, MINUTE, SECOND

DOWN = "sim.quorate.dev/down"


@pytest.fixture(scope="module")
def frozen() -> bytes:
    return world(seed=3).frozen()


@pytest.fixture
def it(frozen: bytes) -> World:
    return thaw(frozen)


def down(it: World) -> list[str]:
    nodes = it.reader.list("nodes")
    return [n["metadata"]["name"] for n in nodes if (n["metadata"].get("annotations") or {}).get(DOWN) == "true"]


def test_what_is_in_force_is_shown(it: World) -> None:
    made = it.inject("node-down", node="node-0", lasting=MINUTE)
    assert made.shown() == {
        "id": "node-down-1", "fault": "node-down", "arguments": {"node": "node-0", "zone": ""},
        "since": "2026-01-01T00:00:00Z", "until": "2026-01-01T00:01:00Z",
    }  # fmt: skip
    assert it.faults.active() == (made,)
    assert made.since - EPOCH < SECOND


def test_it_ends_by_itself_on_the_worlds_time(it: World) -> None:
    it.inject("node-down", node="node-0", lasting=MINUTE)
    it.run_for(MINUTE - 1)
    assert down(it) == ["node-0"]
    it.run_for(1)
    assert down(it) == []
    assert it.faults.active() == ()


def test_ended_early_it_does_not_end_twice(it: World) -> None:
    it.undo(it.inject("node-down", node="node-0", lasting=MINUTE))
    it.inject("node-down", node="node-0")
    it.run_for(2 * MINUTE)
    assert down(it) == ["node-0"]


def test_a_fork_keeps_faults_and_ends_them_alone(it: World) -> None:
    made = it.inject("node-down", node="node-0", lasting=MINUTE)
    fork = it.fork()
    it.undo(made)
    assert (down(it), down(fork)) == ([], ["node-0"])
    assert [u.id for u in fork.faults.active()] == ["node-down-1"]
    fork.run_for(MINUTE)
    assert down(fork) == []


def test_an_undo_can_be_kept_and_used_in_a_fork(it: World) -> None:
    made = it.inject("node-down", node="node-0")
    fork = it.fork()
    fork.undo(pickle.loads(pickle.dumps(made)))
    assert (down(it), down(fork)) == (["node-0"], [])


def test_all_are_cleared_the_last_first(it: World) -> None:
    it.inject("node-down", node="node-0")
    it.inject("controller-stopped", controller="statefulset")
    assert [u.id for u in it.faults.clear()] == ["controller-stopped-2", "node-down-1"]
    assert down(it) == []
    assert it.faults.active() == ()


def test_the_same_on_the_same_is_refused(it: World) -> None:
    it.inject("registry-down", registry="quay.io", node="node-0")
    with pytest.raises(CannotInject, match="registry-down-1"):
        it.inject("registry-down", registry="quay.io", node="node-0")
    assert len(it.faults.active()) == 1


@pytest.mark.parametrize(
    ("name", "given", "why"),
    [
        ("nodedown", {}, "did you mean node-down"),
        ("node-down", {"nodes": "node-0"}, "no parameter is named"),
        ("node-down", {"node": 0}, "--node wants text"),
        ("controller-stopped", {}, "wants --controller"),
        ("controller-slow", {"controller": "statefulset", "by": "soon"}, "--by: not a duration"),
    ],
)
def test_bad_requests_change_nothing(it: World, name: str, given: dict[str, object], why: str) -> None:
    before = it.store.revision
    with pytest.raises(CannotInject, match=why):
        it.inject(name, **given)
    assert it.store.revision == before
    assert it.faults.active() == ()


def test_it_lasts_longer_than_nothing(it: World) -> None:
    with pytest.raises(CannotInject, match="no time at all"):
        it.inject("node-down", node="node-0", lasting=0)


def test_durations_may_be_microseconds(it: World) -> None:
    made = it.inject("controller-slow", controller="statefulset", by=90 * SECOND)
    assert made.arguments["by"] == "1m30s"


def test_what_is_not_in_force_cannot_be_ended(it: World) -> None:
    with pytest.raises(NoSuchFault):
        it.faults.undo("node-down-1")


def test_declared_admission_does_not_bind_faults(it: World) -> None:
    it.inject("write-denied", resource="nodes", operations="update")
    made = it.inject("node-down", node="node-0")
    it.undo(made)
    assert down(it) == []


def test_one_that_cannot_end_yet_is_tried_again(it: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever refuses the undo, the world goes on and the fault stays on the board."""
    from quorate.faults import node_down

    real = node_down.undo
    it.inject("node-down", node="node-0", lasting=MINUTE)

    def refused(*_: object) -> None:
        raise Refused("Forbidden", "not now")

    from dataclasses import replace

    from quorate.faults.switchboard import board, catalogue

    monkeypatch.setattr(board, "fault_named", lambda name: replace(catalogue.fault_named(name), undo=refused))
    it.run_for(MINUTE + SECOND)
    assert len(it.faults.active()) == 1
    monkeypatch.setattr(board, "fault_named", lambda name: replace(catalogue.fault_named(name), undo=real))
    it.run_for(10 * SECOND)
    assert down(it) == []
