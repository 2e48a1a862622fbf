"""The containers of a pod crash at every start: CrashLoopBackOff.

The fault stays with the name: a pod that is made anew under it crashes too. Exit code 137 counts as killed for lack of
memory (OOMKilled).
"""

from quorate.faults.switchboard.fault import CannotInject, Parameter, duration, subject
from quorate.faults.switchboard.marking import Marked, mark_pods, unmark_pods
from quorate.faults.switchboard.ports import World
from quorate.kernel.chance import Chance
from quorate.kernel.clock import Duration
from quorate.objects.times import duration_text

PARAMETERS = (
    subject("pod", "its name, or a pattern: 'db-*'"),
    subject("namespace", "where it is", "default"),
    Parameter("exit_code", "with which the containers exit", 1, "number"),
    duration("after", "how long they run each time", "0s"),
)
EXAMPLES = (
    "quorate fault inject pod-crashing db-0",
    "quorate fault inject pod-crashing 'db-*' --namespace prod --exit-code 137 --after 20s --for 10m",
)


def inject(world: World, chance: Chance, *, pod: str, namespace: str, exit_code: int, after: Duration) -> Marked:
    if exit_code > 255:
        raise CannotInject(f"--exit-code is 0 to 255, not {exit_code}")
    how = {"sim.quorate.dev/exit-code": str(exit_code)}
    if after:
        how["sim.quorate.dev/crash-after"] = duration_text(after)
    else:
        how["sim.quorate.dev/fault"] = "CrashLoopBackOff"
    return mark_pods(world, namespace, pod, how)


def undo(world: World, before: Marked) -> None:
    unmark_pods(world, before)
