"""Who leads, in whole worlds."""

from itertools import pairwise
from typing import Any

import pytest

from quorate.assemble.world import Shape, World, world
from quorate.kernel.clock import MINUTE, SECOND, Instant
from quorate.objects.times import micro_time_text, parse_time

LEASES, MANAGER, SCHEDULER = "leases.coordination.k8s.io", "kube-controller-manager", "kube-scheduler"


@pytest.fixture
def play() -> World:
    return world(seed=1, shape=Shape(nodes=1, leases=True))


def spec(made: World, name: str = MANAGER) -> dict[str, Any]:
    found = made.get(LEASES, "kube-system", name)
    assert found is not None
    return found["spec"]


def renewed(made: World, name: str = MANAGER) -> Instant:
    return parse_time(spec(made, name)["renewTime"])


def told(made: World) -> list[tuple[str, str, str]]:
    events = [e for e in made.reader.list("events", "kube-system") if e["reason"] == "LeaderElection"]
    assert all(e["involvedObject"]["kind"] == "Lease" and e["involvedObject"]["uid"] for e in events)
    events.sort(key=lambda e: (e["firstTimestamp"], e["metadata"]["name"]))
    return [(e["involvedObject"]["name"], e["source"]["component"], e["message"]) for e in events]


@pytest.mark.parametrize("name", [MANAGER, SCHEDULER])
def test_it_is_taken_at_once_and_renewed_every_two_seconds(play: World, name: str) -> None:
    first = spec(play, name)
    assert first["acquireTime"] == first["renewTime"]
    assert (first["leaseDurationSeconds"], first["leaseTransitions"]) == (15, 0)
    times = []
    for _ in range(50):
        play.run_for(SECOND)
        times.append(renewed(play, name))
    assert {b - a for a, b in pairwise(times)} == {0, 2 * SECOND}
    assert play.now - times[-1] < 2 * SECOND
    assert spec(play, name) == {**first, "renewTime": spec(play, name)["renewTime"]}


def test_each_says_once_that_it_leads(play: World) -> None:
    play.run_for(MINUTE)
    holders = [spec(play, name)["holderIdentity"] for name in (MANAGER, SCHEDULER)]
    assert sorted(told(play)) == [
        (MANAGER, MANAGER, f"{holders[0]} became leader"),
        (SCHEDULER, "default-scheduler", f"{holders[1]} became leader"),
    ]
    assert holders[0] != holders[1]


def test_one_that_was_deleted_is_made_again_by_the_same(play: World) -> None:
    holder = spec(play)["holderIdentity"]
    play.run_for(10 * SECOND)
    play.client().delete(LEASES, "kube-system", MANAGER)
    play.run_for(2 * SECOND)
    assert (spec(play)["holderIdentity"], spec(play)["leaseTransitions"]) == (holder, 0)
    play.run_for(MINUTE)
    assert len(told(play)) == 2


def test_the_next_process_waits_until_the_lease_has_run_out(play: World) -> None:
    before = spec(play)
    undo = play.inject("lease-lost", component=MANAGER)
    play.run_for(MINUTE)
    assert play.now - renewed(play) >= MINUTE - 2 * SECOND
    assert play.now - renewed(play, SCHEDULER) < 2 * SECOND
    play.undo(undo)
    play.run_for(14 * SECOND)
    assert spec(play)["holderIdentity"] == before["holderIdentity"]
    play.run_for(2 * SECOND)
    after = spec(play)
    assert after["holderIdentity"] != before["holderIdentity"]
    assert (after["leaseTransitions"], after["acquireTime"]) > (0, before["acquireTime"])
    assert told(play)[-1] == (MANAGER, MANAGER, f"{after['holderIdentity']} became leader")


def test_a_fault_shorter_than_the_deadline_changes_no_leader(play: World) -> None:
    before = spec(play)
    play.inject("lease-lost", component=MANAGER, lasting=9 * SECOND)
    play.run_for(MINUTE)
    assert spec(play) == {**before, "renewTime": spec(play)["renewTime"]}
    assert play.now - renewed(play) < 2 * SECOND


def test_it_waits_while_another_leads(play: World) -> None:
    for _ in range(30):
        change = {"holderIdentity": "other", "leaseTransitions": 8, "renewTime": micro_time_text(play.now)}
        made = play.client().patch(LEASES, "kube-system", MANAGER, {"spec": change})
        play.run_for(2 * SECOND)
        assert spec(play) == made["spec"]
    play.run_for(13 * SECOND)
    assert spec(play)["holderIdentity"] == "other"
    play.run_for(3 * SECOND)
    assert (spec(play)["holderIdentity"][:8], spec(play)["leaseTransitions"]) == ("quorate_", 9)


def test_one_that_was_given_up_is_taken_at_the_next_look(play: World) -> None:
    play.client().patch(LEASES, "kube-system", MANAGER, {"spec": {"holderIdentity": "", "leaseTransitions": 3}})
    play.run_for(2 * SECOND)
    assert (spec(play)["holderIdentity"][:8], spec(play)["leaseTransitions"]) == ("quorate_", 4)


def test_where_it_is_refused_it_tries_again_every_two_seconds(play: World) -> None:
    undo = play.inject("lease-lost", component=SCHEDULER)
    play.client().delete(LEASES, "kube-system", SCHEDULER)
    play.run_for(8 * SECOND)
    assert sum(play.runtime.runners["lease-of-kube-scheduler"]._looks.values()) <= 8
    play.undo(undo)
    play.run_for(2 * SECOND)
    assert play.now - renewed(play, SCHEDULER) < 2 * SECOND


def test_worlds_have_none_unless_they_are_asked_for() -> None:
    made = world(seed=1, shape=Shape(nodes=1))
    made.run_for(MINUTE)
    assert made.get(LEASES, "kube-system", MANAGER) is None
