"""Deletes Jobs some time after they have finished (Kubernetes: pkg/controller/ttlafterfinished)."""

from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Controller, Watch, own_key
from quorate.contract.plan import Delete, Key, Obj, Outcome, Plan, Ref
from quorate.contract.ports import Reader
from quorate.controllers.job.names import JOBS, finished
from quorate.kernel.clock import SECOND, Instant
from quorate.objects.pod import is_terminating
from quorate.objects.times import parse_time

_GONE = Outcome(fine=frozenset({"NotFound", "Conflict"}))


@dataclass(frozen=True, slots=True)
class Seen:
    """A finished Job and when it is to go."""

    job: Obj
    due: Instant


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    job = reader.get(JOBS, *key)
    if job is None or is_terminating(job):
        return None
    seconds, condition = job["spec"].get("ttlSecondsAfterFinished"), finished(job)
    if seconds is None or condition is None or not condition.get("lastTransitionTime"):
        return None
    return Seen(job, parse_time(condition["lastTransitionTime"]) + int(seconds) * SECOND)


def decide(seen: Seen, now: Instant) -> Plan:
    """Its pods go before it does."""
    if now < seen.due:
        return Plan(look_again=seen.due)
    meta = seen.job["metadata"]
    ref = Ref(JOBS, meta["namespace"], meta["name"])
    return Plan((Delete(ref, uid=meta["uid"], propagation="Foreground", outcome=_GONE),))


CONTROLLERS = (
    Controller(
        name="ttl-after-finished-controller", watches=(Watch(JOBS, own_key),), snapshot=snapshot, decide=decide,
        user="system:serviceaccount:kube-system:ttl-after-finished-controller",
    ),
)  # fmt: skip
