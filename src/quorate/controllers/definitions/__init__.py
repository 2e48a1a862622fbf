"""CustomResourceDefinitions: their names are accepted, they are established, and at their end their objects go first."""

from quorate.contract.controller import Controller, Watch
from quorate.controllers.definitions.decide import decide
from quorate.controllers.definitions.snapshot import DEFINITIONS, changed, object_gone, snapshot

CONTROLLERS: tuple[Controller, ...] = (
    Controller(
        name="crd-controller",
        watches=(Watch(DEFINITIONS, changed), Watch("*", object_gone)),
        snapshot=snapshot,
        decide=decide,
        gate="controller",
        user="system:apiserver",
        manager="kube-apiserver",
    ),
)
"""One definition at a time, in order: of two that want one name, the first gets it."""
