"""Probes with their delays, periods and thresholds."""

from typing import Any

import pytest

from quorate.kernel.clock import SECOND

HTTP = {"httpGet": {"port": "web", "path": "/ready"}}


def container(**probes: Any) -> list[dict[str, Any]]:
    return [{"name": "main", "image": "app:1", "ports": [{"name": "web", "containerPort": 8080}], **probes}]


def first_ready(cluster: Any, seconds: int) -> float | None:
    for _ in range(seconds * 2):
        if cluster.ready():
            return cluster.now / SECOND
        cluster.run(0.5)
    return None


@pytest.mark.parametrize(
    ("probe", "ready_after", "at"),
    [
        ({}, "0s", 0),
        ({"periodSeconds": 5}, "7s", 10),
        ({"periodSeconds": 5}, "10s", 10),
        ({"initialDelaySeconds": 5, "periodSeconds": 10}, "0s", 10),
        ({"initialDelaySeconds": 10, "periodSeconds": 10}, "0s", 10),
        ({"periodSeconds": 5, "successThreshold": 3}, "1s", 15),
    ],
)
def test_when_a_readiness_probe_first_passes(cluster: Any, probe: Any, ready_after: str, at: float) -> None:
    cluster.run_pod(annotations={"ready-after": ready_after}, containers=container(readinessProbe={**HTTP, **probe}))
    assert first_ready(cluster, 60) == at


def test_a_failing_readiness_probe_takes_its_threshold(cluster: Any) -> None:
    cluster.run_pod(containers=container(readinessProbe={**HTTP, "periodSeconds": 10, "failureThreshold": 3}))
    cluster.run(4)
    cluster.annotate(ready="false")
    cluster.run(25)
    assert cluster.ready()
    cluster.run(1)
    assert not cluster.ready()
    assert cluster.messages("Unhealthy") == ["Readiness probe failed: HTTP probe failed with statuscode: 503"]
    cluster.annotate(ready="true")
    cluster.run(10)
    assert cluster.ready()


def test_before_the_application_listens_its_port_refuses(cluster: Any) -> None:
    cluster.run_pod(
        annotations={"ready-after": "3s"}, containers=container(readinessProbe={**HTTP, "periodSeconds": 2})
    )
    refused = 'Get "http://10.244.0.2:8080/ready": dial tcp 10.244.0.2:8080: connect: connection refused'
    assert cluster.messages("Unhealthy") == [f"Readiness probe failed: {refused}"]


def test_a_liveness_probe_restarts_its_container(cluster: Any) -> None:
    cluster.run_pod(containers=container(livenessProbe={"tcpSocket": {"port": 80}, "periodSeconds": 5}))
    cluster.run(2)
    cluster.annotate(live="false")
    cluster.run(13)
    assert cluster.messages("Killing") == ["Container main failed liveness probe, will be restarted"]
    cluster.annotate(live="true")
    cluster.run(1)
    assert cluster.ready() and cluster.container()["restartCount"] == 1
    assert cluster.container()["lastState"]["terminated"]["exitCode"] == 137


def test_a_startup_probe_that_passes_in_time(cluster: Any) -> None:
    probe = {**HTTP, "periodSeconds": 10, "failureThreshold": 3}
    cluster.run_pod(annotations={"ready-after": "15s"}, containers=container(startupProbe=probe))
    assert not cluster.container()["started"]
    assert first_ready(cluster, 60) == 20 and cluster.container()["restartCount"] == 0


def test_a_startup_probe_that_gives_up(cluster: Any) -> None:
    probe = {**HTTP, "periodSeconds": 10, "failureThreshold": 3}
    cluster.run_pod(annotations={"ready-after": "25s"}, containers=container(startupProbe=probe))
    cluster.run(20)
    assert cluster.messages("Killing") == ["Container main failed startup probe, will be restarted"]
    assert cluster.state() == "Error"
    cluster.run(21)
    assert cluster.state() == "CrashLoopBackOff" and cluster.container()["restartCount"] == 1


def test_an_unready_pod_is_not_looked_at_at_every_period(cluster: Any) -> None:
    probe = {**HTTP, "periodSeconds": 1}
    cluster.run_pod(annotations={"fault": "NeverReady"}, containers=container(readinessProbe=probe))
    cluster.run(3600)
    assert not cluster.ready()
    unhealthy = [m for _, m in cluster.events if m.startswith("Readiness")]
    assert 1 <= len(unhealthy) <= 13 and cluster.pod_writes() == 1
