from typing import Any

import pytest

from quorate.controllers.horizontalpodautoscaler.replicas import Tolerance, by_utilization, by_value
from quorate.controllers.horizontalpodautoscaler.usage import NoMetrics, of_pods
from quorate.kernel.clock import EPOCH, MINUTE, SECOND
from quorate.objects.times import time_text

Obj = dict[str, Any]
NOW = EPOCH + 60 * MINUTE
PLAIN = Tolerance()


def pod(
    name: str, cpu: str | None = None, ready: bool = True, since: int = 30 * 60, age: int = 30 * 60, phase: str = "Running",
    going: bool = False, request: str | None = "1", **annotations: str,
) -> Obj:  # fmt: skip
    """`since` and `age` in seconds ago; each pod requests one CPU."""
    given = {"sim.quorate.dev/cpu": cpu, **{f"sim.quorate.dev/{k}": v for k, v in annotations.items()}}
    meta: Obj = {"name": name, "namespace": "ns", "annotations": {k: v for k, v in given.items() if v is not None}}
    if going:
        meta["deletionTimestamp"] = time_text(NOW)
    said = {
        "type": "Ready",
        "status": "True" if ready else "False",
        "lastTransitionTime": time_text(NOW - since * SECOND),
    }
    container = {"name": "main", "resources": {"requests": {"cpu": request} if request else {}}}
    status = {"phase": phase, "startTime": time_text(NOW - age * SECOND), "conditions": [said]}
    return {"metadata": meta, "spec": {"containers": [container]}, "status": status}


def utilization(pods: list[Obj], target: int = 50, current: int | None = None, tolerance: Tolerance = PLAIN) -> Any:
    return by_utilization(pods, "cpu", "", target, len(pods) if current is None else current, tolerance, NOW)


@pytest.mark.parametrize(
    ("pods", "replicas", "percent", "average"),
    [
        ([pod("a", "500m"), pod("b", "500m")], 2, 50, 500),
        ([pod("a", "1"), pod("b", "1")], 4, 100, 1000),
        ([pod("a", "200m"), pod("b", "100m")], 1, 15, 150),
        # Within a tenth of the target nothing is done.
        ([pod("a", "540m"), pod("b", "540m")], 2, 54, 540),
        ([pod("a", "560m"), pod("b", "560m")], 3, 56, 560),
        # One without a sample counts as idle on the way up, as fully used on the way down.
        ([pod("a", "1"), pod("b", None)], 2, 100, 1000),
        ([pod("a", "100m"), pod("b", None), pod("c", "100m")], 3, 10, 100),
        ([pod("a", "1"), pod("b", "1"), pod("c", None)], 4, 100, 1000),
        # One that is not ready counts as idle on the way up, and not at all on the way down.
        ([pod("a", "1"), pod("b", "1"), pod("c", phase="Pending")], 4, 100, 1000),
        ([pod("a", "100m"), pod("b", "100m"), pod("c", phase="Pending")], 1, 10, 100),
        # What stops or has failed is no pod any more.
        ([pod("a", "1"), pod("b", "1", going=True), pod("c", "1", phase="Failed")], 2, 100, 1000),
    ],
)
def test_how_many_replicas_a_utilization_asks_for(pods: list[Obj], replicas: int, percent: int, average: int) -> None:
    assert utilization(pods) == (replicas, percent, average)


@pytest.mark.parametrize(
    ("one", "counts"),
    [
        # In its first five minutes a pod counts once it has been ready for a whole window.
        (pod("b", "1", since=20, age=60), True),
        (pod("b", "1", since=10, age=60), False),
        (pod("b", "1", ready=False, since=40, age=60), False),
        # Later one that was never ready does not count, one that has ceased to be ready does.
        (pod("b", "1", ready=False, since=600, age=600), False),
        (pod("b", "1", ready=False, since=10, age=600), True),
    ],
)
def test_the_processor_time_of_a_start_does_not_count(one: Obj, counts: bool) -> None:
    quiet = [pod("a", "500m"), pod("c", "500m")]
    percent = 66 if counts else 50
    assert utilization([*quiet, one]).utilization == percent


def test_tolerances_may_differ() -> None:
    pods = [pod("a", "540m"), pod("b", "540m")]
    assert utilization(pods, tolerance=Tolerance(0.1, 0.0)).replicas == 3
    pods = [pod("a", "400m"), pod("b", "400m"), pod("c", "400m"), pod("d", "400m"), pod("e", "400m")]
    assert utilization(pods).replicas == 4
    assert utilization(pods, tolerance=Tolerance(0.3, 0.1)).replicas == 5


def test_a_value_per_pod() -> None:
    pods = [pod("a", memory="300Mi"), pod("b", memory="100Mi")]
    asked = by_value(pods, "memory", "", 100 * 2**20 * 1000, 2, PLAIN, NOW)
    assert asked == (4, None, 200 * 2**20 * 1000)


@pytest.mark.parametrize(
    ("pods", "why"),
    [
        (
            [pod("a")],
            "unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: "
            "the server could not find the requested resource (get pods.metrics.k8s.io)",
        ),
        (
            [pod("a", "1", phase="Pending")],
            "unable to get metrics for resource cpu: no metrics returned from resource metrics API",
        ),
        ([pod("a", "1", ready=False, age=10)], "did not receive metrics for targeted pods (pods might be unready)"),
        ([pod("a", "1", request=None)], "missing request for cpu in container main of Pod a"),
    ],
)
def test_when_nothing_can_be_told(pods: list[Obj], why: str) -> None:
    with pytest.raises(NoMetrics) as told:
        utilization(pods)
    assert str(told.value) == why


def test_containers_may_speak_for_themselves() -> None:
    one = pod("a", **{"cpu.main": "300m", "cpu.side": "50m"})
    one["spec"]["containers"].append({"name": "side"})
    assert of_pods([one], "cpu") == {"a": 350}
    assert of_pods([one], "cpu", "side") == {"a": 50}
    assert of_pods([pod("b", "200m")], "cpu", "main") == {"b": 200}
    with pytest.raises(NoMetrics) as told:
        of_pods([one], "cpu", "other")
    assert str(told.value) == "failed to get container metrics: container other not present in metrics for pod ns/a"
    assert of_pods([pod("c", "nonsense")], "cpu") == {}
