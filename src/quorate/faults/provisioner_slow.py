"""The CSI provisioner takes long: new claims stay Pending until their volumes come.

A claim that is annotated with a time of its own (sim.quorate.dev/provision-after) keeps that.
"""

from quorate.faults.switchboard.classes import Before, restore, steer
from quorate.faults.switchboard.fault import duration, subject
from quorate.faults.switchboard.ports import World
from quorate.kernel.chance import Chance
from quorate.kernel.clock import Duration
from quorate.objects.times import duration_text

PARAMETERS = (
    subject("storage_class", "only this StorageClass; all of them when absent", ""),
    duration("by", "how long the making of a volume takes", "5m"),
)
EXAMPLES = ("quorate fault inject provisioner-slow standard --by 10m",)
PROVISION_AFTER = "sim.quorate.dev/provision-after"


def inject(world: World, chance: Chance, *, storage_class: str, by: Duration) -> Before:
    return steer(world, storage_class, PROVISION_AFTER, duration_text(by))


def undo(world: World, before: Before) -> None:
    restore(world, PROVISION_AFTER, before)
