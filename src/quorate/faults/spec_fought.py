"""Somebody rewrites a workload's spec over and over: its generation keeps climbing.

Two owners of one object do that, a GitOps controller against an operator or against people. Every change of the pod template
is a new revision, so that a rollout never ends. When the fault ends, the template is as it was.
"""

from quorate.contract.failures import Refused
from quorate.faults.switchboard.fault import CannotInject, Parameter, duration, subject, unknown
from quorate.faults.switchboard.ports import World
from quorate.faults.switchboard.reach import kind_named
from quorate.kernel.chance import Chance
from quorate.kernel.clock import SECOND, Duration
from quorate.kernel.pump import Entry

PARAMETERS = (
    subject("name", "the workload's name"),
    subject("resource", "statefulsets, deployments or daemonsets", "statefulsets"),
    subject("namespace", "where it is", "default"),
    duration("every", "how often it is rewritten", "5s"),
    Parameter("manager", "who does it: the field manager of the writes", "legacy-operator"),
)
EXAMPLES = (
    "quorate fault inject spec-fought db --every 2s --for 5m",
    "quorate fault inject spec-fought web --resource deployments --manager argocd-controller",
)
ANNOTATION = "example.com/reconciled"
ROLLED_OUT = ("statefulsets.apps", "deployments.apps", "daemonsets.apps")


class Rewriter:
    """Writes the annotation of the pod template, each time with another number."""

    def __init__(self, world: World, resource: str, namespace: str, name: str, every: Duration, manager: str) -> None:
        self.world, self.resource, self.namespace, self.name = world, resource, namespace, name
        self.every, self.manager = every, manager
        self.count = 0
        self.next: Entry | None = None

    def write(self) -> None:
        self.count += 1
        self._annotate(str(self.count))
        self.next = self.world.pump.after(self.every, self.write)

    def end(self) -> None:
        if self.next is not None:
            self.next.cancel()
        self._annotate(None)

    def _annotate(self, value: str | None) -> None:
        body = {"spec": {"template": {"metadata": {"annotations": {ANNOTATION: value}}}}}
        try:
            self.world.client(manager=self.manager).patch(self.resource, self.namespace, self.name, body)
        except Refused:
            return  # it has gone, or somebody refuses it: then it is not rewritten


def inject(
    world: World, chance: Chance, *, name: str, resource: str, namespace: str, every: Duration, manager: str
) -> Rewriter:
    kind = kind_named(world, resource)
    if kind.resource not in ROLLED_OUT:
        raise CannotInject(f"{resource} have no rollouts: spec-fought is for {', '.join(ROLLED_OUT)}")
    if world.reader.get(kind.resource, namespace, name) is None:
        known = [o["metadata"]["name"] for o in world.reader.list(kind.resource, namespace)]
        raise CannotInject(f"{unknown(kind.singular, name, known)} in namespace {namespace}")
    made = Rewriter(world, kind.resource, namespace, name, max(every, SECOND // 10), manager)
    made.write()
    return made


def undo(world: World, before: Rewriter) -> None:
    before.end()
