"""Simulated nodes: kubelets that bring pods to life, without containers. `annotations.py` says how they are steered."""

from collections.abc import Iterable

from quorate.contract.controller import Controller, Watch
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.kernel.clock import SECOND, Duration
from quorate.nodes.simulated import heartbeat
from quorate.nodes.simulated.annotations import is_down
from quorate.nodes.simulated.decide import decide
from quorate.nodes.simulated.snapshot import snapshot
from quorate.nodes.simulated.use import NodeUse

__all__ = ["CONTROLLERS", "controllers"]


def _bound(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """A kubelet hears of its own pods only."""
    pod = new or old or {}
    if not pod["spec"].get("nodeName"):
        return ()
    return ((pod["metadata"]["namespace"], pod["metadata"]["name"]),)


def _switched(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """All pods of a node whose kubelet comes, goes, stops or starts again."""
    if old is not None and new is not None and is_down(old) == is_down(new):
        return ()
    name = (new or old or {})["metadata"]["name"]
    return [(p["metadata"]["namespace"], p["metadata"]["name"]) for p in reader.indexed("pods", "node", name)]


KUBELET = Controller(
    name="kubelet", watches=(Watch("pods", _bound), Watch("nodes", _switched)), snapshot=snapshot, decide=decide,
    views=(NodeUse,), user="system:nodes", manager="kubelet",
)  # fmt: skip


def controllers(grace: Duration = 40 * SECOND) -> tuple[Controller, ...]:
    """`grace`: how long the control plane waits for a node's heartbeat (--node-monitor-grace-period)."""
    return (KUBELET, heartbeat.controller(grace))


CONTROLLERS = controllers()
