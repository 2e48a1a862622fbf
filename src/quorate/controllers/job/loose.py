"""Takes the tracking finalizer off pods that no Job will count (Kubernetes: syncOrphanPod). The key is the pod."""

from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Controller
from quorate.contract.plan import Key, Obj, Plan
from quorate.contract.ports import Reader
from quorate.controllers.job.names import PODS, finished, is_foreign, is_tracked
from quorate.controllers.job.pods import untracked
from quorate.controllers.job.watches import LOOSE_WATCHES, owner_of
from quorate.kernel.clock import Instant
from quorate.objects.owners import controller_of


@dataclass(frozen=True, slots=True)
class Seen:
    pod: Obj


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    pod = reader.get(PODS, *key)
    if pod is None or not is_tracked(pod):
        return None
    ref = controller_of(pod)
    if ref is not None:
        if (ref["kind"], ref.get("apiVersion")) != ("Job", "batch/v1"):
            return None
        job = owner_of(reader, pod)
        if job is not None and (is_foreign(job) or finished(job) is None):
            return None
    return Seen(pod)


def decide(seen: Seen, now: Instant) -> Plan:
    return Plan((untracked(seen.pod),))


CONTROLLER = Controller(
    name="job-controller-orphans", watches=LOOSE_WATCHES, snapshot=snapshot, decide=decide,
    user="system:serviceaccount:kube-system:job-controller",
)  # fmt: skip
