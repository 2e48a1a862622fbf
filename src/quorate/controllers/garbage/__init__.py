"""The garbage collector: dependents follow their owners, before, after or not at all."""

from quorate.contract.controller import Controller, Watch
from quorate.controllers.garbage.decide import decide
from quorate.controllers.garbage.snapshot import changed, snapshot

CONTROLLERS: tuple[Controller, ...] = (
    Controller(
        name="garbage-collector-controller",
        watches=(Watch("*", changed),),
        snapshot=snapshot,
        decide=decide,
        user="system:serviceaccount:kube-system:generic-garbage-collector",
    ),
)
