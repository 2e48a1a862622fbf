"""Simulated nodes: kubelets that bring pods to life, without containers. `annotations.py` says how they are steered."""

from collections.abc import Iterable

from quorate.contract.controller import Controller, Watch
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.kernel.clock import SECOND, Duration
from quorate.nodes.simulated import heartbeat, inuse
from quorate.nodes.simulated.annotations import is_down
from quorate.nodes.simulated.decide import decide
from quorate.nodes.simulated.snapshot import snapshot
from quorate.nodes.simulated.use import NodeUse
from quorate.objects.attachments import ATTACHMENTS, is_attached, node_of, volume_of

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


def _attached(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The pods that a volume, now attached to their node, is for."""
    if new is None or not is_attached(new) or (old is not None and is_attached(old)):
        return ()
    volume = reader.get("persistentvolumes", "", volume_of(new))
    ref = (volume or {}).get("spec", {}).get("claimRef") or {}
    pods = reader.indexed("pods", "claim", f"{ref.get('namespace')}/{ref.get('name')}")
    return [
        (p["metadata"]["namespace"], p["metadata"]["name"]) for p in pods if p["spec"].get("nodeName") == node_of(new)
    ]


KUBELET = Controller(
    name="kubelet", watches=(Watch("pods", _bound), Watch("nodes", _switched), Watch(ATTACHMENTS, _attached)),
    snapshot=snapshot, decide=decide, views=(NodeUse,), user="system:nodes", manager="kubelet",
)  # fmt: skip


def controllers(grace: Duration = 40 * SECOND) -> tuple[Controller, ...]:
    """`grace`: how long the control plane waits for a node's heartbeat (--node-monitor-grace-period)."""
    return (KUBELET, heartbeat.controller(grace), inuse.CONTROLLER)


CONTROLLERS = controllers()
