"""The CSI provisioner fails: claims stay Pending with ProvisioningFailed, tried again after ever longer waits.

When the fault ends, claims are served at their next try, at most five minutes later.
"""

from quorate.faults.switchboard.classes import Before, restore, steer
from quorate.faults.switchboard.fault import subject
from quorate.faults.switchboard.ports import World
from quorate.kernel.chance import Chance

PARAMETERS = (subject("storage_class", "only this StorageClass; all of them when absent", ""),)
EXAMPLES = ("quorate fault inject provisioner-failing topology-aware --for 30m",)
FAULT = "sim.quorate.dev/fault"


def inject(world: World, chance: Chance, *, storage_class: str) -> Before:
    return steer(world, storage_class, FAULT, "ProvisioningFailed")


def undo(world: World, before: Before) -> None:
    restore(world, FAULT, before)
