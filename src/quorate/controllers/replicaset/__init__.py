"""The ReplicaSet controller (Kubernetes: pkg/controller/replicaset)."""

from functools import partial

from quorate.contract.controller import Controller
from quorate.controllers.replicaset.decide import decide
from quorate.controllers.replicaset.kinds import REPLICA_SETS, Family
from quorate.controllers.replicaset.snapshot import INDEXES, snapshot
from quorate.controllers.replicaset.watches import index, watches


def controller(name: str, family: Family, user: str) -> Controller:
    return Controller(
        name=name, watches=watches(family), snapshot=partial(snapshot, family), decide=decide,
        indexes=(*INDEXES, index(family)), user=f"system:serviceaccount:kube-system:{user}",
    )  # fmt: skip


CONTROLLERS = (controller("replicaset-controller", REPLICA_SETS, "replicaset-controller"),)
