"""Who is deleted first when there are too many pods (Kubernetes: ActivePodsWithRanks in controller_utils.go).

Not scheduled, then not running, not ready, cheap (pod-deletion-cost), crowded (more siblings on its node), ready for a
short time, often restarted, young. Times compare in powers of two, so that the youngest of many old pods is no victim
by a second; equals go by uid, which is as good as chance and yet the same for all.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cmp_to_key, partial

from quorate.contract.plan import Obj
from quorate.kernel.clock import Instant
from quorate.objects.pod import condition, is_finished, is_terminating, phase
from quorate.objects.times import parse_time

COST = "controller.kubernetes.io/pod-deletion-cost"
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}
_INT32 = 2**31


def victims(active: Sequence[Obj], siblings: Iterable[Obj], surplus: int, now: Instant) -> list[Obj]:
    """`surplus` pods of `active`. `siblings` are the pods that crowd a node, of all ReplicaSets of one Deployment."""
    if surplus >= len(active):
        return list(active)
    crowd = Counter(
        pod["spec"].get("nodeName", "") for pod in siblings if not is_finished(pod) and not is_terminating(pod)
    )
    return sorted(active, key=cmp_to_key(partial(compare, crowd, now)))[:surplus]


def compare(crowd: Counter[str], now: Instant, left: Obj, right: Obj) -> int:
    """Negative when `left` goes before `right`."""
    one, other = _rank(crowd, left), _rank(crowd, right)
    if one != other:
        return -1 if one < other else 1
    since, since_other = _ready_since(left), _ready_since(right)
    if since != since_other:
        return _younger(since, since_other, now) or _by_uid(left, right)
    restarts = _restarts(right, sidecars=False) - _restarts(left, sidecars=False)
    restarts = restarts or _restarts(right, sidecars=True) - _restarts(left, sidecars=True)
    if restarts:
        return restarts
    made, made_other = _made(left), _made(right)
    if made != made_other:
        return _younger(made, made_other, now) or _by_uid(left, right)
    return 0


def _rank(crowd: Counter[str], pod: Obj) -> tuple[bool, int, bool, int, int]:
    node = pod["spec"].get("nodeName") or ""
    ready = condition(pod, "Ready")
    return (
        bool(node), _PHASES.get(phase(pod), 0), ready is not None and ready["status"] == "True", _cost(pod),
        -crowd[node],
    )  # fmt: skip


def _cost(pod: Obj) -> int:
    """0 unless the annotation is an int32 as Kubernetes writes one: no plus sign, no leading zeroes."""
    text = (pod["metadata"].get("annotations") or {}).get(COST, "0")
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or str(int(digits)) != digits or text == "-0":
        return 0
    return int(text) if -_INT32 <= int(text) < _INT32 else 0


def _ready_since(pod: Obj) -> Instant | None:
    ready = condition(pod, "Ready")
    if ready is None or ready["status"] != "True" or not ready.get("lastTransitionTime"):
        return None
    return parse_time(ready["lastTransitionTime"])


def _made(pod: Obj) -> Instant | None:
    made = pod["metadata"].get("creationTimestamp")
    return parse_time(made) if made else None


def _younger(one: Instant | None, other: Instant | None, now: Instant) -> int:
    """Which is the younger by a power of two; what has no time at all counts as the youngest."""
    if one is None or other is None:
        return -1 if one is None else 1
    return _log2(now - one) - _log2(now - other)


def _log2(microseconds: int) -> int:
    """Kubernetes takes the logarithm of nanoseconds."""
    return (microseconds * 1000).bit_length() - 1 if microseconds > 0 else -1


def _by_uid(left: Obj, right: Obj) -> int:
    one, other = left["metadata"].get("uid", ""), right["metadata"].get("uid", "")
    return -1 if one < other else 1 if one > other else 0


def _restarts(pod: Obj, sidecars: bool) -> int:
    """The most restarts of one of its containers, or of one of the init containers that run beside them."""
    status = pod.get("status") or {}
    if not sidecars:
        return max((c.get("restartCount", 0) for c in status.get("containerStatuses") or ()), default=0)
    beside = {c["name"] for c in pod["spec"].get("initContainers") or () if c.get("restartPolicy") == "Always"}
    counts = (c.get("restartCount", 0) for c in status.get("initContainerStatuses") or () if c["name"] in beside)
    return max(counts, default=0)
