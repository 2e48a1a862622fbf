"""What a Job's pods amount to, over and above what its status has counted already (Kubernetes: syncJobCtx)."""

from collections.abc import Callable, Iterable, Sequence

from quorate.contract.plan import Obj
from quorate.controllers.job import backoff, indexes
from quorate.controllers.job.backoff import Record
from quorate.controllers.job.failure import fails_index, has_failed, judge
from quorate.controllers.job.indexes import Indexes
from quorate.controllers.job.names import index_of, is_indexed, is_per_index, is_tracked
from quorate.objects.pod import is_finished, is_ready, is_terminating, phase


class Tally:
    """active, stopping     pods that run or will; pods on their way out that have not ended yet
    ready                active pods that are Ready
    succeeded, failed    pods in all, those that are not written down yet included; for an Indexed Job indexes succeeded
    record               the back-off record with the newly finished pods
    *_indexes            of an Indexed Job; failed ones only with limits per index
    delayed              by index, failed pods that are kept until another takes their place and their count over
    """

    def __init__(self, job: Obj, pods: Sequence[Obj], record: Record) -> None:
        self.job, self.pods = job, pods
        status = job.get("status") or {}
        uncounted = status.get("uncountedTerminatedPods") or {}
        self.uncounted_succeeded: list[str] = list(uncounted.get("succeeded") or ())
        self.uncounted_failed: list[str] = list(uncounted.get("failed") or ())
        self.active = [pod for pod in pods if not is_finished(pod) and not is_terminating(pod)]
        self.stopping = [pod for pod in pods if not is_finished(pod) and is_terminating(pod)]
        self.terminating = len(self.stopping)
        self.ready = sum(is_ready(pod) for pod in self.active)
        won = self._new(self.uncounted_succeeded, _has_succeeded)
        lost = self._new(self.uncounted_failed, self._has_failed)
        self.succeeded: int = status.get("succeeded", 0) + len(won) + len(self.uncounted_succeeded)
        counting = sum(judge(job, pod).counts for pod in lost)
        self.failed: int = status.get("failed", 0) + counting + len(self.uncounted_failed)
        self.record = backoff.updated(record, won, lost)
        self.before = self.succeeded_indexes = Indexes()
        self.failed_indexes: Indexes | None = None
        self.delayed: dict[int, Obj] = {}
        if is_indexed(job):
            self._count_indexes(status)

    @property
    def completions(self) -> int:
        return self.job["spec"].get("completions") or 0

    def has_place(self, index: int | None) -> bool:
        """Whether the index is one of the Job's."""
        return index is not None and index < self.completions

    def _has_failed(self, pod: Obj) -> bool:
        return has_failed(pod, self.job)

    def _new(self, uncounted: Iterable[str], fits: Callable[[Obj], bool]) -> list[Obj]:
        """Tracked pods of this kind that are not even in the list of those that have yet to be counted."""
        known = set(uncounted)
        indexed = is_indexed(self.job)
        return [
            pod
            for pod in self.pods
            if is_tracked(pod)
            and pod["metadata"]["uid"] not in known
            and (not indexed or self.has_place(index_of(pod)))
            and fits(pod)
        ]

    def _count_indexes(self, status: Obj) -> None:
        job, tracked = self.job, [pod for pod in self.pods if is_tracked(pod) and self.has_place(index_of(pod))]
        self.before = indexes.parse(status.get("completedIndexes") or "", self.completions)
        self.succeeded_indexes = self.before | indexes.of(index_of(pod) for pod in tracked if _has_succeeded(pod))
        self.succeeded = len(self.succeeded_indexes)
        if not is_per_index(job):
            return
        held = indexes.parse(status.get("failedIndexes") or "", self.completions)
        self.failed_indexes = held | indexes.of(index_of(pod) for pod in tracked if fails_index(job, pod))
        done = self.succeeded_indexes | self.failed_indexes | indexes.of(index_of(pod) for pod in self.active)
        for pod in tracked:
            index = index_of(pod)
            if index is None or index in done or not has_failed(pod, job):
                continue
            last = self.delayed.get(index)
            if last is None or (
                backoff.absolute(last) <= backoff.absolute(pod)
                and backoff.finish_time(pod) >= backoff.finish_time(last)
            ):
                self.delayed[index] = pod


def _has_succeeded(pod: Obj) -> bool:
    return phase(pod) == "Succeeded"
