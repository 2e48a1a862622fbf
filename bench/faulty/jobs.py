"""Jobs that give up."""

from bench.faulty.case import Case
from bench.faulty.play import Play
from bench.faulty.variants.making import job
from quorate.kernel.clock import MINUTE


def too_late(play: Play) -> str:
    name = job(play, {"activeDeadlineSeconds": 30})
    play.run(2 * MINUTE)
    return f"job/{name}"


def done(play: Play) -> str:
    name = job(play, {"completions": 3, "parallelism": 1}, annotations={"fault": "Succeeded"})
    play.run(2 * MINUTE)
    return f"job/{name}"


CASES = (Case("job-failed", too_late, done),)
