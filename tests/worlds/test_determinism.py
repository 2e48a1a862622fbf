"""The same seed and the same calls give the same world, byte for byte: in every process, in every fork."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from trace_of import HALF, begin, end
from world_moves import Programme, programmes
from world_play import Play

SCRIPT = Path(__file__).parent / "trace_of.py"


def python(hash_seed: int, *arguments: str) -> bytes:
    env = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], env=env, check=True, stdout=subprocess.PIPE).stdout


def same(one: bytes, other: bytes) -> None:
    """As `assert one == other`, but shows the first commit in which they part."""
    if one != other:
        for number, (left, right) in enumerate(zip(one.splitlines(), other.splitlines(), strict=False)):
            assert left == right, f"commit {number}"
        raise AssertionError("one trace goes on where the other ends")


def test_two_processes_play_the_same_and_a_world_moves_from_one_to_the_other(tmp_path: Path) -> None:
    file = str(tmp_path / "world")
    whole = python(1, "whole")
    assert whole.count(b"\n") > 500 and b"managedFields" in whole
    same(whole, python(2, "whole"))
    python(3, "freeze", file)
    same(whole, python(4, "thaw", file))


def test_a_fork_goes_on_as_its_original_and_leaves_it_alone() -> None:
    play = begin(HALF)
    frozen = pickle.dumps(play)
    straight = end(play, HALF)
    same(straight, end(pickle.loads(frozen), HALF))
    same(straight, end(pickle.loads(frozen), HALF))


@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(programme=programmes())
def test_the_same_calls_give_the_same_world(programme: Programme) -> None:
    plays = [Play(programme) for _ in range(2)]
    for play in plays:
        play.play(programme.moves)
    one, other = (play.promises.trace for play in plays)
    assert one == other
