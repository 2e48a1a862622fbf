"""The scheduler in a whole world whose controllers hear of things late."""

from collections import Counter
from typing import Any

import pytest

from quorate.assemble.world import Shape, World, world
from quorate.kernel.clock import MILLISECOND, SECOND

ANTI = {
    "podAntiAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": [
            {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "db"}}}
        ]
    }
}


def create(made: World, name: str, labels: dict[str, str], **spec: Any) -> None:
    container = {"name": "c", "image": "app:1", "resources": {"requests": {"cpu": "1"}}}
    meta = {"namespace": "default", "name": name, "labels": labels}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"containers": [container], **spec}}
    made.client().create("pods", pod)


@pytest.mark.parametrize(("seed", "lag"), [(1, 0), (1, 200 * MILLISECOND), (2, 200 * MILLISECOND)])
def test_however_late_it_hears_no_node_is_overcommitted(seed: int, lag: int) -> None:
    made = world(seed, Shape(nodes=3, lag=lag))
    made.run_for(SECOND)
    for i in range(4):
        claim = {
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"namespace": "default", "name": f"d-{i}"},
            "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "topology-aware",
                     "resources": {"requests": {"storage": "1Gi"}}},
        }  # fmt: skip
        made.client().create("persistentvolumeclaims", claim)
        volumes = [{"name": "v", "persistentVolumeClaim": {"claimName": f"d-{i}"}}]
        create(made, f"db-{i}", {"app": "db"}, affinity=ANTI, volumes=volumes)
    for i in range(12):
        create(made, f"web-{i}", {"app": "web"})
    made.run_for(30 * SECOND)
    pods = made.reader.list("pods", "default")
    nodes = Counter(p["spec"].get("nodeName", "") for p in pods)
    # Each node has 4 cpu; the fourth database finds no host of its own, the other three keep theirs for web pods.
    assert nodes == {"node-0": 4, "node-1": 4, "node-2": 4, "": 4}
    databases = [p["spec"].get("nodeName") for p in pods if p["metadata"]["name"].startswith("db")]
    assert sorted(filter(None, databases)) == ["node-0", "node-1", "node-2"]
    assert {p["status"]["phase"] for p in pods if p["spec"].get("nodeName")} == {"Running"}
    assert not any("nominatedNodeName" in p["status"] for p in pods)
    told = [e["message"] for e in made.reader.list("events", "default") if e["reason"] == "FailedScheduling"]
    assert not [m for m in told if m.startswith("binding rejected")]


def test_a_pod_in_need_takes_the_place_of_a_lower_one() -> None:
    made = world(3, Shape(nodes=1))
    made.run_for(SECOND)
    for i in range(4):
        create(made, f"web-{i}", {"app": "web"})
    made.run_for(5 * SECOND)
    made.client().create("priorityclasses.scheduling.k8s.io", {
        "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "high"}, "value": 1000,
    })  # fmt: skip
    create(made, "urgent", {"app": "db"}, priorityClassName="high")
    made.run_for(60 * SECOND)
    placed = {p["metadata"]["name"]: p["spec"].get("nodeName") for p in made.reader.list("pods", "default")}
    assert placed.pop("urgent") == "node-0" and len(placed) == 3
    told = {e["reason"] for e in made.reader.list("events", "default")}
    assert {"Preempted", "Scheduled", "FailedScheduling"} <= told


@pytest.mark.parametrize("stopped", [False, True])
def test_of_those_that_wait_the_highest_priority_goes_first(stopped: bool) -> None:
    made = world(3, Shape(nodes=1))
    for name, value in (("low", 1), ("high", 1000)):
        made.client().create("priorityclasses.scheduling.k8s.io", {
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}, "value": value,
        })  # fmt: skip
    made.run_for(SECOND)
    undo = made.inject("controller-stopped", controller="default-scheduler") if stopped else None
    for i in range(3):
        create(made, f"a-{i}", {"app": "web"}, priorityClassName="low")
    for i in range(4):
        create(made, f"high-{i}", {"app": "web"}, priorityClassName="high")
    made.run_for(SECOND)
    if undo is not None:
        made.undo(undo)
    made.run_for(SECOND)
    placed = {p["metadata"]["name"] for p in made.reader.list("pods", "default") if p["spec"].get("nodeName")}
    assert placed == {f"high-{i}" for i in range(4)}
    assert not any(e["reason"] == "Preempted" for e in made.reader.list("events", "default"))
