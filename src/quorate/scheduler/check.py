"""What a filter becomes once it has seen the pod: a check that is asked node by node."""

from quorate.scheduler.nodeinfo import NodeInfo
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.verdict import Verdict


class Check:
    """A filter for one pod. Pods can be taken from a node, or put on it, on trial: `shift` keeps the counts right."""

    __slots__ = ()

    def check(self, node: NodeInfo) -> Verdict | None:
        """None when the node will do."""
        raise NotImplementedError

    def shift(self, pod: PodInfo, node: NodeInfo, by: int) -> None:
        """`pod` came to (`by` = 1) or left (-1) the node. Nothing to do for what only looks at the node itself."""

    def copy(self) -> "Check":
        """One whose shifts do not show in this one."""
        return self
