"""The DaemonSet controller (Kubernetes: pkg/controller/daemon)."""

from quorate.contract.controller import Controller
from quorate.controllers.daemonset.coverage import Coverage
from quorate.controllers.daemonset.decide import decide
from quorate.controllers.daemonset.snapshot import INDEXES, snapshot
from quorate.controllers.daemonset.watches import WATCHES, Sets

CONTROLLERS = (
    Controller(
        name="daemonset-controller",
        watches=WATCHES,
        snapshot=snapshot,
        decide=decide,
        indexes=INDEXES,
        views=(Coverage, Sets),
        user="system:serviceaccount:kube-system:daemon-set-controller",
    ),
)
