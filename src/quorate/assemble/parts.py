"""The controllers of a world, in one list: adding one touches its folder and this list."""

from quorate.contract.controller import Controller
from quorate.controllers import (
    admissionpolicies,
    attachdetach,
    clusterroles,
    cronjob,
    daemonset,
    definitions,
    deployment,
    disruption,
    election,
    endpointslices,
    garbage,
    horizontalpodautoscaler,
    job,
    namespace,
    nodes,
    podgc,
    quota,
    replicaset,
    replicationcontroller,
    serviceaccounts,
    statefulset,
    ttlafterfinished,
    volumes,
)  # fmt: skip
from quorate.controllers.serviceaccounts.tokens import Sign
from quorate.kernel.clock import SECOND, Duration
from quorate.nodes import csi, simulated
from quorate.nodes.simulated.logs import lines as logs
from quorate.nodes.simulated.pages import page as pages
from quorate.scheduler import CONTROLLERS as SCHEDULER

__all__ = ["controllers", "logs", "pages"]


def controllers(node_grace: Duration, sign: Sign, leases: bool = False) -> tuple[Controller, ...]:
    """All of them; `node_grace` is how long a node may be silent (--node-monitor-grace-period), `sign` makes tokens of claims.

    Of those that a change wakes at once the earlier acts first: a ReplicaSet that somebody scales by hand has made its pods
    before its Deployment takes that back, as where both work side by side.

    `leases`: whether the control plane holds and renews its Leases, which is a write for each second that is played.
    """
    period = min(5 * SECOND, node_grace // 8)
    return (
        *statefulset.CONTROLLERS,
        *replicaset.CONTROLLERS,
        *deployment.CONTROLLERS,
        *replicationcontroller.CONTROLLERS,
        *daemonset.CONTROLLERS,
        *job.CONTROLLERS,
        *cronjob.CONTROLLERS,
        *horizontalpodautoscaler.CONTROLLERS,
        *ttlafterfinished.CONTROLLERS,
        *SCHEDULER,
        *simulated.controllers(node_grace),
        *csi.CONTROLLERS,
        *volumes.CONTROLLERS,
        *attachdetach.CONTROLLERS,
        *endpointslices.CONTROLLERS,
        *disruption.CONTROLLERS,
        *nodes.controllers(node_grace, period),
        *podgc.CONTROLLERS,
        *garbage.CONTROLLERS,
        *definitions.CONTROLLERS,
        *namespace.CONTROLLERS,
        *clusterroles.CONTROLLERS,
        *admissionpolicies.CONTROLLERS,
        *serviceaccounts.controllers(sign),
        *quota.CONTROLLERS,
        *(election.CONTROLLERS if leases else ()),
    )
