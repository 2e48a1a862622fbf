"""Controllers, scheduler and kubelets hear of every change late, in order.

What a slow or overloaded API server does to its watchers: decisions rest on an old picture, writes meet conflicts, and
everything takes a little longer. When the fault ends, what was on its way arrives at once.
"""

from quorate.faults.switchboard.fault import CannotInject, duration
from quorate.faults.switchboard.ports import World
from quorate.kernel.chance import Chance
from quorate.kernel.clock import Duration

PARAMETERS = (duration("by", "how late", "5s"),)
EXAMPLES = ("quorate fault inject informer-lag --by 10s --for 5m",)


def inject(world: World, chance: Chance, *, by: Duration) -> Duration:
    """The lag before."""
    if by <= 0:
        raise CannotInject("--by is longer than no time at all")
    before = world.informers.lag
    world.informers.set_lag(by)
    return before


def undo(world: World, before: Duration) -> None:
    world.informers.set_lag(before)
