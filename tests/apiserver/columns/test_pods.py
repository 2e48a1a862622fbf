from typing import Any

import pytest

from quorate.apiserver.table import table
from quorate.kernel.clock import MINUTE
from quorate.objects import kinds
from quorate.objects.times import parse_time

Obj = dict[str, Any]
BORN = "2026-01-01T00:00:00Z"
NOW = parse_time(BORN) + 10 * MINUTE
PODS = kinds.by_resource("pods")


def shown(spec: Obj, status: Obj, **metadata: Any) -> list[Any]:
    assert PODS is not None
    pod = {"metadata": {"name": "p", "creationTimestamp": BORN, **metadata}, "spec": spec, "status": status}
    found: list[Any] = table(PODS, [pod], NOW)["rows"][0]["cells"]
    return found


def container(state: Obj, ready: bool = False, restarts: int = 0, name: str = "c", **more: Any) -> Obj:
    return {"name": name, "ready": ready, "restartCount": restarts, "state": state, **more}


ONE = {"containers": [{"name": "c"}]}
INIT = {"containers": [{"name": "c"}], "initContainers": [{"name": "i"}, {"name": "j"}]}
SIDECAR = {"containers": [{"name": "c"}], "initContainers": [{"name": "s", "restartPolicy": "Always"}]}
RUNNING = {"running": {"startedAt": BORN}}
READY = {"type": "Ready", "status": "True"}

STATUSES: list[tuple[str, Obj, Obj, str]] = [
    ("pending", ONE, {"phase": "Pending"}, "0/1 Pending 0"),
    ("running", ONE, {"phase": "Running", "containerStatuses": [container(RUNNING, True)]}, "1/1 Running 0"),
    ("not ready", ONE, {"phase": "Running", "containerStatuses": [container(RUNNING)]}, "0/1 Running 0"),
    (
        "crash loop", ONE,
        {"phase": "Running", "containerStatuses": [container(
            {"waiting": {"reason": "CrashLoopBackOff"}}, restarts=3,
            lastState={"terminated": {"finishedAt": "2026-01-01T00:05:00Z"}})]},
        "0/1 CrashLoopBackOff 3 (5m ago)",
    ),
    (
        "image", ONE, {"phase": "Pending", "containerStatuses": [container({"waiting": {"reason": "ImagePullBackOff"}})]},
        "0/1 ImagePullBackOff 0",
    ),
    (
        "exit code", ONE, {"phase": "Failed", "containerStatuses": [container({"terminated": {"exitCode": 3}})]},
        "0/1 ExitCode:3 0",
    ),
    (
        "signal", ONE, {"phase": "Failed", "containerStatuses": [container({"terminated": {"exitCode": 137, "signal": 9}})]},
        "0/1 Signal:9 0",
    ),
    (
        "completed", ONE,
        {"phase": "Succeeded", "containerStatuses": [container({"terminated": {"exitCode": 0, "reason": "Completed"}})]},
        "0/1 Completed 0",
    ),
    (
        "one of two completed", {"containers": [{"name": "c"}, {"name": "d"}]},
        {"phase": "Running", "conditions": [{"type": "Ready", "status": "False"}], "containerStatuses": [
            container({"terminated": {"exitCode": 0, "reason": "Completed"}}), container(RUNNING, True, name="d")]},
        "1/2 NotReady 0",
    ),
    ("evicted", ONE, {"phase": "Failed", "reason": "Evicted"}, "0/1 Evicted 0"),
    (
        "gated", ONE,
        {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]},
        "0/1 SchedulingGated 0",
    ),
    (
        "first init", INIT,
        {"phase": "Pending", "initContainerStatuses": [container(RUNNING, name="i")]}, "0/1 Init:0/2 0",
    ),
    (
        "second init", INIT,
        {"phase": "Pending", "initContainerStatuses": [
            container({"terminated": {"exitCode": 0}}, name="i", restarts=1),
            container({"waiting": {"reason": "PodInitializing"}}, name="j")]},
        "0/1 Init:1/2 1",
    ),
    (
        "init crashes", INIT,
        {"phase": "Pending", "initContainerStatuses": [
            container({"waiting": {"reason": "CrashLoopBackOff"}}, name="i", restarts=2)]},
        "0/1 Init:CrashLoopBackOff 2",
    ),
    (
        "init failed", INIT,
        {"phase": "Failed", "initContainerStatuses": [container({"terminated": {"exitCode": 1}}, name="i")]},
        "0/1 Init:ExitCode:1 0",
    ),
    (
        "init over", INIT,
        {"phase": "Running", "initContainerStatuses": [
            container({"terminated": {"exitCode": 0}}, name="i", restarts=5),
            container({"terminated": {"exitCode": 0}}, name="j")],
         "containerStatuses": [container(RUNNING, True, restarts=1)]},
        "1/1 Running 1",
    ),
    (
        "sidecar", SIDECAR,
        {"phase": "Running", "initContainerStatuses": [container(RUNNING, True, name="s", started=True, restarts=2)],
         "containerStatuses": [container(RUNNING, True)]},
        "2/2 Running 2",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "status", "expected"), [row[1:] for row in STATUSES], ids=[row[0] for row in STATUSES]
)
def test_status(spec: Obj, status: Obj, expected: str) -> None:
    assert " ".join(shown(spec, status)[1:4]) == expected


def test_terminating() -> None:
    status = {"phase": "Running", "containerStatuses": [container(RUNNING, True)]}
    assert shown(ONE, status, deletionTimestamp=BORN)[2] == "Terminating"
    assert shown(ONE, {**status, "reason": "NodeLost"}, deletionTimestamp=BORN)[2] == "Unknown"
    assert shown(ONE, {"phase": "Succeeded"}, deletionTimestamp=BORN)[2] == "Succeeded"


def test_wide() -> None:
    spec = {**ONE, "nodeName": "node-0", "readinessGates": [{"conditionType": "g"}, {"conditionType": "h"}]}
    status = {"phase": "Running", "podIPs": [{"ip": "10.0.0.1"}], "conditions": [{"type": "g", "status": "True"}]}
    assert shown(spec, status)[4:] == ["10m", "10.0.0.1", "node-0", "<none>", "1/2"]
    assert shown(ONE, {"phase": "Pending"})[4:] == ["10m", "<none>", "<none>", "<none>", "<none>"]


def test_rows_of_pods_that_are_done_say_so() -> None:
    assert PODS is not None
    pod = {"metadata": {"name": "p"}, "spec": ONE, "status": {"phase": "Succeeded"}}
    row = table(PODS, [pod], NOW)["rows"][0]
    assert row["conditions"][0]["type"] == "Completed"
    assert row["cells"][4] == "<unknown>"
