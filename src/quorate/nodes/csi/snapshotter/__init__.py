"""Snapshots of volumes: their definitions, the snapshot controller, the simulated drivers' sidecar."""

from quorate.contract.controller import Backoff, Controller, Index
from quorate.kernel.clock import MINUTE, SECOND
from quorate.nodes.csi.snapshotter import sidecar
from quorate.nodes.csi.snapshotter.decide import decide
from quorate.nodes.csi.snapshotter.definitions import definitions, snapshot_class
from quorate.nodes.csi.snapshotter.names import CLASSES, OF_CLAIM, RESTORING, SNAPSHOTS, by_claim, by_restored
from quorate.nodes.csi.snapshotter.snapshot import WATCHES, snapshot

CONTROLLERS: tuple[Controller, ...] = (
    Controller(
        name="snapshot-controller",
        watches=WATCHES,
        indexes=(
            Index(SNAPSHOTS, OF_CLAIM, by_claim),
            Index("persistentvolumeclaims", RESTORING, by_restored),
        ),
        snapshot=snapshot,
        decide=decide,
        backoff=Backoff(SECOND, 5 * MINUTE),
        user="system:serviceaccount:kube-system:snapshot-controller",
        manager="snapshot-controller",
    ),
    sidecar.CONTROLLER,
)

__all__ = ["CLASSES", "CONTROLLERS", "definitions", "snapshot_class"]
