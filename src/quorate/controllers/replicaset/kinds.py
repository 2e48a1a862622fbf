"""What tells a ReplicaSet from a ReplicationController: names, and how the selector is written. All else is one."""

from dataclasses import dataclass

from quorate.contract.plan import Obj
from quorate.objects import selectors
from quorate.objects.selectors import Selector


@dataclass(frozen=True, slots=True)
class Family:
    """`terminating`: whether the status counts pods on their way out."""

    resource: str
    kind: str
    plain_selector: bool
    terminating: bool

    def selector(self, found: Obj) -> Selector:
        spec = found["spec"].get("selector")
        return selectors.of_labels(spec) if self.plain_selector else selectors.selector(spec)


REPLICA_SETS = Family("replicasets.apps", "ReplicaSet", plain_selector=False, terminating=True)
REPLICATION_CONTROLLERS = Family(
    "replicationcontrollers", "ReplicationController", plain_selector=True, terminating=False
)
