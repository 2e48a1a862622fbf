"""Counting pods that have ended, each exactly once (Kubernetes: trackJobStatusAndRemoveFinalizers).

A pod that has ended is first written down in status.uncountedTerminatedPods, then loses its finalizer, and only then is
it counted: whoever dies in between leaves enough behind for the next one to go on. An index that has succeeded is
written down as such, which is as good.
"""

from collections.abc import Sequence
from typing import NamedTuple

from quorate.contract.plan import Obj
from quorate.controllers.job.conditions import COMPLETE, FAILED, MET, TARGET, made, put, true
from quorate.controllers.job.failure import has_failed, judge
from quorate.controllers.job.indexes import of
from quorate.controllers.job.names import index_of, is_indexed, is_per_index, is_tracked
from quorate.controllers.job.tally import Tally
from quorate.kernel.clock import Instant
from quorate.objects.pod import is_terminating, phase

MOST = 500
"""Uids that the status holds at most, so that it does not grow beyond measure."""


class Step(NamedTuple):
    """status    to be written before the finalizers go (None: it says so already)
    let_go    pods to take the finalizer off
    after     the status once that is done (None: it stays)
    finished  the condition that ends the Job, when `after` has it
    """

    status: Obj | None
    let_go: Sequence[Obj]
    after: Obj | None
    finished: Obj | None


def track(tally: Tally, status: Obj, changed: bool, over: Obj | None, now: Instant) -> Step:
    """`status` is the Job's with all but the counts of ended pods brought up to date; `changed`: it is to be written.

    `over` is the condition that says that the Job is over.
    """
    job = tally.job
    tracked = {pod["metadata"]["uid"] for pod in tally.pods if is_tracked(pod)}
    won, lost = list(tally.uncounted_succeeded), list(tally.uncounted_failed)
    status, won, lost, more = _counted(status, won, lost, tracked)
    changed = changed or more
    let_go, won_indexes, full = _ended(tally, over, won, lost)
    changed = changed or len(won) + len(lost) > len(tally.uncounted_succeeded) + len(tally.uncounted_failed)
    status = {**status, "uncountedTerminatedPods": _uids(won, lost)}
    if is_indexed(job):
        status = _with_indexes(status, tally, won_indexes)
        held = job.get("status") or {}
        changed = changed or any(held.get(f) != status.get(f) for f in ("completedIndexes", "failedIndexes"))
    said = status.get("conditions") or []
    end = over
    if over is not None and over["type"] == TARGET:
        said, changed = [*said, over], True
        end = made(FAILED, "True", over.get("reason", ""), over.get("message", ""), now)
    elif over is not None and over["type"] == MET:
        if true(said, MET) is None:
            said, changed = [*said, over], True
        end = made(COMPLETE, "True", over.get("reason", ""), over.get("message", ""), now)
    if said:
        status = {**status, "conditions": said}
    gone = {pod["metadata"]["uid"] for pod in let_go}
    after, won, lost, again = _counted(status, won, lost, tracked - gone)
    after = {**after, "uncountedTerminatedPods": _uids(won, lost)}
    if end is None or full or won or lost or after.get("terminating"):
        return Step(status if changed else None, let_go, after if again else None, None)
    after = {**after, "conditions": put(said, end)}
    if end["type"] == COMPLETE:
        after["completionTime"] = end["lastTransitionTime"]
    return Step(status if changed else None, let_go, after, end)


def _counted(
    status: Obj, won: list[str], lost: list[str], tracked: set[str]
) -> tuple[Obj, list[str], list[str], bool]:  # fmt: skip
    """Counts what was written down and has lost its finalizer; what is still written down; whether that changed a thing."""
    left = [uid for uid in won if uid in tracked], [uid for uid in lost if uid in tracked]
    out = {**status}
    for field, before, now in (("succeeded", won, left[0]), ("failed", lost, left[1])):
        if len(before) != len(now):
            out[field] = out.get(field, 0) + len(before) - len(now)
    return out, *left, (len(won), len(lost)) != (len(left[0]), len(left[1]))


def _uids(won: Sequence[str], lost: Sequence[str]) -> Obj:
    return {field: list(uids) for field, uids in (("succeeded", won), ("failed", lost)) if uids}


def _ended(tally: Tally, over: Obj | None, won: list[str], lost: list[str]) -> tuple[list[Obj], list[int], bool]:
    """The pods to let go, indexes that have newly succeeded, and whether the lists are full. Adds to `won` and `lost`."""
    job = tally.job
    indexed = is_indexed(job)
    pods = sorted(tally.pods, key=_by_index) if indexed else tally.pods
    known_won, known_lost = set(won), set(lost)
    let_go, indexes = [], []
    # A Job that has failed counts as failed whatever had to be stopped for it.
    all_lost = over is not None and over["type"] != MET
    for pod in pods:
        if not is_tracked(pod):
            continue
        failed = has_failed(pod, job)
        if not _may_go(tally, pod, failed, over):
            continue
        let_go.append(pod)
        uid, index = pod["metadata"]["uid"], index_of(pod)
        if phase(pod) == "Succeeded" and uid not in known_lost:
            if indexed:
                if index is not None and tally.has_place(index) and index not in tally.before:
                    indexes.append(index)
            elif uid not in known_won:
                won.append(uid)
        elif uid not in known_lost and _counts_as_lost(tally, pod, failed or all_lost):
            lost.append(uid)
        if len(indexes) + len(won) + len(lost) >= MOST:
            return let_go, indexes, True
    return let_go, indexes, False


def _counts_as_lost(tally: Tally, pod: Obj, lost: bool) -> bool:
    job = tally.job
    return lost and (not is_indexed(job) or tally.has_place(index_of(pod))) and judge(job, pod).counts


def _by_index(pod: Obj) -> int:
    index = index_of(pod)
    return -1 if index is None else index


def _may_go(tally: Tally, pod: Obj, failed: bool, over: Obj | None) -> bool:
    if is_terminating(tally.job) or over is not None or phase(pod) == "Succeeded":
        return True
    if not failed:
        return False
    if is_per_index(tally.job):
        index = index_of(pod)
        return index is None or tally.delayed.get(index) is not pod
    return True


def _with_indexes(status: Obj, tally: Tally, won: Sequence[int]) -> Obj:
    done = tally.succeeded_indexes | of(won)
    out = {k: v for k, v in status.items() if k not in ("completedIndexes", "succeeded")}
    if len(done):
        out |= {"completedIndexes": str(done), "succeeded": len(done)}
    if tally.failed_indexes is not None:
        out["failedIndexes"] = str(tally.failed_indexes)
    else:
        out.pop("failedIndexes", None)
    return out
