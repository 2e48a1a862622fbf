"""Preemption: who has to go, what is told, who is left alone."""

from typing import Any

import pytest

from quorate.contract.plan import Delete, Patch, Tell
from quorate.scheduler import preempt


def fill(stage: Any, *pods: tuple[str, str, str, int]) -> None:
    """(name, node, cpu, priority)."""
    for name, node, cpu, priority in pods:
        stage.pod(name, {"app": name}, {"cpu": cpu}, node=node, priority=priority)


def test_a_higher_pod_takes_the_place_of_a_lower_one(stage: Any) -> None:
    stage.nodes(1)
    fill(stage, ("low", "node-0", "2", 1), ("lower", "node-0", "2", 0))
    stage.pod(requests={"cpu": "2"}, priority=10)
    plan = stage.plan()
    assert [type(a) for a in plan.actions] == [Tell, Patch, Patch, Delete]
    told, status, marked, gone = plan.actions
    assert told.message == "0/1 nodes are available: 1 Insufficient cpu."
    assert status.body["status"]["nominatedNodeName"] == "node-0"
    (condition,) = marked.body["status"]["conditions"]
    assert (marked.ref.name, condition["type"], condition["status"]) == ("lower", "DisruptionTarget", "True")
    assert condition["reason"] == "PreemptionByScheduler"
    assert condition["message"] == "default-scheduler: preempting to accommodate a higher priority pod"
    assert gone.ref.name == "lower" and gone.outcome.told.message == "Preempted by pod uid-app on node node-0"
    assert (gone.outcome.told.reason, gone.outcome.told.action) == ("Preempted", "Preempting")
    stage.run()
    assert stage.placed() == {"app": "node-0", "low": "node-0"}


def test_it_does_not_look_again_before_the_victim_is_gone(stage: Any) -> None:
    stage.nodes(1)
    fill(stage, ("low", "node-0", "4", 0))
    stage.pod(requests={"cpu": "2"}, priority=10)
    stage.woken.clear()
    for action in stage.plan().actions[:3]:
        stage._do(action)
    stage.memory["ns", "app"] = stage.plan().remember
    leaving = "2026-01-01T00:00:00Z"
    stage.change("pods", "ns", "low", lambda p: p["metadata"].update(deletionTimestamp=leaving))
    stage.run()
    assert stage.condition()["message"] == "0/1 nodes are available: 1 Insufficient cpu."
    # Looked at for another reason, it waits for what it has asked for.
    stage.memory.clear()
    stage.look()
    assert stage.condition()["message"].endswith(
        "preemption: not eligible due to a terminating pod on the nominated node."
    )
    assert stage.cache.get("pods", "ns", "app")["status"]["nominatedNodeName"] == "node-0"
    assert stage.remove("pods", "ns", "low") == [("ns", "app")]
    stage.run()
    assert stage.placed() == {"app": "node-0"}


def test_the_place_is_not_given_to_an_equal(stage: Any) -> None:
    stage.nodes(1)
    fill(stage, ("low", "node-0", "4", 0))
    stage.pod(requests={"cpu": "4"}, priority=10, status={"nominatedNodeName": "node-0"})
    stage.remove("pods", "ns", "low")
    for name, priority in (("equal", 10), ("lower", 9)):
        stage.pod(name, requests={"cpu": "1"}, priority=priority)
        stage.look(name)
    stage.pod("higher", requests={"cpu": "1"}, priority=11)
    stage.look("higher")
    assert stage.placed() == {"app": "", "equal": "", "lower": "", "higher": "node-0"}


def test_equals_are_no_victims(stage: Any) -> None:
    stage.nodes(2)
    fill(stage, ("a", "node-0", "4", 5), ("b", "node-1", "4", 3))
    stage.pod(requests={"cpu": "8"}, priority=4)
    stage.look()
    assert stage.condition()["message"].endswith(
        "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."
    )
    stage.pod(requests={"cpu": "3"}, priority=4, preemptionPolicy="Never")
    stage.look()
    assert stage.condition()["message"].endswith(
        "no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never."
    )
    stage.pod(requests={"cpu": "3"}, priority=4)
    stage.run()
    assert stage.placed() == {"app": "node-1", "a": "node-0"}


def test_still_not_enough_room_without_the_lower_ones(stage: Any) -> None:
    stage.nodes(1)
    fill(stage, ("high", "node-0", "3", 10), ("low", "node-0", "1", 0))
    stage.pod(requests={"cpu": "2"}, priority=5)
    stage.look()
    assert stage.condition()["message"] == (
        "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, "
        "preemption: 0/1 nodes are available: 1 Insufficient cpu."
    )


def budget(stage: Any, app: str, allowed: int) -> None:
    stage.put("poddisruptionbudgets.policy", {
        "metadata": {"namespace": "ns", "name": app}, "spec": {"selector": {"matchLabels": {"app": app}}},
        "status": {"disruptionsAllowed": allowed},
    })  # fmt: skip


def test_a_budget_is_broken_last(stage: Any) -> None:
    stage.nodes(1)
    fill(stage, ("guarded", "node-0", "2", 0), ("free", "node-0", "2", 1))
    budget(stage, "guarded", 0)
    stage.pod(requests={"cpu": "2"}, priority=10)
    stage.run()
    assert stage.placed() == {"app": "node-0", "guarded": "node-0"}


def test_the_least_harmful_node(stage: Any) -> None:
    stage.nodes(3)
    fill(stage, ("a", "node-0", "4", 3), ("b", "node-1", "4", 2), ("c", "node-2", "4", 1))
    budget(stage, "c", 0)
    stage.pod(requests={"cpu": "2"}, priority=10)
    stage.run()
    assert stage.placed() == {"app": "node-1", "a": "node-0", "c": "node-2"}


def test_many_nodes_are_passed_over_for_one_that_breaks_no_budget(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preempt, "FEW_ENOUGH", 2)
    stage.nodes(6)
    fill(stage, *((name, f"node-{i}", "4", 1) for i, name in enumerate("abcdef")))
    for app in "abdef":
        budget(stage, app, 0)
    stage.pod(requests={"cpu": "2"}, priority=10)
    stage.run()
    assert stage.placed() == {"app": "node-2", **{name: f"node-{i}" for i, name in enumerate("abcdef") if name != "c"}}


def test_anti_affinity_can_be_preempted(stage: Any) -> None:
    stage.nodes(1)
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    term = {"topologyKey": "topology.kubernetes.io/zone", "labelSelector": {"matchLabels": {"app": "low"}}}
    fill(stage, ("low", "node-0", "1", 0), ("other", "node-0", "1", 0))
    stage.pod(priority=10, affinity={"podAntiAffinity": {required: [term]}})
    stage.run()
    assert stage.placed() == {"app": "node-0", "other": "node-0"}


def test_a_claim_for_one_pod_is_taken_over(stage: Any) -> None:
    stage.nodes(1)
    stage.volume("pv")
    stage.claim("data", "pv", modes=("ReadWriteOncePod",))
    mounts = [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]
    stage.pod("low", node="node-0", volumes=mounts)
    stage.pod(priority=10, volumes=mounts)
    stage.run()
    assert stage.placed() == {"app": "node-0"}
