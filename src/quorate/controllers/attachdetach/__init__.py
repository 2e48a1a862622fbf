"""Attaches volumes to the nodes of the pods that use them, and detaches them (Kubernetes: pkg/controller/volume/attachdetach)."""

from quorate.contract.controller import Controller
from quorate.controllers.attachdetach import nodes
from quorate.controllers.attachdetach.decide import decide
from quorate.controllers.attachdetach.snapshot import INDEXES, snapshot
from quorate.controllers.attachdetach.watches import WATCHES

USER = "system:serviceaccount:kube-system:attachdetach-controller"

CONTROLLERS = (
    Controller(
        name="attachdetach-controller", watches=WATCHES, snapshot=snapshot, decide=decide, indexes=INDEXES, user=USER
    ),
    Controller(
        name="attachdetach-controller-nodes", watches=nodes.WATCHES, snapshot=nodes.snapshot, decide=nodes.decide,
        indexes=INDEXES, user=USER,
    ),
)  # fmt: skip
