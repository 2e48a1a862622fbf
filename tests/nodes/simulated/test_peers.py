"""Members that wait for each other: which they find, and when that is enough."""

from typing import Any

import pytest

from quorate.assemble.world import World, world
from quorate.kernel.clock import MINUTE, SECOND
from quorate.objects.pod import is_ready


def started(needs: int, policy: str = "OrderedReady", publish: bool = False, service: bool = True) -> World:
    made = world(1)
    client = made.client()
    meta = {"name": "db", "namespace": "default"}
    if service:
        spec: dict[str, Any] = {"clusterIP": "None", "selector": {"app": "db"}, "publishNotReadyAddresses": publish}
        client.create("services", {"metadata": meta, "spec": spec})
    template = {
        "metadata": {"labels": {"app": "db"}, "annotations": {"sim.quorate.dev/needs-peers": str(needs)}},
        "spec": {"containers": [{"name": "main", "image": "db:1"}]},
    }
    selector = {"matchLabels": {"app": "db"}}
    body = {
        "replicas": 3,
        "serviceName": "db",
        "podManagementPolicy": policy,
        "selector": selector,
        "template": template,
    }
    client.create("statefulsets.apps", {"metadata": meta, "spec": body})
    made.run_for(2 * MINUTE)
    return made


def ready(made: World) -> list[str]:
    return [p["metadata"]["name"] for p in made.reader.list("pods", "default") if is_ready(p)]


@pytest.mark.parametrize(
    ("needs", "policy", "publish", "service", "expected"),
    [
        (1, "OrderedReady", False, True, 3),
        (2, "OrderedReady", False, True, 0),  # nobody is made who could be found
        (2, "OrderedReady", True, True, 0),
        (2, "Parallel", False, True, 0),  # all are there, and none has a name before it is ready
        (2, "Parallel", True, True, 3),
        (3, "Parallel", True, True, 3),
        (4, "Parallel", True, True, 0),
        (2, "Parallel", True, False, 0),
    ],
)
def test_who_gets_ready(needs: int, policy: str, publish: bool, service: bool, expected: int) -> None:
    assert len(ready(started(needs, policy, publish, service))) == expected


def test_the_last_one_left_is_not_ready() -> None:
    made = started(2, "Parallel", publish=True)
    made.client().patch("statefulsets.apps", "default", "db", {"spec": {"replicas": 1}})
    made.run_for(10 * SECOND)
    assert ready(made) == []
    made.client().patch("pods", "default", "db-0", {"metadata": {"annotations": {"sim.quorate.dev/needs-peers": "x"}}})
    made.run_for(10 * SECOND)
    assert ready(made) == ["db-0"]
