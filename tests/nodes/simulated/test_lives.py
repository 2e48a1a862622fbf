"""Whole lives of pods on a simulated node."""

from typing import Any

import pytest

from quorate.kernel.clock import EPOCH, SECOND
from quorate.objects.times import time_text

PULLED = 'Container image "app:1" already present on machine and can be accessed by the pod'


def test_a_plain_pod_is_running_and_ready_with_one_write(cluster: Any) -> None:
    cluster.run_pod()
    assert cluster.trail == ["web-0 Pending", "web-0 Running", "web-0 ready"]
    assert cluster.pod_writes() == 1
    status = cluster.status()
    assert status["podIP"] == "10.244.0.2" and status["podIPs"] == [{"ip": "10.244.0.2"}]
    assert status["hostIP"] == "172.18.0.3" and status["startTime"] == time_text(EPOCH)
    assert status["qosClass"] == "BestEffort" and status["observedGeneration"] == 1
    kinds = [(c["type"], c["status"]) for c in status["conditions"]]
    assert kinds == [
        (k, "True") for k in ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
    ]
    container = cluster.container()
    assert container["image"] == "docker.io/library/app:1" and container["containerID"].startswith("containerd://")
    assert container["state"] == {"running": {"startedAt": time_text(EPOCH)}}
    assert (container["restartCount"], container["ready"], container["started"], container["lastState"]) == (
        0,
        True,
        True,
        {},
    )


def test_events_name_their_container_and_come_in_order(cluster: Any) -> None:
    cluster.run_pod()
    assert cluster.reasons() == ["Pulling", "Pulled", "Created", "Started"]
    assert cluster.events[0][1] == 'Pulling image "app:1"'
    assert cluster.events[1][1].startswith(
        'Successfully pulled image "app:1" in 300ms (300ms including waiting). Image size: '
    )
    assert [m for _, m in cluster.events[2:]] == ["Container created", "Container started"]
    assert cluster.sources == {("kubelet", "node-0")}
    cluster.events.clear()
    cluster.run_pod("web-1")
    assert cluster.events[0] == ("Pulled", PULLED)
    assert cluster.status("web-1")["podIP"] == "10.244.0.3"


@pytest.mark.parametrize(
    ("annotations", "trail"),
    [
        ({"start-after": "2s"}, [("Pending", False, 0), ("Running", True, 2)]),
        ({"ready-after": "1s"}, [("Running", False, 0), ("Running", True, 1)]),
        (
            {"start-after": "2s", "ready-after": "1500ms"},
            [("Pending", False, 0), ("Running", False, 2), ("Running", True, 3.5)],
        ),
        ({"pull-after": "4s"}, [("Pending", False, 0), ("Running", True, 4)]),
        ({"start-after": "nonsense"}, [("Running", True, 0)]),
    ],
)
def test_delays(cluster: Any, annotations: Any, trail: list[tuple[str, bool, float]]) -> None:
    cluster.run_pod(annotations=annotations)
    for phase, ready, at in trail:
        cluster.run(at - cluster.now / SECOND)
        assert (cluster.status()["phase"], cluster.ready()) == (phase, ready), at
    assert cluster.pod_writes() == len(trail)


def test_readiness_follows_its_annotation(cluster: Any) -> None:
    cluster.run_pod()
    cluster.annotate(ready="false")
    assert not cluster.ready()
    assert cluster.condition("Ready")["message"] == "containers with unready status: [main]"
    assert cluster.condition("Ready")["reason"] == "ContainersNotReady"
    assert cluster.reasons()[-1] == "Unhealthy"
    cluster.run(3)
    cluster.annotate(ready="true")
    assert cluster.ready() and cluster.condition("Ready")["lastTransitionTime"] == time_text(EPOCH + 3 * SECOND)
    cluster.annotate(fault="NeverReady")
    assert not cluster.ready()


def test_readiness_gates_wait_for_their_conditions(cluster: Any) -> None:
    cluster.run_pod(readinessGates=[{"conditionType": "example.com/g"}])
    assert cluster.condition("ContainersReady")["status"] == "True"
    assert cluster.condition("Ready")["reason"] == "ReadinessGatesNotReady"
    pod = cluster.pod()
    gate = {"type": "example.com/g", "status": "True"}
    cluster.put("pods", {**pod, "status": {**pod["status"], "conditions": [*pod["status"]["conditions"], gate]}})
    cluster.run(0)
    assert cluster.ready() and gate in cluster.status()["conditions"]


@pytest.mark.parametrize(
    ("fault", "phase", "code", "reason"), [("Failed", "Failed", 1, "Error"), ("Succeeded", "Succeeded", 0, "Completed")]
)
@pytest.mark.parametrize("live", [False, True])
def test_ends_by_fault_whatever_the_restart_policy(
    cluster: Any, fault: str, phase: str, code: int, reason: str, live: bool
) -> None:
    cluster.run_pod(annotations={} if live else {"fault": fault})
    if live:
        cluster.run(5)
        cluster.annotate(fault=fault)
    else:
        assert cluster.status()["phase"] == "Pending", "nothing begins and ends at the same instant"
        cluster.run(1)
    assert cluster.status()["phase"] == phase and not cluster.ready()
    assert cluster.condition("Ready")["reason"] == {"Failed": "PodFailed", "Succeeded": "PodCompleted"}[fault]
    ended = cluster.container()["state"]["terminated"]
    assert (ended["exitCode"], ended["reason"]) == (code, reason)
    writes = cluster.pod_writes()
    cluster.run(3600)
    assert cluster.pod_writes() == writes


def test_a_job_s_pod_ends_by_itself(cluster: Any) -> None:
    cluster.run_pod(annotations={"crash-after": "20s", "exit-code": "0"}, restartPolicy="Never")
    cluster.run(19)
    assert cluster.status()["phase"] == "Running"
    cluster.run(1)
    assert cluster.status()["phase"] == "Succeeded" and cluster.state() == "Completed"


def test_init_containers_run_one_after_the_other(cluster: Any) -> None:
    inits = [
        {"name": "a", "image": "i:1"},
        {"name": "proxy", "image": "p:1", "restartPolicy": "Always"},
        {"name": "b", "image": "i:1"},
    ]
    cluster.run_pod(annotations={"init-after": "2s"}, initContainers=inits)
    field = "initContainerStatuses"
    assert [cluster.state(i, field=field) for i in range(3)] == ["running", "PodInitializing", "PodInitializing"]
    assert cluster.state() == "PodInitializing" and cluster.status()["phase"] == "Pending"
    condition = cluster.condition("Initialized")
    assert condition["message"] == "containers with incomplete status: [a proxy b]"
    cluster.run(2)
    assert [cluster.state(i, field=field) for i in range(3)] == ["Completed", "running", "running"]
    cluster.run(2)
    assert cluster.status()["phase"] == "Running" and cluster.ready()
    assert cluster.condition("Initialized")["status"] == "True"
    assert (
        cluster.container(0, field=field)["ready"]
        and cluster.container(2, field=field)["state"]["terminated"]["exitCode"] == 0
    )


def test_an_active_deadline_ends_the_pod(cluster: Any) -> None:
    cluster.run_pod(activeDeadlineSeconds=60)
    cluster.run(59)
    assert cluster.ready()
    cluster.run(1)
    assert (cluster.status()["phase"], cluster.status()["reason"]) == ("Failed", "DeadlineExceeded")


def test_a_new_image_restarts_its_container(cluster: Any) -> None:
    cluster.run_pod()
    cluster.run(5)
    pod = cluster.pod()
    spec = {**pod["spec"], "containers": [{"name": "main", "image": "app:2"}]}
    cluster.put("pods", {**pod, "spec": spec, "metadata": {**pod["metadata"], "generation": 2}})
    cluster.run(0)
    assert cluster.messages("Killing") == ["Container main definition changed, will be restarted"]
    assert cluster.container()["image"] == "docker.io/library/app:2" and cluster.container()["restartCount"] == 1
    assert cluster.status()["observedGeneration"] == 2 and cluster.ready()


def test_a_lost_race_costs_a_retry_and_loses_nothing(cluster: Any) -> None:
    cluster.race = True
    cluster.run_pod()
    cluster.run(1)
    assert cluster.ready() and {"type": "Mine", "status": "True"} in cluster.status()["conditions"]
    assert cluster.reasons().count("Started") == 1


def test_what_others_write_over_is_put_right(cluster: Any) -> None:
    cluster.run_pod()
    pod = cluster.pod()
    wrong = [{**c, "status": "False"} if c["type"] == "Ready" else c for c in pod["status"]["conditions"]]
    cluster.put("pods", {**pod, "status": {**pod["status"], "conditions": wrong}})
    cluster.run(0)
    assert cluster.ready()


def test_a_pod_ended_by_others_never_runs_again(cluster: Any) -> None:
    cluster.run_pod()
    pod = cluster.pod()
    cluster.put("pods", {**pod, "status": {**pod["status"], "phase": "Failed"}})
    cluster.run(60)
    assert cluster.status()["phase"] == "Failed" and not cluster.ready() and cluster.container()["restartCount"] == 0


def test_a_pod_of_the_same_name_is_another_pod(cluster: Any) -> None:
    cluster.run_pod(annotations={"fault": "CrashLoopBackOff"})
    cluster.drop("pods", cluster.pod())
    cluster.run_pod()
    assert cluster.ready() and cluster.container()["restartCount"] == 0
