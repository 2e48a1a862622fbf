"""A probe of a pod fails: readiness takes it out of its Services, liveness has its containers killed.

The fault stays with the name: a pod that is made anew under it fails too.
"""

from quorate.faults.switchboard.fault import CannotInject, Parameter, subject, unknown
from quorate.faults.switchboard.marking import Marked, mark_pods, unmark_pods
from quorate.faults.switchboard.ports import World
from quorate.kernel.chance import Chance

PARAMETERS = (
    subject("pod", "its name, or a pattern: 'db-*'"),
    subject("namespace", "where it is", "default"),
    Parameter("probe", "readiness or liveness; liveness needs a pod that has such a probe", "readiness"),
)
EXAMPLES = (
    "quorate fault inject probe-failing db-0 --for 2m",
    "quorate fault inject probe-failing 'db-*' --probe liveness",
)
STEERED_BY = {"readiness": "sim.quorate.dev/ready", "liveness": "sim.quorate.dev/live"}


def inject(world: World, chance: Chance, *, pod: str, namespace: str, probe: str) -> Marked:
    if probe not in STEERED_BY:
        raise CannotInject(unknown("probe", probe, STEERED_BY))
    return mark_pods(world, namespace, pod, {STEERED_BY[probe]: "false"})


def undo(world: World, before: Marked) -> None:
    unmark_pods(world, before)
