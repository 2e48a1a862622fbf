"""A controller is throttled: whatever it has to do, it does that much later.

So a starved or rate-limited controller manager looks: nothing is wrong with any object, everything comes late, and the
generation mismatch after a change of a spec lasts for one or two delays: the new revision is written by one decision,
the status by the next.
"""

from quorate.faults.switchboard.fault import CannotInject, duration, subject
from quorate.faults.switchboard.ports import World
from quorate.faults.switchboard.reach import controllers_named
from quorate.kernel.chance import Chance
from quorate.kernel.clock import Duration

PARAMETERS = (
    subject("controller", "its name, with or without -controller, or a process: kube-scheduler"),
    duration("by", "how long each decision waits", "30s"),
)
EXAMPLES = ("quorate fault inject controller-slow statefulset --by 2m",)


def inject(world: World, chance: Chance, *, controller: str, by: Duration) -> tuple[str, ...]:
    """The names of those slowed."""
    if by <= 0:
        raise CannotInject("--by is longer than no time at all")
    names = controllers_named(world, controller)
    for name in names:
        world.runtime.runners[name].slow(by)
    return names


def undo(world: World, before: tuple[str, ...]) -> None:
    for name in before:
        world.runtime.runners[name].slow(0)
