"""When a container began to crash over and over: Ready, which flashes at every start, tells of the last one alone."""

from collections.abc import Iterable

from quorate.diagnosis.podstate import PodState
from quorate.diagnosis.told import Told
from quorate.kernel.clock import MINUTE, SECOND, Duration, Instant

FIRST_WAIT: Duration = 10 * SECOND
LONGEST_WAIT: Duration = 5 * MINUTE
"""The kubelet's crash back-off: doubled after every crash."""


def loop_began(pod: PodState, backed_off: Iterable[Told]) -> Instant | None:
    """By the kubelet's BackOff events about the pod, which count on from the first; None where they do not tell.

    One event also goes on counting after hours without a crash: a beginning from which the back-off would have led to more
    restarts than there are was another time's.
    """
    if pod.stage not in ("crashing", "init") or pod.restarts < 1:
        return None
    ended = pod.exit.finished if pod.exit is not None else None
    if ended is None:
        return None
    began = min((e.first for e in backed_off if _about(e, pod)), default=None)
    if began is None or began >= ended or ended - began > _longest(pod):
        return None
    return began if pod.since is None else min(began, pod.since)


def _about(event: Told, pod: PodState) -> bool:
    # "Back-off restarting failed container NAME in pod ..."; older kubelets name no container.
    says = event.message.partition("restarting failed container")[2].split()
    return "restarting failed container" in event.message and (not says or says[0] in (pod.container, "in"))


def _longest(pod: PodState) -> Duration:
    """For how long it can have crashed, by its restarts: its waits, and its runs, half as long again as the last."""
    waits = sum(min(FIRST_WAIT << min(i, 10), LONGEST_WAIT) for i in range(pod.restarts))
    lasted = pod.exit.lasted if pod.exit is not None and pod.exit.lasted is not None else 0
    return waits + (pod.restarts + 1) * (lasted * 3 // 2 + FIRST_WAIT)
