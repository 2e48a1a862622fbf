"""A control plane process cannot renew its Lease, gives up leadership, and all of its controllers stop.

The API server answers its renewals with errors. It goes on for the ten seconds of --leader-elect-renew-deadline, then it
exits, as kube-controller-manager and kube-scheduler do. The Lease in kube-system keeps its last renewTime. When the fault
ends, a new process takes the Lease, remembers nothing, and looks at everything anew.
"""

from dataclasses import dataclass

from quorate.contract.declared import Denial, Scope
from quorate.faults.switchboard.fault import CannotInject, subject, unknown
from quorate.faults.switchboard.ports import World
from quorate.faults.switchboard.reach import controllers_of, declare, withdraw
from quorate.kernel.chance import Chance
from quorate.kernel.clock import SECOND
from quorate.kernel.pump import Entry

COMPONENTS = ("kube-controller-manager", "kube-scheduler")
PARAMETERS = (subject("component", "kube-controller-manager or kube-scheduler", "kube-controller-manager"),)
EXAMPLES = (
    "quorate fault inject lease-lost kube-controller-manager --for 5m",
    "quorate fault inject lease-lost kube-scheduler",
)
WHY = "fault lease-lost"
RENEW_DEADLINE = 10 * SECOND
"""--leader-elect-renew-deadline"""


@dataclass(frozen=True, slots=True)
class Lost:
    component: str
    denial: Denial
    gives_up: Entry


def inject(world: World, chance: Chance, *, component: str) -> Lost:
    if component not in COMPONENTS:
        raise CannotInject(unknown("component with a Lease", component, COMPONENTS))
    scope = Scope("leases.coordination.k8s.io", frozenset({"CREATE", "UPDATE"}), "kube-system", component)
    denial = Denial(scope, "", "etcdserver: request timed out", code=500)
    declare(world, denial)
    return Lost(component, denial, world.pump.after(RENEW_DEADLINE, _exit, world, component))


def _exit(world: World, component: str) -> None:
    for runner in controllers_of(world, component):
        runner.stop(WHY)


def undo(world: World, before: Lost) -> None:
    withdraw(world, before.denial)
    exited = before.gives_up.due <= world.now
    before.gives_up.cancel()
    for runner in controllers_of(world, before.component):
        runner.start(WHY)
        if exited:
            runner.restart()
