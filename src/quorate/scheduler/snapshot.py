"""What the scheduler sees when it looks at one pod, and what it remembers of its last look."""

from dataclasses import dataclass
from typing import Any

from quorate.contract.plan import Key
from quorate.contract.ports import Reader
from quorate.kernel.clock import Instant
from quorate.objects.pod import is_finished, is_terminating
from quorate.scheduler.cluster import Cluster
from quorate.scheduler.podinfo import PodInfo, is_ours
from quorate.scheduler.view import ClusterView


@dataclass(frozen=True, slots=True)
class Failed:
    """No node was found when the view was at `version`; without a change there is no point before `again`.

    After an error (`errors` in a row) the wait is kept whatever changes, and `version` is None.
    """

    version: int | None
    again: Instant
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A node was chosen; its volumes are to be bound by `until`."""

    node: str
    until: Instant
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    pod: PodInfo
    cluster: Cluster
    memory: Failed | Waiting | None


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    """None for a pod that is not there, has a node, is on its way out, or is another scheduler's."""
    pod = reader.get("pods", *key)
    if pod is None or pod["spec"].get("nodeName") or is_terminating(pod) or is_finished(pod) or not is_ours(pod):
        return None
    view = reader.view(ClusterView)
    info = view.pods.get(key)
    return Seen(info if info is not None else PodInfo(pod), Cluster(view, reader), memory)
