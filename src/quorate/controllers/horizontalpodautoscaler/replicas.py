"""How many replicas a metric asks for (Kubernetes: podautoscaler/replica_calculator.go)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

from quorate.contract.plan import Obj
from quorate.controllers.horizontalpodautoscaler.usage import WINDOW, NoMetrics, Usage, of_pods
from quorate.kernel.clock import MINUTE, SECOND, Duration, Instant
from quorate.objects import quantity
from quorate.objects.pod import condition, is_terminating, phase
from quorate.objects.times import parse_time

INITIALIZATION: Duration = 5 * MINUTE
"""For so long after its start a pod's CPU counts only once it is ready."""
FIRST_READINESS: Duration = 30 * SECOND
"""A pod that was last seen unready within so long of its start has never been ready."""


class Tolerance(NamedTuple):
    """How far from the target nothing is done, each way."""

    down: float = 0.1
    up: float = 0.1

    def holds(self, ratio: float) -> bool:
        return 1.0 - self.down <= ratio <= 1.0 + self.up


@dataclass(frozen=True, slots=True)
class Groups:
    """Pods whose sample counts; pods not ready yet; pods without a sample. Those that stop or failed are in none."""

    ready: int
    unready: frozenset[str]
    missing: frozenset[str]
    ignored: frozenset[str]


class Proposal(NamedTuple):
    """`utilization` in percent of the requests, None for plain values; `average` in thousandths per pod."""

    replicas: int
    utilization: int | None
    average: int


def grouped(pods: Iterable[Obj], usage: Mapping[str, int], resource: str, now: Instant) -> Groups:
    ready, unready, missing, ignored = 0, set(), set(), set()
    for pod in pods:
        name, state = pod["metadata"]["name"], phase(pod)
        if is_terminating(pod) or state == "Failed":
            ignored.add(name)
        elif state == "Pending":
            unready.add(name)
        elif name not in usage:
            missing.add(name)
        elif resource == "cpu" and _warms_up(pod, now):
            unready.add(name)
        else:
            ready += 1
    return Groups(ready, frozenset(unready), frozenset(missing), frozenset(ignored))


def _warms_up(pod: Obj, now: Instant) -> bool:
    """Whether its CPU says nothing yet: not ready, or not for a whole window, while it starts; or never ready at all."""
    said, started = condition(pod, "Ready"), pod["status"].get("startTime")
    if said is None or not started:
        return True
    since = parse_time(said["lastTransitionTime"]) if said.get("lastTransitionTime") else 0
    if parse_time(started) + INITIALIZATION > now:
        return said["status"] == "False" or now < since + WINDOW
    return said["status"] == "False" and parse_time(started) + FIRST_READINESS > since


def by_utilization(
    pods: Sequence[Obj], resource: str, container: str, target: int, current: int, tolerance: Tolerance, now: Instant
) -> Proposal:  # fmt: skip
    """For a target in percent of what the pods request. Raises NoMetrics."""
    usage, groups = _counted(pods, resource, container, now)
    requests = _requests(pods, resource, container)

    def ratio(some: Usage) -> tuple[float, int, int]:
        total = sum(requests[name] for name in some)
        if total == 0:
            raise NoMetrics("no metrics returned matched known pods")
        percent = sum(some.values()) * 100 // total
        return percent / target, percent, sum(some.values()) // len(some)

    def at_rest(name: str) -> int:
        return requests[name] * max(100, target) // 100

    first, percent, average = ratio(usage)
    return Proposal(_replicas(usage, groups, first, ratio, at_rest, current, tolerance), percent, average)


def by_value(
    pods: Sequence[Obj], resource: str, container: str, target: int, current: int, tolerance: Tolerance, now: Instant
) -> Proposal:  # fmt: skip
    """For a target in thousandths per pod. Raises NoMetrics."""
    usage, groups = _counted(pods, resource, container, now)

    def ratio(some: Usage) -> tuple[float, int, int]:
        average = sum(some.values()) // len(some)
        return average / target, 0, average

    def at_rest(_: str) -> int:
        return target

    first, _, average = ratio(usage)
    return Proposal(_replicas(usage, groups, first, ratio, at_rest, current, tolerance), None, average)


def _counted(pods: Sequence[Obj], resource: str, container: str, now: Instant) -> tuple[Usage, Groups]:
    try:
        usage = of_pods(pods, resource, container)
    except NoMetrics as why:
        raise NoMetrics(f"unable to get metrics for resource {resource}: {why}") from None
    if not pods:
        raise NoMetrics("no pods returned by selector while calculating replica count")
    groups = grouped(pods, usage, resource, now)
    left = {name: value for name, value in usage.items() if name not in groups.ignored | groups.unready}
    if not left:
        raise NoMetrics("did not receive metrics for targeted pods (pods might be unready)")
    return left, groups


def _replicas(
    usage: Usage, groups: Groups, ratio: float, of: Callable[[Usage], tuple[float, int, int]],
    at_rest: Callable[[str], int], current: int, tolerance: Tolerance,
) -> int:  # fmt: skip
    """What is not known is taken for what speaks against a change; a change of direction for it is no change at all."""
    unready_too = bool(groups.unready) and ratio > 1.0
    if not unready_too and not groups.missing:
        return current if tolerance.holds(ratio) else ceil(ratio * groups.ready)
    usage = dict(usage)
    for name in groups.missing:
        if ratio < 1.0:
            usage[name] = at_rest(name)
        elif ratio > 1.0:
            usage[name] = 0
    if unready_too:
        usage |= dict.fromkeys(groups.unready, 0)
    again = of(usage)[0]
    if tolerance.holds(again) or (ratio < 1.0 < again) or (ratio > 1.0 > again):
        return current
    wanted = ceil(again * len(usage))
    if (again < 1.0 and wanted > current) or (again > 1.0 and wanted < current):
        return current
    return wanted


def _requests(pods: Iterable[Obj], resource: str, container: str) -> dict[str, int]:
    """What each pod requests, in thousandths; init containers count only if they run beside the others."""
    out = {}
    for pod in pods:
        spec, name = pod["spec"], pod["metadata"]["name"]
        whole = ((spec.get("resources") or {}).get("requests") or {}).get(resource)
        if whole is not None and not container:
            out[name] = quantity.milli(whole)
            continue
        beside = [c for c in spec.get("initContainers") or () if c.get("restartPolicy") == "Always"]
        total = 0
        for one in (*spec["containers"], *beside):
            if container in ("", one["name"]):
                request = ((one.get("resources") or {}).get("requests") or {}).get(resource)
                if request is None:
                    raise NoMetrics(f"missing request for {resource} in container {one['name']} of Pod {name}")
                total += quantity.milli(request)
        out[name] = total
    return out
