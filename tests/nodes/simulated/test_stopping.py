"""Being asked to stop: preStop hooks and the application's own time, never longer than the grace period."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quorate.kernel.clock import SECOND


def prestop(handler: Any) -> list[dict[str, Any]]:
    return [{"name": "main", "image": "app:1", "lifecycle": {"preStop": handler}}]


@pytest.mark.parametrize(
    ("stop_after", "handler", "grace", "takes"),
    [
        ("0s", None, 30, 0),
        ("5s", None, 30, 5),
        ("50s", None, 30, 30),
        ("5s", {"sleep": {"seconds": 10}}, 30, 15),
        ("25s", {"sleep": {"seconds": 10}}, 30, 30),
        ("0s", {"exec": {"command": ["sh", "-c", "nginx -s quit; sleep 4; sleep 1m"]}}, 120, 64),
        ("0s", {"exec": {"command": ["sleep", "infinity"]}}, 7, 7),
        ("0s", {"exec": {"command": ["/bin/drain"]}}, 30, 0),
        ("3s", {"httpGet": {"port": 80}}, 30, 3),
    ],
)
def test_how_long_a_stop_takes(cluster: Any, stop_after: str, handler: Any, grace: int, takes: float) -> None:
    containers = prestop(handler) if handler else None
    cluster.run_pod(annotations={"stop-after": stop_after}, containers=containers)
    cluster.run(10)
    cluster.ask_to_stop(grace=grace)
    assert cluster.messages("Killing") == ["Stopping container main"]
    if takes:
        cluster.run(takes - 0.5)
        assert not cluster.gone()
        cluster.run(0.5)
    assert cluster.gone()
    assert cluster.trail == ["web-0 Pending", "web-0 Running", "web-0 ready", "-web-0"], "it stays ready to the end"


def test_its_probe_goes_on_while_it_stops(cluster: Any) -> None:
    cluster.run_pod(annotations={"stop-after": "20s"})
    cluster.ask_to_stop()
    cluster.run(5)
    cluster.annotate(ready="false")
    assert not cluster.ready()


def test_a_shorter_grace_period_counts_from_when_it_was_asked_for(cluster: Any) -> None:
    cluster.run_pod(annotations={"stop-after": "50s"})
    cluster.ask_to_stop(grace=60)
    cluster.run(10)
    cluster.ask_to_stop(grace=5)
    cluster.run(4.5)
    assert not cluster.gone()
    cluster.run(0.5)
    assert cluster.gone()


@pytest.mark.parametrize("annotations", [{"start-after": "10m"}, {"fault": "ImagePullBackOff"}, {"fault": "Failed"}])
def test_what_does_not_run_stops_at_once(cluster: Any, annotations: Any) -> None:
    cluster.run_pod(annotations={**annotations, "stop-after": "20s"})
    cluster.ask_to_stop()
    assert cluster.gone()


def test_a_crash_looper_stops_within_its_grace(cluster: Any) -> None:
    cluster.run_pod(annotations={"crash-after": "3s", "stop-after": "10s"})
    cluster.run(100)
    cluster.ask_to_stop(grace=30)
    cluster.run(30)
    assert cluster.gone()


def test_a_finalizer_keeps_the_pod_but_not_its_kubelet_busy(cluster: Any) -> None:
    cluster.run_pod(meta={"finalizers": ["example.com/hold"]})
    cluster.ask_to_stop()
    cluster.run(5)
    assert cluster.pod()["metadata"]["deletionGracePeriodSeconds"] == 0
    assert cluster.trail[-1] == "web-0 ready" and cluster.pod_writes() == 1
    # The next sync of statuses tells what has become of it: the Job controller may be waiting to count it.
    cluster.run(60)
    assert cluster.pod()["status"]["phase"] == "Failed" and cluster.pod_writes() == 2


def test_no_pod_is_finished_while_its_node_is_down(cluster: Any) -> None:
    cluster.run_pod(annotations={"stop-after": "3s"})
    cluster.stop_node()
    cluster.ask_to_stop(grace=10)
    cluster.run(600)
    assert not cluster.gone()
    cluster.stop_node(down=False)
    cluster.run(3)
    assert cluster.gone()


def test_a_pod_outlives_its_node_s_absence(cluster: Any) -> None:
    cluster.run_pod()
    cluster.stop_node()
    pod = cluster.pod()
    lost = [{**c, "status": "False"} if c["type"] == "Ready" else c for c in pod["status"]["conditions"]]
    cluster.put("pods", {**pod, "status": {**pod["status"], "conditions": lost}})
    cluster.run(600)
    assert not cluster.ready()
    cluster.stop_node(down=False)
    assert cluster.ready() and cluster.container()["restartCount"] == 0


SMALL = st.integers(0, 90)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stop=SMALL, hook=SMALL, grace=SMALL.filter(bool), start=st.integers(0, 10), crash=st.none() | SMALL, asked=SMALL,
    shorter=st.none() | st.integers(1, 30),
)  # fmt: skip
def test_a_stop_always_ends_and_never_exceeds_its_grace(
    make: Any, stop: int, hook: int, grace: int, start: int, crash: int | None, asked: int, shorter: int | None
) -> None:
    cluster = make()
    said = {"stop-after": f"{stop}s", "start-after": f"{start}s"}
    if crash is not None:
        said["crash-after"] = f"{crash}s"
    cluster.run_pod(annotations=said, containers=prestop({"sleep": {"seconds": hook}}))
    cluster.run(asked)
    cluster.ask_to_stop(grace=grace)
    began, limit = cluster.now, grace * SECOND
    if shorter is not None and not cluster.gone():
        cluster.run(1)
        if not cluster.gone() and shorter < grace:
            cluster.ask_to_stop(grace=shorter)
            limit = min(limit, SECOND + shorter * SECOND)
    cluster.pump.run_until(cluster.gone, cluster.pump.now() + 1000 * SECOND)
    assert cluster.gone() and cluster.now - began <= limit
