"""Which events wake a pod that waits, and which do not."""

from typing import Any

import pytest

from quorate.scheduler import reasons as why
from quorate.scheduler.stuck import ANY, CLAIMS, plugins_named

APP = [("ns", "app")]
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
HOST = "kubernetes.io/hostname"


def terms(kind: str) -> dict[str, Any]:
    return {"affinity": {kind: {REQUIRED: [{"topologyKey": HOST, "labelSelector": {"matchLabels": {"app": "db"}}}]}}}


def uses(claim: str) -> list[dict[str, Any]]:
    return [{"name": "v", "persistentVolumeClaim": {"claimName": claim}}]


def refused(stage: Any, **spec: Any) -> str:
    """A pod that has been looked at and waits; the message."""
    stage.pod(**spec)
    stage.woken.clear()
    stage.look()
    stage.run()
    return str(stage.condition()["message"])


def test_a_new_pod_and_a_changed_one_wake_themselves(stage: Any) -> None:
    stage.pod()
    assert stage.woken == APP
    assert stage.change("pods", "ns", "app", lambda p: p["metadata"].update(labels={"a": "b"})) == APP
    assert stage.change("pods", "ns", "app", lambda p: p["spec"].update(tolerations=[])) == APP
    assert stage.change("pods", "ns", "app", lambda p: p["metadata"].update(annotations={"a": "b"})) == []
    assert stage.change("pods", "ns", "app", lambda p: p["status"].update(qosClass="BestEffort")) == []


def test_what_happened_while_the_refusal_was_written_is_not_missed(stage: Any) -> None:
    stage.nodes(1, unschedulable=True)
    stage.pod()
    plan = stage.plan()
    stage.memory["ns", "app"] = plan.remember
    stage.node("node-0")
    stage.woken.clear()
    for action in plan.actions:
        stage._do(action)
    assert stage.woken == APP
    stage.run()
    assert stage.placed() == {"app": "node-0"}


def test_heartbeats_wake_nobody(stage: Any) -> None:
    stage.nodes(1, unschedulable=True)
    refused(stage)
    version = stage.view.version
    beat = {"conditions": [{"type": "Ready", "status": "True", "lastHeartbeatTime": "2026-01-01T00:00:00Z"}]}
    assert stage.change("nodes", "", "node-0", lambda n: n["status"].update(beat)) == []
    assert stage.view.version == version


@pytest.mark.parametrize(
    ("spec", "helps", "not_helps"),
    [
        (
            {"nodeSelector": {"rack": "r1"}},
            lambda n: n["metadata"]["labels"].update(rack="r1"),
            lambda n: n["metadata"]["labels"].update(rack="r2"),
        ),
        (
            {"requests": {"cpu": "5"}},
            lambda n: n["status"]["allocatable"].update(cpu="6"),
            lambda n: n["status"]["allocatable"].update(memory="32Gi"),
        ),
        (
            {"requests": {"example.com/gpu": "1"}},
            lambda n: n["status"]["allocatable"].update({"example.com/gpu": "1"}),
            lambda n: n["metadata"]["labels"].update(rack="r2"),
        ),
    ],
)
def test_changes_of_a_node(stage: Any, spec: Any, helps: Any, not_helps: Any) -> None:
    stage.nodes(1)
    refused(stage, **spec)
    assert stage.change("nodes", "", "node-0", not_helps) == []
    assert stage.change("nodes", "", "node-0", helps) == APP
    stage.run()
    assert stage.placed() == {"app": "node-0"}


def test_taints_and_cordons(stage: Any) -> None:
    stage.nodes(1, unschedulable=True)
    refused(stage)
    assert stage.change("nodes", "", "node-0", lambda n: n["metadata"]["labels"].update(a="b")) == []
    taint = [{"key": "k", "effect": "NoSchedule"}]
    assert stage.change("nodes", "", "node-0", lambda n: n["spec"].update(unschedulable=False, taints=taint)) == APP
    stage.run()
    assert stage.change("nodes", "", "node-0", lambda n: n["spec"].update(taints=[{**taint[0], "value": "v"}])) == []
    assert stage.change("nodes", "", "node-0", lambda n: n["spec"].update(taints=[])) == APP
    stage.run()
    assert stage.placed() == {"app": "node-0"}


def test_a_new_node(stage: Any) -> None:
    assert refused(stage, requests={"cpu": "5"}) == "no nodes available to schedule pods"
    assert stage.node("small") == APP
    stage.run()
    assert "Insufficient cpu" in stage.condition()["message"]
    assert stage.node("too-small-too") == []
    assert stage.node("large", size={"cpu": "8"}) == APP
    stage.run()
    assert stage.placed() == {"app": "large"}


def test_a_pod_that_goes_frees_its_resources(stage: Any) -> None:
    stage.nodes(1)
    stage.pod("there", node="node-0", requests={"cpu": "4"})
    refused(stage, requests={"cpu": "1"})
    assert stage.change("pods", "ns", "there", lambda p: p["status"].update(phase="Running")) == []
    leaving = "2026-01-01T00:00:00Z"
    assert stage.change("pods", "ns", "there", lambda p: p["metadata"].update(deletionTimestamp=leaving)) == []
    assert stage.change("pods", "ns", "there", lambda p: p["status"].update(phase="Succeeded")) == APP
    assert stage.remove("pods", "ns", "there") == []


def test_only_pods_that_matter_wake_for_affinity(stage: Any) -> None:
    stage.nodes(1)
    stage.pod("db", {"app": "db"}, node="node-0")
    stage.pod("web", {"app": "web"}, node="node-0")
    refused(stage, **terms("podAntiAffinity"))
    assert stage.remove("pods", "ns", "web") == []
    assert stage.remove("pods", "ns", "db") == APP


def test_a_pod_that_comes_wakes_those_who_want_to_be_with_it(stage: Any) -> None:
    stage.nodes(1)
    refused(stage, **terms("podAffinity"))
    stage.woken.clear()
    stage.pod("web", {"app": "web"}, node="node-0")
    assert stage.woken == []
    stage.pod("db", {"app": "db"}, node="node-0")
    assert stage.woken == APP
    stage.change("pods", "ns", "db", lambda p: p["metadata"].update(labels={"app": "web"}))


def test_spread_wakes_for_its_own_kind_in_its_own_namespace(stage: Any) -> None:
    stage.nodes(2)
    stage.node("node-1", unschedulable=True)
    stage.pod("db", {"app": "db"}, node="node-0")
    constraint = {
        "maxSkew": 1,
        "topologyKey": HOST,
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "db"}},
    }
    refused(stage, labels={"app": "db"}, topologySpreadConstraints=[constraint])
    stage.woken.clear()
    stage.pod("web", {"app": "web"}, node="node-0")
    stage.pod("far", {"app": "db"}, node="node-0", namespace="other")
    assert stage.woken == []
    assert stage.remove("pods", "ns", "db") == APP


def test_claims_wake_the_pods_that_use_them(stage: Any) -> None:
    stage.nodes(1)
    refused(stage, volumes=uses("data"))
    assert stage.claim("other") == []
    assert stage.claim("data") == APP
    stage.run()
    assert "unbound immediate" in stage.condition()["message"]
    # Volumes that come and go do not help a claim that is bound by its controller.
    assert stage.volume("pv") == []
    assert stage.storage_class("standard") == APP
    assert stage.claim("data", "pv") == APP
    stage.run()
    assert stage.placed() == {"app": "node-0"}


def test_volumes_wake_pods_that_found_none(stage: Any) -> None:
    stage.nodes(1)
    stage.storage_class("local", "WaitForFirstConsumer", "kubernetes.io/no-provisioner")
    stage.claim("data", storage_class="local")
    refused(stage, volumes=uses("data"))
    assert stage.volume("pv", storage_class="local") == APP


def test_a_claim_that_is_free_again(stage: Any) -> None:
    stage.nodes(1)
    stage.volume("pv")
    stage.claim("data", "pv", modes=("ReadWriteOncePod",))
    stage.pod("first", node="node-0", volumes=uses("data"))
    stage.pod("other", node="node-0")
    refused(stage, volumes=uses("data"))
    assert stage.remove("pods", "ns", "other") == []
    assert stage.remove("pods", "ns", "first") == APP


@pytest.mark.parametrize(
    ("reason", "message", "plugins"),
    [
        (
            "Unschedulable",
            f"0/3 nodes are available: 1 {why.UNSCHEDULABLE}, 2 {why.ANTI_AFFINITY}. no new claims to deallocate, "
            f"preemption: 0/3 nodes are available: 3 {why.NO_VICTIMS}.",
            {why.NODE_UNSCHEDULABLE, why.INTER_POD_AFFINITY},
        ),
        (
            "Unschedulable",
            "0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, "
            "preemption: 0/3 nodes are available: 3 node(s) had untolerated taint(s).",
            {why.NODE_RESOURCES_FIT},
        ),
        ("Unschedulable", f"0/3 nodes are available: {why.UNBOUND}. not found", {CLAIMS}),
        ("Unschedulable", f"0/3 nodes are available: {why.claim_missing('x')}. not found", {CLAIMS}),
        ("Unschedulable", f"0/3 nodes are available: {why.volume_gone('x')}. not found", {why.VOLUME_ZONE}),
        ("Unschedulable", f"0/3 nodes are available: 3 {why.VOLUME_ELSEWHERE}. no new", {why.VOLUME_BINDING}),
        ("Unschedulable", why.NO_NODES, {ANY}),
        ("SchedulerError", "whatever", {ANY}),
        ("SchedulingGated", "Scheduling is blocked", set()),
    ],
)  # fmt: skip
def test_plugins_read_back_from_the_condition(reason: str, message: str, plugins: set[str]) -> None:
    said = {"type": "PodScheduled", "status": "False", "reason": reason, "message": message}
    assert plugins_named({"status": {"conditions": [said]}}) == plugins
