"""Nodes lost and found, in a whole world."""

from typing import Any

import pytest

from quorate.assemble.world import World, world
from quorate.kernel.clock import EPOCH, MINUTE, SECOND

DOWN = "sim.quorate.dev/down"


def switch(made: World, node: str, down: bool) -> None:
    made.client().patch("nodes", "", node, {"metadata": {"annotations": {DOWN: "true" if down else None}}})


def taints(made: World, node: str) -> list[tuple[str, str]]:
    found: Any = made.get("nodes", "", node)
    return [(t["key"].rpartition("/")[2], t["effect"]) for t in found["spec"].get("taints") or ()]


def ready(made: World, resource: str, namespace: str, name: str) -> str:
    found: Any = made.get(resource, namespace, name)
    return next(c["status"] for c in found["status"]["conditions"] if c["type"] == "Ready")


def events(made: World, reason: str) -> list[str]:
    return [e["message"] for e in made.reader.list("events") if e["reason"] == reason]


@pytest.fixture
def made() -> World:
    built = world(1)
    containers = [{"name": "c", "image": "app:1"}]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "default"}}
    built.client().create("pods", {**pod, "spec": {"nodeName": "node-1", "containers": containers}})
    built.settle()
    return built


def test_a_lost_node_s_pods_are_evicted_but_not_finished_until_it_is_back(made: World) -> None:
    switch(made, "node-1", True)
    made.run_for(40 * SECOND)
    assert ready(made, "nodes", "", "node-1") == "True"
    made.run_for(10 * SECOND)
    assert ready(made, "nodes", "", "node-1") == "Unknown" and ready(made, "pods", "default", "p") == "False"
    assert sorted(events(made, "NodeNotReady")) == ["Node is not ready", "Node node-1 status is now: NodeNotReady"]
    assert taints(made, "node-1") == [("unreachable", "NoSchedule"), ("unreachable", "NoExecute")]
    made.run_for(5 * MINUTE)
    pod: Any = made.get("pods", "default", "p")
    assert pod["metadata"]["deletionTimestamp"] and events(made, "TaintManagerEviction") == [
        "Marking for deletion Pod default/p"
    ]
    target = next(c for c in pod["status"]["conditions"] if c["type"] == "DisruptionTarget")
    assert target["reason"] == "DeletionByTaintManager"
    made.run_for(60 * MINUTE)
    assert made.get("pods", "default", "p") is not None
    switch(made, "node-1", False)
    made.run_for(5 * SECOND)
    assert made.get("pods", "default", "p") is None and taints(made, "node-1") == []


def test_a_node_that_returns_in_time_keeps_its_pods(made: World) -> None:
    switch(made, "node-1", True)
    made.run_for(2 * MINUTE)
    switch(made, "node-1", False)
    made.run_for(10 * SECOND)
    assert ready(made, "pods", "default", "p") == "True" and taints(made, "node-1") == []
    assert events(made, "TaintManagerEviction") == ["Cancelling deletion of Pod default/p"]
    made.run_for(10 * MINUTE)
    pod: Any = made.get("pods", "default", "p")
    assert not pod["metadata"].get("deletionTimestamp") and pod["status"]["containerStatuses"][0]["restartCount"] == 0


def test_when_all_nodes_are_silent_nobody_is_evicted(made: World) -> None:
    for i in range(3):
        switch(made, f"node-{i}", True)
    made.run_for(20 * MINUTE)
    assert all(taints(made, f"node-{i}") == [("unreachable", "NoSchedule")] for i in range(3))
    pod: Any = made.get("pods", "default", "p")
    assert not pod["metadata"].get("deletionTimestamp")


def test_a_deleted_node_s_pods_are_collected_after_its_quarantine(made: World) -> None:
    made.client().delete("nodes", "", "node-1")
    made.pump.run_until(lambda: made.get("pods", "default", "p") is None, made.now + 5 * MINUTE)
    assert made.get("pods", "default", "p") is None and 40 * SECOND <= made.now - EPOCH <= 61 * SECOND


def test_a_quiet_world_costs_few_writes(made: World) -> None:
    made.run_for(MINUTE)
    before = made.store.revision
    made.run_for(10 * MINUTE)
    beats = 3 * 60 + 3 * 2
    assert made.store.revision - before <= beats + 3
