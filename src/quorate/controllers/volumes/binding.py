"""The persistentvolume-controller, which binds and reclaims."""

from quorate.contract.controller import Controller
from quorate.controllers.volumes.decide import decide
from quorate.controllers.volumes.snapshot import FREE, RESERVED, WATCHES, snapshot

CONTROLLER = Controller(
    name="persistentvolume-controller",
    watches=WATCHES,
    snapshot=snapshot,
    decide=decide,
    indexes=(RESERVED, FREE),
    gate="controller",
    user="system:serviceaccount:kube-system:persistent-volume-binder",
)
