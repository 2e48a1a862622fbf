"""The simulated CSI driver `csi.sim.quorate.dev`: its sidecars as controllers, its classes, its object."""

from quorate.contract.controller import Controller
from quorate.nodes.csi import provisioner, resizer
from quorate.nodes.csi.classes import csi_driver, storage_classes
from quorate.nodes.csi.driver import DRIVER

CONTROLLERS: tuple[Controller, ...] = (provisioner.CONTROLLER, resizer.CONTROLLER)

__all__ = ["CONTROLLERS", "DRIVER", "csi_driver", "storage_classes"]
