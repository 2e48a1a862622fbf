"""The same seed draws the same; a new stream shifts no other."""

import re
import uuid

from quorate.kernel.chance import ALPHANUMERIC, Chance


def test_the_same_seed_draws_the_same() -> None:
    assert [Chance(7).uid() for _ in range(2)] == [Chance(7).uid()] * 2
    assert Chance(7).uid() != Chance(8).uid()


def test_streams_do_not_disturb_each_other() -> None:
    alone, mixed = Chance(1), Chance(1)
    mixed.stream("other").random()
    assert alone.suffix() == mixed.suffix()


def test_uids_are_version_four() -> None:
    chance = Chance(3)
    for _ in range(50):
        assert uuid.UUID(chance.uid()).version == 4


def test_suffixes_use_the_letters_of_generated_names() -> None:
    assert re.fullmatch(f"[{ALPHANUMERIC}]{{5}}", Chance(0).suffix())
