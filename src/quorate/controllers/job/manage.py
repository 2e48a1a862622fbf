"""How many pods a Job should have now, and what brings it there (Kubernetes: manageJob)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from quorate.contract.plan import Action, Obj
from quorate.controllers.job import backoff, pods
from quorate.controllers.job.failure import replaces_failed_only
from quorate.controllers.job.indexes import Indexes, of
from quorate.controllers.job.names import index_of, is_indexed, is_per_index, is_suspended
from quorate.controllers.job.tally import Tally
from quorate.kernel.clock import SECOND, Instant
from quorate.objects.pod import is_ready

MOST = 500
"""Pods that one look creates or deletes."""
SOON = SECOND


@dataclass(slots=True)
class Managed:
    """What is done about active pods, and how many there are then. `again`: when the back-off is over."""

    actions: list[Action] = field(default_factory=list)
    created: int = 0
    deleted: int = 0
    deleted_ready: int = 0
    again: Instant | None = None


def manage(tally: Tally, now: Instant) -> Managed:
    job = tally.job
    if is_suspended(job):
        return _removed(job, surplus(job, tally.active, len(tally.active)))
    wanted = _wanted(tally)
    gone = surplus(job, tally.active, max(0, len(tally.active) - wanted))[:MOST]
    if gone:
        return _removed(job, gone)
    waited_for = tally.terminating if replaces_failed_only(job) else 0
    missing = wanted - waited_for - len(tally.active)
    if missing <= 0:
        return Managed()
    if not is_per_index(job):
        due = backoff.ends_at(tally.record)
        # The wait is over only when it has been exceeded.
        if tally.record.failures and now < due:
            return Managed(again=max(due, now + SOON))
    return _created(tally, min(missing, MOST), now)


def _removed(job: Obj, gone: Sequence[Obj]) -> Managed:
    ready = sum(is_ready(pod) for pod in gone)
    return Managed(pods.remove(job, gone), deleted=len(gone), deleted_ready=ready)


def _wanted(tally: Tally) -> int:
    """Never more pods than completions are left; a work queue lets its pods run out once one has succeeded."""
    spec = tally.job["spec"]
    parallelism: int = spec.get("parallelism", 1)
    if spec.get("completions") is None:
        return len(tally.active) if tally.succeeded > 0 else parallelism
    return max(0, min(spec["completions"] - tally.succeeded, parallelism))


def _created(tally: Tally, count: int, now: Instant) -> Managed:
    job = tally.job
    if not is_indexed(job):
        return Managed([pods.create(job, None, None) for _ in range(count)], created=count)
    chosen = pending(tally, count)
    if is_per_index(job):
        waits = {index: backoff.ends_at_of_index(tally.delayed.get(index)) for index in chosen}
        ready = [index for index in chosen if waits[index] <= now]
        if chosen and not ready:
            return Managed(again=max(min(waits.values()), now + SOON))
        chosen = ready
    made: list[Action] = [pods.create(job, index, tally.delayed.get(index)) for index in chosen]
    return Managed(made, created=len(made))


def pending(tally: Tally, count: int) -> list[int]:
    """The lowest `count` indexes that no pod works on and that have neither succeeded nor failed."""
    taken = tally.succeeded_indexes | of(index_of(pod) for pod in tally.active)
    if replaces_failed_only(tally.job):
        taken |= of(index_of(pod) for pod in tally.stopping)
    taken |= tally.failed_indexes or Indexes()
    return list(islice(taken.missing(tally.job["spec"]["completions"]), count))


def surplus(job: Obj, active: Sequence[Obj], at_least: int) -> list[Obj]:
    """Pods to remove: of an Indexed Job all without a valid index and all but one of an index; then the least wanted."""
    gone: list[Obj] = []
    left = list(active)
    if is_indexed(job):
        by_index: dict[int | None, list[Obj]] = {}
        for pod in active:
            by_index.setdefault(index_of(pod), []).append(pod)
        left = []
        for index in sorted(by_index, key=lambda i: -1 if i is None else i):
            same = by_index[index]
            if index is None or index >= job["spec"]["completions"]:
                gone += same
            else:
                ranked = pods.least_wanted(same) if len(same) > 1 else same
                gone += ranked[:-1]
                left.append(ranked[-1])
    if len(gone) < at_least:
        gone += pods.least_wanted(left)[: at_least - len(gone)]
    return gone
