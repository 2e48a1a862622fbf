"""The raft model: tables of what happens to a group, and what can never happen."""

import pickle
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.kernel.clock import MILLISECOND, MINUTE, SECOND
from quorate.rehearsal.models.raft import Member, Raft, RaftParameters

Group = dict[int, Member]
UP = 10 * SECOND
"""When the group has formed and settled."""


def members(*volumes: str | None) -> Group:
    """Members by their disks; None is one that is down."""
    return {i: Member(volume is not None, True, volume) for i, volume in enumerate(volumes)}


def group(size: int = 3, seed: int = 1, parameters: RaftParameters | None = None) -> Raft:
    """One that has run for ten seconds."""
    raft = Raft(size, random.Random(seed), parameters)
    raft.observe(0, members(*(f"v{i}" for i in range(size))))
    raft.advance(UP)
    raft.measure_from(UP)
    return raft


def without(raft: Raft, *gone: int, size: int = 3) -> Group:
    return members(*(None if i in gone else f"v{i}" for i in range(size)))


def others(raft: Raft) -> list[int]:
    return [ordinal for ordinal in (0, 1, 2) if ordinal != raft.leader]


def test_a_group_forms() -> None:
    raft = Raft(3, random.Random(1))
    assert not raft.serving(0)
    raft.observe(0, members("v0", None, None))
    assert raft.serving(0), "it waits for the others, and they may wait for it to be ready"
    raft.advance(MINUTE)
    assert raft.leader is None
    assert not raft.formed
    raft.observe(MINUTE, members("v0", "v1", None))
    raft.advance(MINUTE + 3 * SECOND)
    assert raft.leader in (0, 1)
    assert raft.term == len(raft.led) == 1
    assert raft.commit > 0
    report = raft.report(MINUTE + 3 * SECOND)
    assert report.longest_outage > MINUTE
    assert 0 < report.availability < 1


def test_writes_come_at_their_rate() -> None:
    raft = group()
    before = raft.commit
    raft.advance(UP + 10 * SECOND)
    assert raft.commit - before == 1000


def test_losing_a_follower_is_no_outage_but_a_risk() -> None:
    raft = group()
    follower = others(raft)[0]
    raft.observe(UP, without(raft, follower))
    report = raft.report(UP + MINUTE)
    assert (report.availability, report.outages, report.elections, report.lost_writes) == (1.0, (), 0, 0)
    assert (report.at_risk, report.risky_ordinals) == (MINUTE, (follower,))


def test_losing_the_leader_is_an_election() -> None:
    raft = group()
    old = raft.leader
    assert old is not None
    raft.observe(UP, without(raft, old))
    assert raft.leader is None
    report = raft.report(UP + MINUTE)
    assert raft.leader not in (None, old)
    assert raft.term == 2
    assert report.elections == 1
    assert SECOND <= report.longest_outage <= 2 * SECOND + 100 * MILLISECOND
    assert report.outages[0][0] == UP
    assert report.lost_writes == 0


def test_a_partition_of_the_leader_is_the_same() -> None:
    raft = group()
    old = raft.leader
    assert old is not None
    seen = without(raft)
    raft.observe(UP, {**seen, old: Member(True, False, f"v{old}")})
    raft.advance(UP + 5 * SECOND)
    assert raft.leader not in (None, old)
    assert not raft.serving(old)


def test_no_majority_no_leader_until_it_is_back() -> None:
    raft = group()
    raft.observe(UP, without(raft, 0, 1))
    raft.advance(UP + MINUTE)
    assert raft.leader is None
    assert not raft.serving(2)
    commit = raft.commit
    raft.observe(UP + MINUTE, without(raft, 0))
    report = raft.report(UP + 2 * MINUTE)
    assert raft.commit > commit
    assert report.lost_writes == 0
    assert MINUTE < report.longest_outage < MINUTE + 3 * SECOND
    assert 0.45 < report.availability < 0.5


def test_a_member_that_was_away_catches_up_at_a_rate() -> None:
    raft = group()
    follower = others(raft)[0]
    raft.observe(UP, without(raft, follower))
    back = UP + 100 * SECOND  # 10 000 writes behind, at 10 000 a second
    raft.observe(back, without(raft))
    raft.advance(back + 900 * MILLISECOND)
    assert not raft.serving(follower)
    raft.advance(back + 1100 * MILLISECOND)
    assert raft.serving(follower)
    assert 100 * SECOND <= raft.report(back + MINUTE).at_risk <= 102 * SECOND


def test_a_member_on_an_empty_disk_is_sent_everything() -> None:
    raft = group()
    follower = others(raft)[0]
    fresh = {**without(raft), follower: Member(True, True, "new")}
    raft.observe(UP, fresh)
    raft.advance(UP + 19 * SECOND)
    assert not raft.serving(follower)
    raft.advance(UP + 21 * SECOND)
    assert raft.serving(follower)
    report = raft.report(UP + MINUTE)
    assert (report.availability, report.lost_writes) == (1.0, 0)
    assert report.at_risk == 20 * SECOND
    assert report.risky_ordinals == (follower,)


def test_an_empty_member_has_no_vote() -> None:
    raft = group()
    a, b = others(raft)
    old = raft.leader
    assert old is not None
    raft.observe(UP, {**without(raft), a: Member(True, True, "new")})
    raft.observe(UP + SECOND, {**without(raft, old), a: Member(True, True, "new")})
    raft.advance(UP + MINUTE)
    assert raft.leader is None, f"only {b} has the data"
    raft.observe(UP + MINUTE, {**without(raft), a: Member(True, True, "new")})
    assert raft.report(UP + 2 * MINUTE).lost_writes == 0
    assert raft.leader in (old, b)


def test_its_own_disk_come_back_is_not_empty() -> None:
    raft = group()
    follower = others(raft)[0]
    raft.observe(UP, {**without(raft), follower: Member(True, True, "other")})
    raft.observe(UP + SECOND, without(raft))
    raft.advance(UP + 2 * SECOND)
    assert raft.serving(follower)


def test_when_a_majority_of_disks_is_gone_the_survivor_saves_what_it_has() -> None:
    raft = group()
    a, b = others(raft)
    raft.observe(UP, {**without(raft), a: Member(True, True, "n1"), b: Member(True, True, "n2")})
    report = raft.report(UP + MINUTE)
    assert report.lost_writes == 0, "the leader had everything"
    assert report.longest_outage > 20 * SECOND, "but the others had to be sent it before a quorum had it"
    assert raft.available


def test_when_the_survivor_is_not_there_everything_is_lost() -> None:
    raft = group()
    a, b = others(raft)
    commit = raft.commit
    old = raft.leader
    assert old is not None
    raft.observe(UP, without(raft, 0, 1, 2))
    raft.observe(UP + SECOND, {a: Member(True, True, "n1"), b: Member(True, True, "n2")})
    assert raft.report(UP + MINUTE).lost_writes == commit
    assert raft.available
    raft.observe(
        UP + MINUTE, {a: Member(True, True, "n1"), b: Member(True, True, "n2"), old: Member(True, True, f"v{old}")}
    )
    raft.advance(UP + MINUTE + 10 * SECOND)
    assert not raft.serving(old), "its old data is of another history"
    raft.advance(UP + 2 * MINUTE)
    assert raft.serving(old)


def test_a_survivor_that_lagged_loses_the_last_writes_only() -> None:
    raft = group(parameters=RaftParameters(write_rate=1000))
    a, b = others(raft)
    raft.observe(UP, without(raft, b))
    later = UP + 2 * SECOND
    raft.observe(later, without(raft, 0, 1, 2))
    commit = raft.commit
    old = raft.leader if raft.leader is not None else next(o for o in (0, 1, 2) if o not in (a, b))
    raft.observe(
        later + SECOND, {a: Member(True, True, "n1"), b: Member(True, True, f"v{b}"), old: Member(True, True, "n2")}
    )
    lost = raft.report(later + MINUTE).lost_writes
    assert 2000 <= lost <= 2010
    assert commit > 10 * lost / 3


def test_probes_are_patient() -> None:
    raft = group()
    raft.observe(UP, without(raft, 0, 1))
    raft.advance(UP + 9 * SECOND)
    assert raft.serving(2)
    raft.advance(UP + 11 * SECOND)
    assert not raft.serving(2)


def test_a_member_that_restarts_without_a_leader_is_not_ready() -> None:
    raft = group()
    raft.observe(UP, without(raft, 0, 1))
    raft.observe(UP + SECOND, without(raft, 0, 1, 2))
    raft.observe(UP + 2 * SECOND, without(raft, 0, 1))
    assert not raft.serving(2)


def test_a_quorum_of_ones_own() -> None:
    raft = group(5, parameters=RaftParameters(quorum=4))
    raft.observe(UP, without(raft, 3, 4, size=5))
    raft.advance(UP + MINUTE)
    assert raft.leader is None


def test_one_member() -> None:
    raft = group(1)
    assert raft.leader == 0
    raft.observe(UP, members(None))
    raft.observe(UP + SECOND, members("v0"))
    report = raft.report(UP + MINUTE)
    assert report.lost_writes == 0
    assert 2 * SECOND <= report.longest_outage <= 4 * SECOND
    assert report.at_risk == MINUTE


def test_ordinals_beyond_the_group_are_not_of_it() -> None:
    raft = group()
    raft.observe(UP, {**without(raft), 7: Member(True, True, "v7")})
    assert not raft.serving(7)


def test_the_same_seed_gives_the_same_history() -> None:
    def history(seed: int) -> object:
        raft = group(seed=seed)
        raft.observe(UP, without(raft, 0))
        raft.observe(UP + MINUTE, without(raft, 1))
        return raft.led, raft.report(UP + 2 * MINUTE)

    assert history(3) == history(3)
    assert history(3) != history(4)


def test_how_often_it_is_looked_at_changes_nothing() -> None:
    one, two = group(), group()
    for raft in (one, two):
        raft.observe(UP, without(raft, 0))
    for i in range(1, 300):
        two.advance(UP + i * 250 * MILLISECOND)
    assert one.report(UP + 75 * SECOND) == two.report(UP + 75 * SECOND)
    assert one.led == two.led


def test_a_group_can_be_pickled_and_goes_on_alike() -> None:
    raft = group()
    raft.observe(UP, without(raft, 0))
    twin: Raft = pickle.loads(pickle.dumps(raft))
    assert raft.report(UP + MINUTE) == twin.report(UP + MINUTE)


def test_split_votes_cost_a_term() -> None:
    close = RaftParameters(election_timeout=(SECOND, SECOND + 200 * MILLISECOND))
    groups = [group(5, seed, close) for seed in range(20)]
    assert all(len(raft.led) == 1 for raft in groups)
    assert {raft.term > 1 for raft in groups} == {True, False}
    assert all(raft.report(UP).elections == 0 for raft in groups), "they were before it was measured"


STEPS = st.lists(
    st.tuples(
        st.integers(1, 40_000),
        st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 9)), min_size=5, max_size=5),
    ),
    max_size=12,
)


def played(
    steps: list, size: int, seed: int, volume: Callable[[int, int], str], check: Callable[[Raft], None]
) -> tuple[Raft, int]:
    """A group through these steps; `volume(ordinal, n)` is the disk of a member for which a step drew `n`."""
    raft = Raft(size, random.Random(seed))
    now = 0
    for wait, seen in steps:
        raft.observe(now, {i: Member(up, reach, volume(i, n)) for i, (up, reach, n) in enumerate(seen[:size])})
        check(raft)
        now += wait * MILLISECOND
        raft.advance(now)
        check(raft)
    return raft, now


@given(STEPS, st.sampled_from([1, 2, 3, 5]), st.integers(0, 3))
def test_what_always_holds(steps: list, size: int, seed: int) -> None:
    commits = [0]

    def check(raft: Raft) -> None:
        terms = [led.term for led in raft.led]
        assert terms == sorted(set(terms)), "never two leaders in a term"
        assert raft.leader is None or raft.led[-1].leader == raft.leader
        assert raft.leader is None or raft.serving(raft.leader)
        commits.append(raft.commit)

    raft, now = played(steps, size, seed, lambda i, n: f"v{i}-{n if n < 3 else 0}", check)
    report = raft.report(now)
    assert 0 <= report.availability <= 1
    assert report.longest_outage <= now
    assert 0 <= report.at_risk <= now
    assert sum(b - a for a, b in report.outages) == round((1 - report.availability) * now)
    assert report.lost_writes >= 0
    assert report.lost_writes or commits == sorted(commits)


@given(STEPS, st.sampled_from([1, 3, 5]), st.integers(0, 3), st.data())
def test_nothing_is_lost_while_a_majority_of_disks_survives(
    steps: list, size: int, seed: int, data: st.DataObject
) -> None:
    """A minority of the members may lose their disks, as often as they like."""
    unlucky = data.draw(st.sets(st.integers(0, size - 1), max_size=(size - 1) // 2))
    seen: list[int] = [0]

    def check(raft: Raft) -> None:
        assert raft.commit >= seen[-1]
        seen.append(raft.commit)

    raft, now = played(steps, size, seed, lambda i, n: f"v{i}-{n}" if i in unlucky else f"v{i}", check)
    assert raft.report(now).lost_writes == 0


@given(STEPS, st.integers(0, 3))
def test_when_all_are_back_it_serves_again(steps: list, seed: int) -> None:
    raft, now = played(steps, 3, seed, lambda i, n: f"v{i}-{n if n < 3 else 0}", lambda raft: None)
    raft.observe(now, members("v0-0", "v1-0", "v2-0"))
    raft.advance(now + 5 * MINUTE)
    assert raft.available
    assert all(raft.serving(ordinal) for ordinal in range(3))


@pytest.mark.parametrize("size", [0, 1, 4])
def test_sizes(size: int) -> None:
    raft = Raft(size, random.Random(0))
    raft.observe(0, members(*("v" * size)))
    assert 0 <= raft.report(MINUTE).availability <= 1
