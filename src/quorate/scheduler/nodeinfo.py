"""A node as scheduling sees it: what it has, what its pods take, kept as running sums."""

from typing import Any

from quorate.contract.plan import Key
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.requests import Amounts, amounts
from quorate.scheduler.verdict import Verdict

Obj = dict[str, Any]

KEPT_VERDICTS = 512
"""Distinct (tolerations, node selectors) remembered per node; beyond that they are worked out anew."""


class NodeInfo:
    """`node` is None for a name that only pods mention: such an entry is never scheduled to."""

    __slots__ = (
        "balance", "cpu", "labels", "matched", "memory", "most_pods", "name", "node", "nominated", "pods", "ports",
        "scalars", "score_cpu", "score_memory", "static", "storage", "taints", "unschedulable", "used_cpu",
        "used_memory", "used_scalars", "used_storage",
    )  # fmt: skip

    def __init__(self, name: str) -> None:
        self.name = name
        self.node: Obj | None = None
        self.labels: dict[str, str] = {}
        self.taints: tuple[Obj, ...] = ()
        self.unschedulable = False
        self.cpu = self.memory = self.storage = self.most_pods = 0
        self.scalars: Amounts = {}
        self.used_cpu = self.used_memory = self.used_storage = 0
        self.score_cpu = self.score_memory = 0
        self.used_scalars: Amounts = {}
        self.pods: dict[Key, PodInfo] = {}
        self.nominated: dict[Key, PodInfo] = {}
        self.ports: dict[tuple[str, str, int], int] = {}
        self.static: dict[bytes, Verdict | None] = {}
        self.matched: dict[bytes, bool] = {}
        self.balance: int | None = None
        """How even the use of its resources is, as scoring worked it out; None once that has changed."""

    def set_node(self, node: Obj | None) -> None:
        """Take in a version of the node object; None when it is gone."""
        self.node = node
        spec = (node or {}).get("spec") or {}
        self.labels = ((node or {}).get("metadata") or {}).get("labels") or {}
        self.taints = tuple(spec.get("taints") or ())
        self.unschedulable = bool(spec.get("unschedulable"))
        self.static.clear()
        self.matched.clear()
        self.balance = None
        has = amounts(((node or {}).get("status") or {}).get("allocatable"))
        self.cpu, self.memory = has.pop("cpu", 0), has.pop("memory", 0)
        self.storage, self.most_pods = has.pop("ephemeral-storage", 0), has.pop("pods", 0)
        self.scalars = has

    def add(self, pod: PodInfo) -> None:
        self.pods[pod.key] = pod
        self._count(pod, 1)

    def remove(self, pod: PodInfo) -> None:
        del self.pods[pod.key]
        self._count(pod, -1)

    def _count(self, pod: PodInfo, by: int) -> None:
        self.balance = None
        self.used_cpu += by * pod.cpu
        self.used_memory += by * pod.memory
        self.used_storage += by * pod.storage
        self.score_cpu += by * pod.score_cpu
        self.score_memory += by * pod.score_memory
        for name, amount in pod.scalars.items():
            self.used_scalars[name] = self.used_scalars.get(name, 0) + by * amount
        for port in pod.ports:
            left = self.ports.get(port, 0) + by
            if left:
                self.ports[port] = left
            else:
                self.ports.pop(port, None)

    def copy(self) -> "NodeInfo":
        """For trying out other pods on it; the node object, and what was worked out from it alone, are shared."""
        out = NodeInfo.__new__(NodeInfo)
        for slot in NodeInfo.__slots__:
            setattr(out, slot, getattr(self, slot))
        out.pods, out.nominated = dict(self.pods), dict(self.nominated)
        out.used_scalars, out.ports = dict(self.used_scalars), dict(self.ports)
        return out

    @property
    def existing(self) -> Obj:
        """The node object of an entry that has one."""
        assert self.node is not None
        return self.node
