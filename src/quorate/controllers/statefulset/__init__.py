"""The StatefulSet controller (Kubernetes: pkg/controller/statefulset)."""

from quorate.contract.controller import Controller
from quorate.controllers.statefulset.decide import decide
from quorate.controllers.statefulset.snapshot import INDEXES, snapshot
from quorate.controllers.statefulset.watches import WATCHES

CONTROLLERS = (
    Controller(
        name="statefulset-controller",
        watches=WATCHES,
        snapshot=snapshot,
        decide=decide,
        indexes=INDEXES,
        user="system:serviceaccount:kube-system:statefulset-controller",
    ),
)
