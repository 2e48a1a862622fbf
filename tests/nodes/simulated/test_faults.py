"""Images, configuration, volumes, crashes: what holds a pod up, and how its kubelet tries again."""

from typing import Any

import pytest

from quorate.kernel.clock import EPOCH, SECOND
from quorate.objects.times import time_text

MISSING = (
    'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/app:1": '
    'failed to resolve reference "docker.io/library/app:1": docker.io/library/app:1: not found'
)


def test_image_pull_back_off(cluster: Any) -> None:
    cluster.run_pod(annotations={"fault": "ImagePullBackOff"})
    assert cluster.state() == "ErrImagePull" and cluster.status()["phase"] == "Pending"
    assert cluster.events == [
        ("Pulling", 'Pulling image "app:1"'),
        ("Failed", f'Failed to pull image "app:1": {MISSING}'),
        ("Failed", "Error: ErrImagePull"),
    ]
    cluster.run(1)
    assert cluster.state() == "ImagePullBackOff"
    waiting = cluster.container()["state"]["waiting"]
    assert waiting["message"] == f'Back-off pulling image "app:1": ErrImagePull: {MISSING}'
    assert cluster.events[3:] == [("BackOff", 'Back-off pulling image "app:1"'), ("Failed", "Error: ImagePullBackOff")]
    tries = []
    for second in range(2, 1200):
        before = cluster.reasons().count("Pulling") + len(
            [m for r, m in cluster.events if m == 'Pulling image "app:1"']
        )
        cluster.run(1)
        after = cluster.reasons().count("Pulling") + len([m for r, m in cluster.events if m == 'Pulling image "app:1"'])
        if after != before:
            tries.append(second)
    assert tries[:6] == [10, 30, 70, 150, 310, 610]


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("ErrImagePull", "ErrImagePull"),
        ("InvalidImageName", "InvalidImageName"),
        ("CreateContainerConfigError", "CreateContainerConfigError"),
        ("ImagePullBackOff", "ImagePullBackOff"),
        ("CrashLoopBackOff", "CrashLoopBackOff"),
    ],
)
def test_a_fault_that_goes_lets_the_pod_start(cluster: Any, fault: str, state: str) -> None:
    cluster.run_pod(annotations={"fault": fault})
    cluster.run(3)
    assert cluster.state() == state and not cluster.ready()
    cluster.annotate(fault=None)
    cluster.run(1)
    assert cluster.ready() and cluster.state() == "running"


def test_an_image_name_that_cannot_be(cluster: Any) -> None:
    cluster.run_pod(containers=[{"name": "main", "image": "App:1"}])
    wrong = (
        'Failed to apply default image tag "App:1": couldn\'t parse image name "App:1": invalid reference format: '
        "repository name (library/App) must be lowercase"
    )
    assert cluster.events == [("InspectFailed", wrong), ("Failed", "Error: InvalidImageName")]
    assert cluster.container()["state"]["waiting"] == {"reason": "InvalidImageName", "message": wrong}


def test_crash_loop_back_off(cluster: Any) -> None:
    made = cluster.run_pod(annotations={"fault": "CrashLoopBackOff"})
    assert cluster.trail == ["web-0 Pending", "web-0 Running"], "it never counts as ready"
    container = cluster.container()
    assert container["restartCount"] == 1 and container["lastState"]["terminated"]["exitCode"] == 1
    where = f"web-0_default({made['metadata']['uid']})"
    assert container["state"]["waiting"] == {
        "reason": "CrashLoopBackOff", "message": f"back-off 10s restarting failed container=main pod={where}",
    }  # fmt: skip
    assert cluster.messages("BackOff") == [f"Back-off restarting failed container main in pod {where}"]
    counts = {}
    for second in range(1, 1000):
        cluster.run(1)
        counts.setdefault(cluster.container()["restartCount"], second)
    assert [counts[n] for n in range(2, 8)] == [10, 30, 70, 150, 310, 610]


def test_a_crash_after_a_while_flashes_ready_in_between(cluster: Any) -> None:
    cluster.run_pod(annotations={"crash-after": "30s", "exit-code": "137"})
    cluster.run(30)
    assert cluster.state() == "OOMKilled" and not cluster.ready()
    cluster.run(1)
    assert cluster.ready() and cluster.container()["restartCount"] == 1
    ended = cluster.container()["lastState"]["terminated"]
    assert (ended["exitCode"], ended["reason"]) == (137, "OOMKilled")
    assert (ended["startedAt"], ended["finishedAt"]) == (time_text(EPOCH), time_text(EPOCH + 30 * SECOND))
    cluster.run(30)
    assert cluster.state() == "CrashLoopBackOff" and not cluster.ready()
    assert cluster.trail[2:] == ["web-0 ready", "web-0 unready", "web-0 ready", "web-0 unready"]


def test_ten_minutes_of_running_forgive_earlier_crashes(cluster: Any) -> None:
    cluster.run_pod(annotations={"crash-after": "11m"})
    for attempt in range(1, 4):
        cluster.run(11 * 60 + 1)
        assert cluster.ready() and cluster.container()["restartCount"] == attempt


@pytest.mark.parametrize(
    ("policy", "code", "phase", "restarts"),
    [("Never", "1", "Failed", 0), ("Never", "0", "Succeeded", 0), ("OnFailure", "0", "Succeeded", 0),
     ("OnFailure", "3", "Running", 1), ("Always", "0", "Running", 1)],
)  # fmt: skip
def test_restart_policies(cluster: Any, policy: str, code: str, phase: str, restarts: int) -> None:
    cluster.run_pod(annotations={"crash-after": "5s", "exit-code": code}, restartPolicy=policy)
    cluster.run(8)
    assert cluster.status()["phase"] == phase and cluster.container()["restartCount"] == restarts


def test_a_missing_config_map_holds_up_the_mount(cluster: Any) -> None:
    cluster.run_pod(volumes=[{"name": "v", "configMap": {"name": "settings"}}])
    assert cluster.events == [
        ("FailedMount", 'MountVolume.SetUp failed for volume "v" : configmap "settings" not found')
    ]
    assert cluster.state() == "ContainerCreating" and "podIP" not in cluster.status()
    assert cluster.condition("PodReadyToStartContainers")["status"] == "False"
    cluster.run(7)
    assert cluster.reasons().count("FailedMount") + cluster.reasons().count("again") == 4, "at 0, 0.5, 1.5 and 3.5 s"
    cluster.create("configmaps", {"metadata": {"name": "settings", "namespace": "default"}, "data": {}})
    cluster.run(1)
    assert cluster.ready()


def test_a_claim_must_be_bound(cluster: Any) -> None:
    claim = {"metadata": {"name": "data", "namespace": "default"}, "spec": {}, "status": {"phase": "Pending"}}
    made = cluster.create("persistentvolumeclaims", claim)
    cluster.run_pod(volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}])
    assert cluster.events == [(
        "FailedMount", "Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], "
        "failed to process volumes=[data]: error processing PVC default/data: PVC is not bound",
    )]  # fmt: skip
    cluster.put("persistentvolumeclaims", {**made, "spec": {"volumeName": "pv"}, "status": {"phase": "Bound"}})
    cluster.run(10)
    assert cluster.ready()


def test_an_environment_that_cannot_be_made(cluster: Any) -> None:
    env = [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "a"}}}]
    cluster.run_pod(containers=[{"name": "main", "image": "app:1", "env": env}])
    assert cluster.state() == "CreateContainerConfigError"
    assert cluster.messages("Failed") == ['Error: configmap "settings" not found']
    cluster.create("configmaps", {"metadata": {"name": "settings", "namespace": "default"}, "data": {"b": "1"}})
    cluster.run(10)
    assert cluster.container()["state"]["waiting"]["message"] == "couldn't find key a in ConfigMap default/settings"
    found = cluster.get("configmaps", "default", "settings")
    cluster.put("configmaps", {**found, "data": {"a": "1"}})
    cluster.run(20)
    assert cluster.ready()


def test_pods_that_the_node_cannot_run(cluster: Any) -> None:
    big = [{"name": "main", "image": "app:1", "resources": {"requests": {"cpu": "3"}}}]
    cluster.run_pod("first", containers=big)
    cluster.run_pod("second", containers=big)
    assert cluster.ready("first")
    status = cluster.status("second")
    assert (status["phase"], status["reason"]) == ("Failed", "OutOfcpu")
    told = "Node didn't have enough resource: cpu, requested: 3000, used: 3000, capacity: 4000"
    assert status["message"] == f"Pod was rejected: {told}" and cluster.events[-1] == ("OutOfcpu", told)
    cluster.run_pod("third", nodeSelector={"disk": "gold"})
    assert cluster.status("third")["reason"] == "NodeAffinity"
    writes = cluster.pod_writes()
    cluster.run(600)
    assert cluster.pod_writes() == writes
