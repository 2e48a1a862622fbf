"""Rehearsals: one node-drain of a three-member set, all drills of one manifest, and all drills with fixes proved."""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from quorate.assemble.rehearsing import ZONES, Maker
from quorate.edge.manifests import read_manifests
from quorate.rehearsal.assume import assume
from quorate.rehearsal.drill import drill_named
from quorate.rehearsal.given import Given
from quorate.rehearsal.stage import stage
from quorate.rehearsal.trial import play_one

ROOT = Path(__file__).parent.parent
GOOD, SPOILED = "examples/etcd.yaml", "examples/spoiled/etcd-no-readiness-probe.yaml"
TIMES = 9


def one_drain() -> tuple[float, float]:
    """(seconds to bring the set up, seconds of one node-drain in a copy of that world): medians."""
    given = tuple(Given(m.source, m.obj) for m in read_manifests([str(ROOT / GOOD)]))
    assumed = assume(given)
    drill = drill_named("node-drain")
    assert drill is not None
    staging, playing = [], []
    for _ in range(TIMES):
        began = time.perf_counter()
        staged = stage(Maker(0, None, ZONES, assumed)(assumed.given), assumed.given)
        up = time.perf_counter()
        play_one((staged.frozen, 0, drill, False))
        staging.append(up - began)
        playing.append(time.perf_counter() - up)
    return median(staging), median(playing)


def command(manifest: str) -> str:
    """Seconds of `quorate rehearse`, from the start of the process to its end: the median and the best."""
    took = []
    for _ in range(TIMES // 2):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "quorate.cli.main", "rehearse", manifest], cwd=ROOT, capture_output=True, check=False
        )
        took.append(time.perf_counter() - began)
    return f"{median(took):.2f} s (best {min(took):.2f})"


def main() -> None:
    staging, drain = one_drain()
    print(f"three members with volumes to Ready: {staging:.3f} s; one node-drain from there: {drain:.3f} s")
    print(f"quorate rehearse {GOOD}: seven drills in {command(GOOD)}, process start included")
    print(f"quorate rehearse {SPOILED}: the same and a fix found and proved in {command(SPOILED)}")


if __name__ == "__main__":
    main()
