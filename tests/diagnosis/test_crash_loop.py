from dataclasses import replace
from typing import Any

import pytest

from quorate.diagnosis.crash_loop import loop_began
from quorate.diagnosis.podstate import state_of
from quorate.diagnosis.told import Told
from quorate.kernel.clock import MINUTE, SECOND
from quorate.objects.times import parse_time

NOW = parse_time("2026-01-01T12:00:00Z")
FIRST, ENDED = NOW - 19 * MINUTE, NOW - 4 * MINUTE


def crashing(restarts: int) -> Any:
    ended = {"exitCode": 3, "startedAt": "2026-01-01T11:55:59Z", "finishedAt": "2026-01-01T11:56:00Z"}
    status = {
        "name": "etcd", "restartCount": restarts, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": ended},
    }  # fmt: skip
    ready = {"type": "Ready", "status": "False", "lastTransitionTime": "2026-01-01T11:56:00Z"}
    return {
        "metadata": {"name": "etcd-0", "namespace": "default", "uid": "u", "creationTimestamp": "2026-01-01T11:40:00Z"},
        "spec": {"nodeName": "n", "containers": [{"name": "etcd"}]},
        "status": {"phase": "Running", "conditions": [ready], "containerStatuses": [status]},
    }


def backed_off(first: int, container: str = "etcd") -> Told:
    says = f"Back-off restarting failed container {container} in pod etcd-0_default(u)"
    return Told("Warning", "BackOff", says, first, NOW, 40, "Pod", "default", "etcd-0", "u")


def test_it_began_with_the_first_back_off() -> None:
    pod = state_of(crashing(8), NOW)
    assert pod.since == ENDED
    assert loop_began(pod, [backed_off(FIRST), backed_off(FIRST + MINUTE)]) == FIRST


@pytest.mark.parametrize(
    ("restarts", "told"),
    [
        (8, []),
        (8, [backed_off(FIRST, "sidecar")]),
        (2, [backed_off(FIRST)]),  # two restarts take half a minute: what it counts began another time
        (0, [backed_off(FIRST)]),
        (8, [replace(backed_off(FIRST), message='Back-off pulling image "etcd"')]),
    ],
)
def test_what_does_not_tell(restarts: int, told: list[Told]) -> None:
    assert loop_began(state_of(crashing(restarts), NOW), told) is None


def test_older_kubelets_name_no_container() -> None:
    told = replace(backed_off(FIRST), message="Back-off restarting failed container")
    assert loop_began(state_of(crashing(8), NOW), [told]) == FIRST


def test_a_pod_that_is_well_has_no_loop() -> None:
    well = crashing(8)
    well["status"]["conditions"][0]["status"] = "True"
    well["status"]["containerStatuses"][0]["state"] = {"running": {"startedAt": "2026-01-01T11:40:01Z"}}
    assert loop_began(state_of(well, NOW + SECOND), [backed_off(FIRST)]) is None
