"""The CronJob controller (Kubernetes: pkg/controller/cronjob)."""

from quorate.contract.controller import Controller
from quorate.controllers.cronjob.decide import decide
from quorate.controllers.cronjob.snapshot import INDEXES, snapshot
from quorate.controllers.cronjob.watches import WATCHES

CONTROLLERS = (
    Controller(
        name="cronjob-controller", watches=WATCHES, snapshot=snapshot, decide=decide, indexes=INDEXES,
        user="system:serviceaccount:kube-system:cronjob-controller",
    ),
)  # fmt: skip
