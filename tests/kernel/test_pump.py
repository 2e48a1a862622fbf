"""Calls happen in the order of (due, sequence), and the clock is where the call is."""

import pickle

from hypothesis import given
from hypothesis import strategies as st

from quorate.kernel.clock import EPOCH, SECOND, Clock
from quorate.kernel.pump import Pump


class Diary:
    def __init__(self, pump: Pump) -> None:
        self.pump = pump
        self.lines: list[tuple[int, str]] = []

    def note(self, what: str) -> None:
        self.lines.append((self.pump.now() - EPOCH, what))

    def note_and_follow(self, what: str) -> None:
        self.note(what)
        self.pump.soon(self.note, f"after {what}")


def make() -> tuple[Pump, Diary]:
    pump = Pump(Clock())
    return pump, Diary(pump)


def test_calls_come_in_order_of_due_then_sequence() -> None:
    pump, diary = make()
    pump.after(2 * SECOND, diary.note, "c")
    pump.after(SECOND, diary.note, "a")
    pump.after(SECOND, diary.note, "b")
    pump.run(EPOCH + 3 * SECOND)
    assert diary.lines == [(SECOND, "a"), (SECOND, "b"), (2 * SECOND, "c")]
    assert pump.now() == EPOCH + 3 * SECOND


def test_what_a_call_makes_due_now_comes_after_what_waits_for_now() -> None:
    pump, diary = make()
    pump.soon(diary.note_and_follow, "a")
    pump.soon(diary.note, "b")
    pump.run(EPOCH)
    assert [what for _, what in diary.lines] == ["a", "b", "after a"]


def test_a_cancelled_call_is_not_made_and_does_not_hold_the_clock() -> None:
    pump, diary = make()
    entry = pump.after(SECOND, diary.note, "never")
    entry.cancel()
    assert pump.next_due() is None
    assert not pump.step()
    assert diary.lines == []


def test_a_call_due_in_the_past_happens_now() -> None:
    pump, diary = make()
    pump.run(EPOCH + 10 * SECOND)
    pump.at(EPOCH, diary.note, "late")
    pump.run(EPOCH + 10 * SECOND)
    assert diary.lines == [(10 * SECOND, "late")]


def test_run_in_slices_reaches_the_same_end() -> None:
    pump, diary = make()
    for i in range(10):
        pump.after(i * SECOND, diary.note, str(i))
    slices = 0
    while not pump.run(EPOCH + 20 * SECOND, most=3):
        slices += 1
    assert slices == 3
    assert [what for _, what in diary.lines] == [str(i) for i in range(10)]


def test_run_until_stops_where_it_holds_and_gives_up_in_time() -> None:
    pump, diary = make()
    pump.after(5 * SECOND, diary.note, "five")
    assert pump.run_until(lambda: bool(diary.lines), EPOCH + 60 * SECOND)
    assert pump.now() == EPOCH + 5 * SECOND
    assert not pump.run_until(lambda: len(diary.lines) > 1, EPOCH + 60 * SECOND)
    assert pump.now() == EPOCH + 60 * SECOND


def test_a_pickled_pump_goes_on_alike() -> None:
    pump, diary = make()
    pump.after(SECOND, diary.note, "a")
    pump.after(2 * SECOND, diary.note, "b")
    other_pump, other_diary = pickle.loads(pickle.dumps((pump, diary)))
    pump.run(EPOCH + 2 * SECOND)
    assert other_diary.lines == []
    other_pump.run(EPOCH + 2 * SECOND)
    assert other_diary.lines == diary.lines


@given(st.lists(st.integers(0, 50), max_size=30))
def test_time_never_goes_back(waits: list[int]) -> None:
    pump, diary = make()
    for wait in waits:
        pump.after(wait, diary.note, str(wait))
    pump.run(EPOCH + 100)
    times = [at for at, _ in diary.lines]
    assert times == sorted(waits)
