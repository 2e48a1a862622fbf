"""How long a Job waits before it replaces pods that failed (Kubernetes: job/backoff_utils.go)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from quorate.contract.plan import Obj
from quorate.controllers.job.names import FAILURES, IGNORED_FAILURES, counted
from quorate.kernel.clock import MINUTE, SECOND, Duration, Instant
from quorate.objects.pod import condition
from quorate.objects.times import parse_time

FIRST, MOST = 10 * SECOND, 10 * MINUTE


class Record(NamedTuple):
    """Failures since the last success, and when the last of them was."""

    failures: int = 0
    last: Instant = 0


def updated(record: Record, succeeded: Sequence[Obj], failed: Sequence[Obj]) -> Record:
    """The record once these pods are counted too: a success wipes out the failures before it."""
    ends = sorted(finish_time(pod) for pod in failed)
    if not succeeded:
        return Record(record.failures + len(ends), ends[-1]) if ends else record
    last = max(finish_time(pod) for pod in succeeded)
    since = [end for end in ends if end > last]
    return Record(len(since), since[-1]) if since else Record()


def ends_at(record: Record) -> Instant:
    """When the wait is over: 10 s after the last failure, twice as long for each one before it, at most 10 minutes."""
    if record.failures == 0:
        return 0
    wait: Duration = min(FIRST << min(record.failures - 1, 20), MOST)
    return record.last + wait


def ends_at_of_index(pod: Obj | None) -> Instant:
    """The same for one index, by the count that its last failed pod (None: it has none) carries."""
    if pod is None:
        return 0
    return ends_at(Record(absolute(pod) + 1, finish_time(pod)))


def absolute(pod: Obj) -> int:
    """All failures of a pod's index before it, the ignored ones too."""
    return counted(pod, FAILURES) + counted(pod, IGNORED_FAILURES)


def finish_time(pod: Obj) -> Instant:
    """When its last container ended; failing that when it ceased to be Ready, was deleted, or was made."""
    status, meta = pod.get("status") or {}, pod["metadata"]
    ends = _ends(status.get("containerStatuses") or ())
    if ends:
        beside = {c["name"] for c in pod["spec"].get("initContainers") or () if c.get("restartPolicy") == "Always"}
        sidecars = [c for c in status.get("initContainerStatuses") or () if c["name"] in beside]
        more = _ends(sidecars)
        if more is not None:
            return max((*ends, *more))
    ready = condition(pod, "Ready")
    if ready is not None and ready["status"] == "False" and ready.get("lastTransitionTime"):
        return parse_time(ready["lastTransitionTime"])
    if meta.get("deletionTimestamp"):
        return parse_time(meta["deletionTimestamp"]) - (meta.get("deletionGracePeriodSeconds") or 0) * SECOND
    return parse_time(meta["creationTimestamp"])


def _ends(containers: Iterable[Obj]) -> list[Instant] | None:
    """When these containers ended; None while one has not."""
    out = []
    for container in containers:
        at = ((container.get("state") or {}).get("terminated") or {}).get("finishedAt")
        if not at:
            return None
        out.append(parse_time(at))
    return out
