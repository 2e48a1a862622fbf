"""Seeded worlds with up to three faults and noise: how often a diagnosis names the right cause first, and blames nobody who is well.

python -m bench diagnosis            300 worlds
WORLDS=50 python -m bench diagnosis  fewer
FIRST=1000 python -m bench diagnosis others: the seeds from this one on
"""

import os
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from random import Random

from bench.faulty.case import Case
from bench.faulty.catalogue import CASES, VARIANTS
from bench.faulty.noise import annoy, expire_events, roll
from bench.faulty.play import NAMESPACE, Play
from bench.faulty.style import PLAIN, drawn
from quorate.contract.failures import Refused
from quorate.diagnosis.engine import diagnose
from quorate.diagnosis.target import parse_target, resolve
from quorate.diagnosis.told import LIFE
from quorate.faults.switchboard.fault import CannotInject
from quorate.kernel.clock import HOUR, MINUTE, Duration

WORLDS = 300
ALL = (*CASES, *VARIANTS)
PASSING = ("grace-period-running", "rollout-in-progress", "volume-resize-pending")
"""What is over a little later: played last, and looked at once."""


@dataclass
class Score:
    """Of one cause: how often it was played, named first, named among the first three; and what was said instead."""

    played: int = 0
    first: int = 0
    third: int = 0
    instead: list[str] = field(default_factory=list)


@dataclass
class World:
    """What came of one world: (cause, rank or 0, what stood first) of each fault; (case, who was blamed) of each that is well."""

    faults: list[tuple[str, int, str]] = field(default_factory=list)
    well: list[tuple[str, str]] = field(default_factory=list)


def one_world(seed: int) -> World:
    draw = Random(seed)
    cases = _chosen(draw)
    play = Play(seed, leases=any(c.leases for c in cases), style=drawn(draw) if draw.random() < 0.8 else PLAIN)
    out = World()
    wide = [c for c in cases if c.reach == "wide"]
    played: list[tuple[Case, str]] = []
    wells: list[tuple[Case, str]] = []
    for case in draw.sample(ALL, 2):
        if not wide and case.reach == "own" and all(c.cause != case.cause for c in cases):
            wells.append((case, case.alike(play)))
    if draw.random() < 0.7:
        annoy(play, draw)
    for case in cases:
        try:
            played.append((case, case.play(play)))
        except (Refused, CannotInject):
            continue  # another fault of this world keeps this one from being played
    age = _age(draw, cases)
    play.run(age)
    if draw.random() < 0.3 and age:
        roll(play)
    aged = age > LIFE
    if aged:
        expire_events(play)
    for case, target in played:
        findings = _findings(play, target)
        right = {case.cause, *case.also, *(case.later if aged else ()), *(c for w in wide for c in (w.cause, *w.also))}
        rank = next((i for i, f in enumerate(findings, 1) if f in right), 0)
        out.faults.append((case.cause, rank, f"{seed}: {findings[0] if findings else 'nothing'}"))
    for case, target in wells:
        if not wide:
            out.well.append((case.alike.__name__, _blamed(play, target)))
    return out


def _passes(case: Case) -> bool:
    return case.passing or case.cause in PASSING


def _age(draw: Random, cases: list[Case]) -> Duration:
    """How long after the fault somebody asks."""
    if any(map(_passes, cases)):
        return 0
    if any(c.cause == "owner-fights" for c in cases):
        return draw.choice((0, 5 * MINUTE))  # later it is history
    if any(c.restless for c in cases):
        return draw.choice((0, 2 * MINUTE, 7 * MINUTE))
    busy = any(c.leases or c.cause == "spec-rewritten" for c in cases)
    ages = (0, 0, 7 * MINUTE, 25 * MINUTE, 65 * MINUTE, 2 * HOUR, 0 if busy else 3 * 24 * HOUR)
    return draw.choices(ages, (20, 20, 20, 10, 15, 10, 5))[0]


def _chosen(draw: Random) -> list[Case]:
    if draw.random() < 0.15:
        return []
    wide = [c for c in ALL if c.reach == "wide"]
    own = [c for c in ALL if c.reach == "own" and not _passes(c)]
    first = draw.choice(ALL)
    if first in wide or _passes(first):
        return [first]
    found = [first]
    for case in draw.sample(own, draw.randint(0, 2)):
        if case.cause not in {c.cause for c in found}:
            found.append(case)
    return found


def _findings(play: Play, target: str) -> list[str]:
    evidence = play.evidence()
    obj = resolve(evidence, parse_target([target], NAMESPACE))[0]  # type: ignore[arg-type]
    return [f.cause for f in diagnose(evidence, obj).findings]


def _blamed(play: Play, target: str) -> str:
    evidence = play.evidence()
    found = diagnose(evidence, resolve(evidence, parse_target([target], NAMESPACE))[0])  # type: ignore[arg-type]
    return "" if found.exit_code == 0 else f"{found.verdict}: {found.headline}"


def main() -> None:
    count, start = int(os.environ.get("WORLDS", WORLDS)), int(os.environ.get("FIRST", "1"))
    began = time.perf_counter()
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        worlds = list(pool.map(one_world, range(start, start + count), chunksize=4))
    scores: dict[str, Score] = defaultdict(Score)
    for world in worlds:
        for cause, rank, instead in world.faults:
            score = scores[cause]
            score.played += 1
            score.first += rank == 1
            score.third += 1 <= rank <= 3
            if rank != 1:
                score.instead.append(instead)
    print(f"{'cause':28} {'faults':>6} {'first':>6} {'in 3':>6}")
    for cause, score in sorted(scores.items()):
        missed = f"   ({'; '.join(score.instead[:3])})" if score.instead else ""
        print(
            f"{cause:28} {score.played:6} {score.first / score.played:6.0%} {score.third / score.played:6.0%}{missed}"
        )
    total = sum(s.played for s in scores.values())
    wells = [w for world in worlds for w in world.well]
    blamed = [w for w in wells if w[1]]
    first = sum(s.first for s in scores.values()) / max(1, total)
    third = sum(s.third for s in scores.values()) / max(1, total)
    print(
        f"{count} worlds (seeds {start} to {start + count - 1}), {total} faults: right cause first {first:.1%}, in the first three {third:.1%}"
    )
    print(
        f"{len(wells)} that are well: nobody blamed {1 - len(blamed) / max(1, len(wells)):.1%} "
        f"({time.perf_counter() - began:.0f} s)"
    )
    for name, why in blamed[:10]:
        print(f"   blamed: {name}: {why}")


if __name__ == "__main__":
    main()
