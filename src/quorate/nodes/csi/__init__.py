"""The simulated CSI drivers: their sidecars as controllers, the classes and the object of `csi.sim.quorate.dev`.

`disk.csi.sim.quorate.dev` is the one whose volumes must be attached: a StorageClass with it as provisioner is all it needs.
"""

from quorate.contract.controller import Controller
from quorate.nodes.csi import attacher, provisioner, resizer, snapshotter
from quorate.nodes.csi.classes import csi_driver, storage_classes
from quorate.nodes.csi.driver import DISK_DRIVER, DRIVER

CONTROLLERS: tuple[Controller, ...] = (
    provisioner.CONTROLLER, resizer.CONTROLLER, attacher.CONTROLLER, *snapshotter.CONTROLLERS
)  # fmt: skip

__all__ = ["CONTROLLERS", "DISK_DRIVER", "DRIVER", "csi_driver", "storage_classes"]
