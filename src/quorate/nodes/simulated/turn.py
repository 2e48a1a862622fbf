"""One look at a pod: what is seen, and what is to be told and when to look again, gathered on the way."""

from dataclasses import dataclass
from typing import Any, Literal

from quorate.contract.plan import Obj, Tell
from quorate.kernel.clock import Instant
from quorate.nodes.simulated.annotations import Behaviour, behaviour
from quorate.nodes.simulated.life import Life

Role = Literal["main", "init", "sidecar"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a kubelet sees of one of its pods.

    down      its own node's kubelet is stopped: nothing happens
    address   for the pod's sandbox
    refused   (reason, message) when the node cannot run the pod
    mount     why its volumes cannot be mounted; "" when they can
    missing   names of its volumes that are not attached to the node yet
    peers     how many pods of its workload, itself included, it finds by name; only where it needs some
    config    (container, error) for each container whose environment cannot be made
    present   images of the pod that the node has
    """

    pod: Obj
    node: Obj
    life: Life | None
    down: bool = False
    address: str = ""
    refused: tuple[str, str] | None = None
    mount: str = ""
    config: tuple[tuple[str, str], ...] = ()
    present: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    peers: int = 0


class Turn:
    __slots__ = ("actions", "behaviour", "due", "node", "now", "pod", "seen", "stopping")

    def __init__(self, seen: Seen, now: Instant) -> None:
        self.seen, self.pod, self.now = seen, seen.pod, now
        self.node: str = seen.node["metadata"]["name"]
        self.behaviour: Behaviour = behaviour(seen.pod)
        self.stopping = bool(seen.pod["metadata"].get("deletionTimestamp"))
        self.actions: list[Any] = []
        self.due: Instant | None = None

    def wake(self, at: Instant) -> None:
        """Look again at `at`, or earlier if something else wants it."""
        if self.due is None or at < self.due:
            self.due = at

    def tell(
        self, type: Literal["Normal", "Warning"], reason: str, message: str, container: str = "", role: Role = "main"
    ) -> None:
        """An event of the kubelet about the pod, or about one of its containers."""
        path = ""
        if container:
            path = f"spec.containers{{{container}}}" if role == "main" else f"spec.initContainers{{{container}}}"
        self.actions.append(Tell(self.pod, type, reason, message, component="kubelet", host=self.node, field_path=path))
