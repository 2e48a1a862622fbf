"""The life of nodes as the control plane sees it: silence, taints, evictions."""

from functools import partial

from quorate.contract.controller import Controller, Watch
from quorate.controllers.nodes import conditions, eviction, monitor
from quorate.kernel.clock import SECOND, Duration

__all__ = ["CONTROLLERS", "controllers"]


def controllers(grace: Duration = 40 * SECOND, period: Duration = 5 * SECOND) -> tuple[Controller, ...]:
    """`grace` and `period` are kube-controller-manager's --node-monitor-grace-period and --node-monitor-period."""
    watch = Controller(
        name="node-lifecycle-controller", watches=(Watch("nodes", monitor.keys),), snapshot=monitor.snapshot,
        decide=partial(monitor.decide, grace=grace, period=period),
        user="system:serviceaccount:kube-system:node-controller",
    )  # fmt: skip
    return (watch, conditions.CONTROLLER, eviction.CONTROLLER)


CONTROLLERS = controllers()
