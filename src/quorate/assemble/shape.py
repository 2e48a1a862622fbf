"""What a world is made of."""

from dataclasses import dataclass
from typing import Literal

from quorate.kernel.clock import EPOCH, SECOND, Duration, Instant


@dataclass(frozen=True, slots=True)
class Shape:
    """What a world is made of.

    nodes, zones    nodes are spread over the zones in turn: node-0 in zone-a, node-1 in zone-b, ...
    node_grace      node-monitor-grace-period: silence after which a node counts as lost
    lag             how late, at most, controllers see what was committed
    cpu, memory     of each node
    zone_names      names for the first zones, in place of zone-a, ...
    without         admission plugins that are off, by kube-apiserver's names: "ServiceAccount"
    labels          labels that every node has beside the usual ones
    authorization   "always": who is let in may do everything; "rbac": what roles and bindings give
    roles           whether it has the roles and bindings that every cluster begins with (with "rbac" always)
    leases          whether the control plane holds and renews its Leases: a write for each second that is played
    snapshots       whether VolumeSnapshots are served, with a class for the simulated driver
    keep            changes kept for watches to resume from
    """

    nodes: int = 3
    zones: int = 3
    node_grace: Duration = 40 * SECOND
    lag: Duration = 0
    keep: int = 0
    leases: bool = False
    managed_fields: bool = False
    authorization: Literal["always", "rbac"] = "always"
    roles: bool = False
    snapshots: bool = False
    start: Instant = EPOCH
    cpu: str = "4"
    memory: str = "16Gi"
    zone_names: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
