"""kube-scheduler's default profile: filters, scores, volumes, preemption, and what wakes a pod that waits."""

from quorate.contract.controller import Backoff, Controller
from quorate.kernel.clock import SECOND
from quorate.scheduler.decide import decide
from quorate.scheduler.queue import INDEXES, WATCHES, rank
from quorate.scheduler.snapshot import snapshot
from quorate.scheduler.view import ClusterView

CONTROLLERS: tuple[Controller, ...] = (
    Controller(
        name="default-scheduler",
        watches=WATCHES,
        snapshot=snapshot,
        decide=decide,
        indexes=INDEXES,
        views=(ClusterView,),
        gate="controller",
        backoff=Backoff(SECOND, 10 * SECOND),
        rank=rank,
        user="system:kube-scheduler",
        manager="kube-scheduler",
    ),
)
