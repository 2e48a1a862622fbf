"""Stopping, slowing and restarting a controller; lag in what it hears."""

from collections.abc import Iterable
from typing import Any

import pytest

from quorate.contract.controller import Controller, Watch, own_key
from quorate.contract.plan import Key, Obj, Plan
from quorate.contract.ports import Reader
from quorate.kernel.clock import SECOND, Clock
from quorate.kernel.pump import Pump
from quorate.objects.collection import Collection
from quorate.runtime.carry_out import Hand
from quorate.runtime.informer import Informers
from quorate.runtime.recorder import Recorder
from quorate.runtime.runner import MOST_LOOKS, SPELL, Runner

Seen = list[tuple[int, Key, Any]]


class Commit:
    def __init__(self, revision: int, old: Obj | None, new: Obj | None) -> None:
        self.revision, self.resource = revision, "things"
        self.type = "DELETED" if new is None else "MODIFIED"
        self.old, self.new = old, new or old or {}


class Bench:
    """A controller that notes when it looks at what; every thing is remembered by how often it was seen."""

    def __init__(self, lag: int = 0, rank: Any = None) -> None:
        self.seen: Seen = []
        self.pump, self.store = Pump(Clock(0)), Collection()
        self.informers = Informers(self.pump, self.store, lag)
        controller = Controller(
            "the-controller", (Watch("things", own_key), Watch("*", nothing)), self.snapshot, self.decide, rank=rank
        )
        self.runner = Runner(controller, self.pump, self.informers, Hand("c", None, Recorder()))  # type: ignore[arg-type]
        self.informers.subscribe(self.changed)
        self.revision = 0

    def changed(self, resource: str, old: Obj | None, new: Obj | None) -> None:
        for watch in self.runner.controller.watches:
            self.runner.wake(resource, old, new, watch.keys)

    def snapshot(self, reader: Reader, key: Key, memory: Any) -> Any:
        found = reader.get("things", *key)
        return None if found is None else (key, found["is"], memory or 0)

    def decide(self, seen: Any, now: int) -> Plan:
        key, value, times = seen
        self.seen.append((now, key, value))
        return Plan(remember=times + 1)

    def put(self, name: str, value: int) -> None:
        self.revision += 1
        new = {"metadata": {"namespace": "", "name": name, "uid": name}, "is": value}
        old = self.store.get("things", "", name)
        self.store.apply("things", old, new, self.revision)
        self.informers.hear(Commit(self.revision, old, new))  # type: ignore[arg-type]

    def values(self) -> list[int]:
        return [value for _, _, value in self.seen]


def nothing(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    return ()


def test_stopped_it_looks_at_nothing_and_then_once_at_all() -> None:
    bench = Bench()
    bench.runner.stop()
    for value in (1, 2, 3):
        bench.put("a", value)
        bench.pump.run(bench.pump.now() + SECOND)
    bench.put("b", 1)
    bench.pump.run(bench.pump.now() + SECOND)
    assert bench.seen == []
    bench.runner.start()
    bench.pump.run(bench.pump.now() + SECOND)
    assert [(key[1], value) for _, key, value in bench.seen] == [("a", 3), ("b", 1)]


def test_two_reasons_hold_until_both_are_gone() -> None:
    bench = Bench()
    bench.runner.stop("one")
    bench.runner.stop("other")
    bench.put("a", 1)
    bench.runner.start("one")
    bench.pump.run(SECOND)
    assert bench.runner.stopped and bench.seen == []
    bench.runner.start("other")
    bench.pump.run(2 * SECOND)
    assert bench.values() == [1]


def test_slowed_each_key_waits() -> None:
    bench = Bench()
    bench.runner.slow(10 * SECOND)
    bench.put("a", 1)
    bench.pump.run(4 * SECOND)
    bench.put("a", 2)
    bench.pump.run(60 * SECOND)
    assert bench.seen == [(10 * SECOND, ("", "a"), 2)], "a key that waits is queued once, and sees the newest"


def test_at_full_speed_again_what_waits_goes_at_once_and_once() -> None:
    bench = Bench()
    bench.runner.slow(10 * SECOND)
    bench.put("a", 1)
    bench.pump.run(SECOND)
    bench.runner.slow(0)
    bench.pump.run(60 * SECOND)
    assert bench.seen == [(SECOND, ("", "a"), 1)]


def test_restarted_it_remembers_nothing_and_looks_at_everything() -> None:
    bench = Bench()
    bench.put("a", 1)
    bench.put("b", 2)
    bench.pump.run(SECOND)
    bench.runner.restart()
    bench.pump.run(2 * SECOND)
    assert bench.values() == [1, 2, 1, 2]
    assert bench.runner._memory == {("", "a"): 1, ("", "b"): 1}


@pytest.mark.parametrize("first", [0, 5 * SECOND])
def test_lag_begins_and_ends_while_it_runs(first: int) -> None:
    bench = Bench(first)
    bench.put("a", 1)
    bench.pump.run(10 * SECOND)
    bench.informers.set_lag(20 * SECOND)
    bench.put("a", 2)
    bench.pump.run(29 * SECOND)
    assert bench.values() == [1]
    cached = bench.informers.cache.get("things", "", "a")
    assert cached is not None and cached["is"] == 1
    assert bench.informers.revision == 1
    bench.pump.run(31 * SECOND)
    assert bench.values() == [1, 2]
    bench.put("a", 3)
    bench.informers.set_lag(0)
    bench.pump.run(32 * SECOND)
    assert bench.values() == [1, 2, 3]
    assert (bench.informers.cache is bench.store) == (not first), (
        "a cache born apart has the controllers' indexes alone"
    )
    bench.put("a", 4)
    bench.pump.run(100 * SECOND)
    assert bench.values() == [1, 2, 3, 4], "and nothing arrives twice"


def test_what_was_let_through_early_does_not_hurry_what_comes_later() -> None:
    bench = Bench(10 * SECOND)
    bench.put("a", 1)
    bench.informers.set_lag(0)
    bench.informers.set_lag(60 * SECOND)
    bench.put("a", 2)
    bench.pump.run(59 * SECOND)
    assert bench.values() == [1]
    bench.pump.run(60 * SECOND)
    assert bench.values() == [1, 2]


def by_value(reader: Reader, key: Key) -> int:
    found = reader.get("things", *key)
    return 0 if found is None else -found["is"]


def test_the_first_in_rank_is_decided_first_and_equals_as_they_came() -> None:
    bench = Bench(rank=by_value)
    for name, value in (("a", 1), ("c", 2), ("b", 2), ("d", 3)):
        bench.put(name, value)
    bench.pump.run(SECOND)
    assert [key[1] for _, key, _ in bench.seen] == ["d", "c", "b", "a"]
    bench.runner.stop()
    for name, value in (("a", 1), ("b", 5)):
        bench.put(name, value)
    bench.pump.run(2 * SECOND)
    bench.runner.start()
    bench.put("c", 7)
    bench.pump.run(3 * SECOND)
    assert [key[1] for _, key, _ in bench.seen[4:]] == ["c", "b", "a"]


@pytest.mark.parametrize("rank", [None, by_value])
def test_a_key_that_is_looked_at_without_end_waits_and_holds_up_no_other(rank: Any) -> None:
    bench = Bench(rank=rank)
    for value in range(MOST_LOOKS + 50):
        bench.put("a", value + 10)
        bench.pump.run(bench.pump.now())
    assert len(bench.seen) == MOST_LOOKS
    bench.put("b", 1)
    bench.pump.run(SECOND)
    assert bench.seen[-1][1] == ("", "b")
    bench.pump.run(SPELL)
    assert bench.seen[-1] == (SPELL, ("", "a"), MOST_LOOKS + 59) and len(bench.seen) == MOST_LOOKS + 2
