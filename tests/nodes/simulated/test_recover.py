"""A kubelet without memory takes its pods up as the API shows them."""

from typing import Any

import pytest

from quorate.nodes.simulated.decide import decide
from quorate.nodes.simulated.snapshot import snapshot


@pytest.mark.parametrize(
    ("annotations", "wait"),
    [
        ({}, 5),
        ({"fault": "Failed"}, 1),
        ({"fault": "Succeeded"}, 1),
        ({"ready": "false"}, 1),
        ({"fault": "NeverReady", "stop-after": "3s"}, 1),
    ],
)
def test_nothing_is_written_for_what_goes_on_as_it_was(cluster: Any, annotations: Any, wait: int) -> None:
    cluster.run_pod(annotations=annotations, initContainers=[{"name": "i", "image": "i:1"}])
    cluster.run(wait)
    seen = snapshot(cluster.objects, ("default", "web-0"), None)
    assert seen is not None
    plan = decide(seen, cluster.pump.now())
    assert plan.status is None
    assert not [a for a in plan.actions if getattr(a, "reason", "") != "Unhealthy"]


def test_what_waited_is_tried_again(cluster: Any) -> None:
    cluster.run_pod(annotations={"fault": "CrashLoopBackOff"})
    cluster.annotate(fault="NeverReady")
    cluster.run_pod("web-1", annotations={"crash-after": "5s"})
    cluster.run(6)
    cluster.run(5)
    for name in ("web-0", "web-1"):
        seen = snapshot(cluster.objects, ("default", name), None)
        assert seen is not None
        plan = decide(seen, cluster.pump.now())
        life: Any = plan.remember
        assert life.mains[0].state == "running"


def test_it_goes_on_in_the_runtime(cluster: Any) -> None:
    cluster.run_pod(annotations={"stop-after": "4s"})
    cluster.runtime.runners["kubelet"]._memory.clear()
    cluster.ask_to_stop()
    cluster.run(4)
    assert cluster.gone() and cluster.messages("Killing") == ["Stopping container main"]
