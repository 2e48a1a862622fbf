"""The Deployment controller (Kubernetes: pkg/controller/deployment)."""

from quorate.contract.controller import Controller
from quorate.controllers.deployment.decide import decide
from quorate.controllers.deployment.snapshot import INDEXES, snapshot
from quorate.controllers.deployment.watches import WATCHES

CONTROLLERS = (
    Controller(
        name="deployment-controller",
        watches=WATCHES,
        snapshot=snapshot,
        decide=decide,
        indexes=INDEXES,
        user="system:serviceaccount:kube-system:deployment-controller",
    ),
)
