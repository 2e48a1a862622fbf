"""Whole looks at one pod: what is told, what is written, what is waited for."""

import pickle
from typing import Any

import pytest

from quorate.contract.plan import Bind, Patch, Ref, Tell
from quorate.kernel.clock import MINUTE, SECOND
from quorate.objects.times import time_text
from quorate.scheduler import CONTROLLERS
from quorate.scheduler.message import note

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
ANTI = {
    "affinity": {
        "podAntiAffinity": {
            REQUIRED: [{"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "db"}}}]
        }
    }
}
LATE = {"storage_class": "late"}
SELECTED = "volume.kubernetes.io/selected-node"


def uses(*claims: str) -> list[dict[str, Any]]:
    return [{"name": c, "persistentVolumeClaim": {"claimName": c}} for c in claims]


def test_the_controller_is_as_the_runtime_wants_it() -> None:
    scheduler = CONTROLLERS[0]
    assert (scheduler.name, scheduler.manager, scheduler.gate) == ("default-scheduler", "kube-scheduler", "controller")
    pickle.dumps(scheduler)


def test_a_pod_that_fits_is_bound_and_nothing_else_is_written(stage: Any) -> None:
    stage.nodes(1)
    pod = stage.pod()
    plan = stage.plan()
    assert plan.status is None and plan.remember is None
    (bind,) = plan.actions
    assert isinstance(bind, Bind)
    assert (bind.namespace, bind.name, bind.uid, bind.node) == ("ns", "app", "uid-app", "node-0")
    assert bind.outcome.told == Tell(
        pod, "Normal", "Scheduled", "Successfully assigned ns/app to node-0",
        component="default-scheduler", style="series", action="Binding",
    )  # fmt: skip


def test_a_pod_that_fits_nowhere(stage: Any) -> None:
    stage.nodes(3)
    for i in range(3):
        stage.pod(f"db-{i}", {"app": "db"}, node=f"node-{i}")
    pod = stage.pod("db-3", {"app": "db"}, **ANTI)
    message = (
        "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. no new claims to deallocate, "
        "preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod."
    )
    told, status = stage.plan("db-3").actions
    assert told == Tell(
        pod, "Warning", "FailedScheduling", message, component="default-scheduler", style="series", action="Scheduling"
    )
    condition = {
        "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message,
        "observedGeneration": 1, "lastTransitionTime": time_text(stage.now),
    }  # fmt: skip
    assert (status.ref, status.subresource, status.type) == (Ref("pods", "ns", "db-3"), "status", "strategic")
    assert status.body == {"status": {"conditions": [condition]}}


def test_the_same_message_is_not_written_again(stage: Any) -> None:
    stage.nodes(1, unschedulable=True)
    stage.pod()
    first = stage.look()
    assert first.look_again == stage.now + 5 * MINUTE
    # Nothing has changed: no attempt.
    again = stage.look()
    assert again.actions == () and again.look_again == first.look_again
    # Five minutes later it is tried and told, but there is nothing to write.
    since = stage.condition()["lastTransitionTime"]
    stage.now += 5 * MINUTE
    assert [type(a) for a in stage.look().actions] == [Tell]
    # Another message is written, with the time at which the status last changed.
    stage.node("node-0", taints=[{"key": "k", "effect": "NoSchedule"}])
    assert [type(a) for a in stage.look().actions] == [Tell, Patch]
    assert stage.condition()["lastTransitionTime"] == since
    assert "untolerated" in stage.condition()["message"]


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ((), "no nodes available to schedule pods"),
        (
            ({"unschedulable": True}, {"taints": [{"key": "k", "effect": "NoSchedule"}]}, {"size": {"cpu": "1"}}),
            "0/3 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s), 1 node(s) were "
            "unschedulable. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not "
            "helpful for scheduling.",
        ),
        (
            ({"size": {"cpu": "1"}}, {"size": {"cpu": "1", "memory": "1Gi"}}),
            "0/2 nodes are available: 1 Insufficient memory, 2 Insufficient cpu. no new claims to deallocate, "
            "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
        ),
    ],
)
def test_messages(stage: Any, nodes: tuple[dict[str, Any], ...], message: str) -> None:
    for i, node in enumerate(nodes):
        stage.node(f"node-{i}", **node)
    stage.pod(requests={"cpu": "2", "memory": "2Gi"})
    stage.look()
    assert stage.condition()["message"] == message
    assert stage.condition()["reason"] == "Unschedulable"
    assert stage.events == [("app", "FailedScheduling", message)]


def test_full_nodes_that_would_do_when_empty(stage: Any) -> None:
    stage.nodes(2)
    stage.pod("one", node="node-0", requests={"cpu": "3"})
    stage.pod("two", node="node-1", requests={"cpu": "3"})
    stage.pod(requests={"cpu": "2"})
    stage.look()
    assert stage.condition()["message"] == (
        "0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: 0/2 nodes are "
        "available: 2 No preemption victims found for incoming pod."
    )


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (None, 'persistentvolumeclaim "data" not found'),
        ({"storage_class": "not-made-yet"}, "pod has unbound immediate PersistentVolumeClaims"),
    ],
)
def test_a_pod_rejected_before_any_node_was_looked_at(stage: Any, claim: Any, message: str) -> None:
    stage.nodes(3)
    if claim:
        stage.claim("data", **claim)
    stage.pod(volumes=uses("data"))
    stage.look()
    assert stage.condition()["message"] == f"0/3 nodes are available: {message}. not found"


def test_a_daemons_pod_on_a_full_node(stage: Any) -> None:
    stage.nodes(3)
    stage.pod("there", node="node-1", requests={"cpu": "4"})
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-1"]}]}
    stage.pod(requests={"cpu": "1"}, affinity={"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [term]}}})
    stage.look()
    assert stage.condition()["message"] == (
        "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims "
        "to deallocate, preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, "
        "2 Preemption is not helpful for scheduling."
    )


def test_pods_that_are_left_alone(stage: Any) -> None:
    stage.nodes(1)
    stage.pod("bound", node="node-0")
    stage.pod("leaving", meta={"deletionTimestamp": "2026-01-01T00:00:00Z"})
    stage.pod("failed", status={"phase": "Failed"})
    stage.pod("other", schedulerName="my-scheduler")
    assert [stage.plan(n) for n in ("bound", "leaving", "failed", "other", "nobody")] == [None] * 5


def test_a_gated_pod(stage: Any) -> None:
    stage.nodes(1)
    stage.pod(schedulingGates=[{"name": "example.com/one"}])
    plan = stage.look()
    assert plan.actions == () and stage.events == []
    assert stage.condition() == {
        "type": "PodScheduled", "status": "False", "reason": "SchedulingGated",
        "message": "Scheduling is blocked due to non-empty scheduling gates",
        "lastTransitionTime": time_text(stage.now),
    }  # fmt: skip
    assert stage.look().status is None
    stage.woken.clear()
    assert stage.change("pods", "ns", "app", lambda p: p["spec"].pop("schedulingGates")) == [("ns", "app")]
    stage.run()
    assert stage.placed() == {"app": "node-0"}


def test_two_pods_in_one_instant_see_each_other(stage: Any) -> None:
    stage.nodes(2)
    for name in ("db-0", "db-1", "db-2"):
        stage.pod(name, {"app": "db"}, **ANTI)
    stage.run()
    placed = stage.placed()
    assert {placed["db-0"], placed["db-1"]} == {"node-0", "node-1"} and placed["db-2"] == ""


def test_a_pod_that_waits_for_its_volume(stage: Any) -> None:
    stage.nodes(3)
    stage.storage_class("late", "WaitForFirstConsumer")
    stage.claim("data", **LATE)
    stage.pod(volumes=uses("data"), nodeSelector={"topology.kubernetes.io/zone": "zone-b"})
    plan = stage.look()
    # The node is promised before the claim is asked for, and no condition is written.
    assert [a.ref.resource for a in plan.actions] == ["pods", "persistentvolumeclaims"]
    assert plan.actions[0].body == {"status": {"nominatedNodeName": "node-1"}}
    assert plan.look_again == stage.now + 600 * SECOND
    claim = stage.cache.get("persistentvolumeclaims", "ns", "data")
    assert claim["metadata"]["annotations"][SELECTED] == "node-1"
    assert stage.placed() == {"app": ""} and stage.condition() is None and stage.events == []
    stage.woken.clear()
    assert stage.claim("data", annotations={SELECTED: "node-1", "x": "y"}, **LATE) == [("ns", "app")]
    assert stage.look().actions == ()
    stage.volume("pv", zone="zone-b", storage_class="late", phase="Bound")
    stage.claim("data", "pv", annotations={SELECTED: "node-1"}, **LATE)
    stage.run()
    assert stage.placed() == {"app": "node-1"}
    assert stage.events == [("app", "Scheduled", "Successfully assigned ns/app to node-1")]


def test_a_place_is_kept_while_the_volume_is_made(stage: Any) -> None:
    stage.nodes(1)
    stage.storage_class("late", "WaitForFirstConsumer")
    stage.claim("data", **LATE)
    stage.pod(requests={"cpu": "3"}, volumes=uses("data"))
    stage.look()
    stage.pod("other", requests={"cpu": "2"}, priority=100, preemptionPolicy="Never")
    stage.look("other")
    assert "Insufficient cpu" in stage.condition("other")["message"]
    assert stage.view.is_assumed(("ns", "app"))


def test_a_volume_that_is_never_made(stage: Any) -> None:
    stage.nodes(1)
    stage.storage_class("late", "WaitForFirstConsumer")
    stage.claim("data", **LATE)
    stage.pod(volumes=uses("data"))
    until = stage.look().look_again
    stage.now = until
    plan = stage.look()
    late = 'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded'
    assert stage.events == [("app", "FailedScheduling", late)]
    assert stage.condition()["reason"] == "SchedulerError"
    assert "nominatedNodeName" not in stage.cache.get("pods", "ns", "app")["status"]
    assert not stage.view.is_assumed(("ns", "app"))
    assert plan.look_again == stage.now + SECOND
    # Then it is tried again, on the node that the claim is tied to.
    stage.now += SECOND
    stage.look()
    assert stage.cache.get("pods", "ns", "app")["status"]["nominatedNodeName"] == "node-0"


def test_a_provisioner_that_gives_up(stage: Any) -> None:
    stage.nodes(1)
    stage.storage_class("late", "WaitForFirstConsumer")
    stage.claim("data", **LATE)
    stage.pod(volumes=uses("data"))
    stage.look()
    stage.claim("data", annotations={"volume.kubernetes.io/storage-provisioner": "p"}, **LATE)
    stage.look()
    why = 'running PreBind plugin "VolumeBinding": binding volumes: provisioning failed for PVC "data"'
    assert stage.events == [("app", "FailedScheduling", why)]


def test_a_hand_made_volume_for_the_first_consumer(stage: Any) -> None:
    stage.nodes(3)
    stage.storage_class("local", "WaitForFirstConsumer", "kubernetes.io/no-provisioner")
    stage.volume("big", zone="zone-b", storage_class="local", size="10Gi")
    stage.volume("small", zone="zone-b", storage_class="local", size="2Gi")
    stage.claim("data", storage_class="local")
    stage.pod(volumes=uses("data"))
    stage.look()
    volume = stage.cache.get("persistentvolumes", "", "small")
    assert volume["metadata"]["annotations"] == {"pv.kubernetes.io/bound-by-controller": "yes"}
    ref = volume["spec"]["claimRef"]
    assert (ref["kind"], ref["namespace"], ref["name"], ref["uid"]) == (
        "PersistentVolumeClaim",
        "ns",
        "data",
        "uid-data",
    )
    assert stage.look().actions == ()
    stage.claim("data", "small", storage_class="local")
    stage.run()
    assert stage.placed() == {"app": "node-1"}


def test_two_claims_do_not_get_one_volume(stage: Any) -> None:
    stage.nodes(1)
    stage.storage_class("local", "WaitForFirstConsumer", "kubernetes.io/no-provisioner")
    stage.volume("one", storage_class="local")
    for name in ("a", "b"):
        stage.claim(name, storage_class="local")
    stage.pod(volumes=uses("a", "b"))
    stage.look()
    assert "didn't find available persistent volumes" in stage.condition()["message"]
    stage.volume("two", storage_class="local")
    stage.run()
    refs = {v["spec"]["claimRef"]["name"] for v in stage.cache.list("persistentvolumes")}
    assert refs == {"a", "b"}


def test_a_node_that_goes_while_the_volume_is_made(stage: Any) -> None:
    stage.nodes(1)
    stage.storage_class("late", "WaitForFirstConsumer")
    stage.claim("data", **LATE)
    stage.pod(volumes=uses("data"))
    stage.look()
    assert stage.remove("nodes", "", "node-0") == [("ns", "app")]
    stage.look()
    assert stage.condition()["reason"] == "SchedulerError"
    assert 'failed to get node "node-0"' in stage.condition()["message"]


def test_after_a_restart_a_waiting_pod_goes_on_waiting(stage: Any) -> None:
    stage.nodes(2)
    stage.storage_class("late", "WaitForFirstConsumer")
    stage.claim("data", **LATE)
    stage.pod(volumes=uses("data"))
    node = stage.look().remember.node
    stage.memory.clear()
    assert stage.look().actions == ()
    stage.volume("pv", storage_class="late", phase="Bound")
    stage.claim("data", "pv", annotations={SELECTED: node}, **LATE)
    stage.run()
    assert stage.placed() == {"app": node}


def test_a_long_message_is_cut_for_the_event_only() -> None:
    assert note("x" * 1024) == "x" * 1024
    assert note("x" * 1025) == "x" * 1020 + " ..."


def test_the_view_can_be_pickled_and_goes_on(stage: Any) -> None:
    stage.nodes(2)
    stage.pod("db-0", {"app": "db"}, **ANTI)
    stage.run()
    stage.cache = pickle.loads(pickle.dumps(stage.cache))
    stage.pod("db-1", {"app": "db"}, **ANTI)
    stage.run()
    assert sorted(stage.placed().values()) == ["node-0", "node-1"]
