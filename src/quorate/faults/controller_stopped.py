"""A controller hangs: it hears of changes and acts on none of them.

Stopping the StatefulSet controller is the true cause of a generation mismatch: a new spec gets a new metadata.generation,
and nobody moves status.observedGeneration. Its pods run on, lost ones are not replaced. When the fault ends, the
controller takes up all that has waited.
"""

from quorate.faults.switchboard.fault import subject
from quorate.faults.switchboard.ports import World
from quorate.faults.switchboard.reach import controllers_named
from quorate.kernel.chance import Chance

PARAMETERS = (subject("controller", "its name, with or without -controller, or a process: kube-scheduler"),)
EXAMPLES = (
    "quorate fault inject controller-stopped statefulset-controller",
    "quorate fault inject controller-stopped deployment --for 10m",
)
WHY = "fault controller-stopped"


def inject(world: World, chance: Chance, *, controller: str) -> tuple[str, ...]:
    """The names of those stopped."""
    names = controllers_named(world, controller)
    for name in names:
        world.runtime.runners[name].stop(WHY)
    return names


def undo(world: World, before: tuple[str, ...]) -> None:
    for name in before:
        world.runtime.runners[name].start(WHY)
