"""What pods use, as their annotations say (live), in place of a metrics server.

    sim.quorate.dev/cpu: 300m            of the whole pod
    sim.quorate.dev/memory: 200Mi
    sim.quorate.dev/cpu.CONTAINER: 100m  of one container; without one for the pod, the pod uses the sum of them

As long as none of the pods says anything, it is as if no metrics server were installed.
"""

from collections.abc import Sequence

from quorate.contract.plan import Obj
from quorate.kernel.clock import SECOND, Duration
from quorate.objects import quantity
from quorate.objects.pod import phase

PREFIX = "sim.quorate.dev/"
WINDOW: Duration = 15 * SECOND
"""A metrics server's sample is the mean of so long (--metric-resolution)."""
NOT_SERVED = "the server could not find the requested resource (get pods.metrics.k8s.io)"
_FETCH = "unable to fetch metrics from resource metrics API"

Usage = dict[str, int]
"""Thousandths, by pod."""


class NoMetrics(Exception):
    """The metric cannot be had; the message says why, in Kubernetes' words."""


def of_pods(pods: Sequence[Obj], resource: str, container: str = "") -> Usage:
    """What each running pod, or its container, uses of the resource. Raises NoMetrics."""
    if not any(_speaks(pod) for pod in pods):
        raise NoMetrics(f"{_FETCH}: {NOT_SERVED}")
    running = [pod for pod in pods if phase(pod) == "Running"]
    if not running:
        raise NoMetrics("no metrics returned from resource metrics API")
    found: Usage = {}
    for pod in running:
        meta = pod["metadata"]
        if container and all(c["name"] != container for c in pod["spec"]["containers"]):
            where = f"{meta['namespace']}/{meta['name']}"
            raise NoMetrics(
                f"failed to get container metrics: container {container} not present in metrics for pod {where}"
            )
        value = _of_container(pod, resource, container) if container else _of_pod(pod, resource)
        if value is not None:
            found[meta["name"]] = value
    return found


def _speaks(pod: Obj) -> bool:
    names = (PREFIX + "cpu", PREFIX + "memory")
    return any(key.startswith(names) for key in pod["metadata"].get("annotations") or ())


def _of_pod(pod: Obj, resource: str) -> int | None:
    whole = _said(pod, resource)
    if whole is not None:
        return whole
    parts = [_said(pod, f"{resource}.{c['name']}") for c in pod["spec"]["containers"]]
    return None if None in parts else sum(part for part in parts if part is not None)


def _of_container(pod: Obj, resource: str, container: str) -> int | None:
    said = _said(pod, f"{resource}.{container}")
    alone = len(pod["spec"]["containers"]) == 1
    return _said(pod, resource) if said is None and alone else said


def _said(pod: Obj, name: str) -> int | None:
    text = (pod["metadata"].get("annotations") or {}).get(PREFIX + name)
    try:
        return None if text is None else quantity.milli(text)
    except ValueError:
        return None
