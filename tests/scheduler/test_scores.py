"""The scores, by the numbers that kube-scheduler gives."""

from typing import Any

import pytest

from quorate.scheduler.choose import choose
from quorate.scheduler.scores import (
    SCORES,
    balanced_allocation,
    inter_pod_affinity,
    least_allocated,
    node_affinity,
    pod_topology_spread,
    taint_toleration,
)
from quorate.scheduler.scores.normalize import normalized

ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def score(plugin: Any, stage: Any, name: str = "app") -> Any:
    return plugin.score(stage.info(name), stage.cluster(), stage.view.nodes())


def test_the_weights_of_the_default_profile() -> None:
    assert {p.__name__.rpartition(".")[2]: p.WEIGHT for p in SCORES} == {
        "taint_toleration": 3, "node_affinity": 2, "least_allocated": 1, "pod_topology_spread": 2,
        "inter_pod_affinity": 2, "balanced_allocation": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "reverse", "wanted"),
    [
        ([1, 2, 4], False, [25, 50, 100]),
        ([1, 2, 4], True, [75, 50, 0]),
        ([0, 0], False, [0, 0]),
        ([0, 0], True, [100, 100]),
    ],
)
def test_normalizing(raw: list[int], reverse: bool, wanted: list[int]) -> None:
    assert normalized(raw, reverse) == wanted


def test_least_allocated(stage: Any) -> None:
    stage.nodes(2)
    stage.pod("there", node="node-1", requests={"cpu": "1", "memory": "4Gi"})
    stage.pod(requests={"cpu": "1", "memory": "4Gi"})
    # (75 + 75) / 2 and (50 + 50) / 2
    assert score(least_allocated, stage) == [75, 50]


def test_pods_that_ask_for_nothing_are_spread_all_the_same(stage: Any) -> None:
    stage.nodes(2)
    stage.pod("there", node="node-1")
    stage.pod()
    first, second = score(least_allocated, stage)
    assert first > second


@pytest.mark.parametrize(
    ("there", "asks", "wanted"),
    [
        # Balanced before and after: 75. Out of balance by half after: std 0.25 -> 75 -> 50 + (50 + 75 - 100) // 2.
        ({"cpu": "1", "memory": "4Gi"}, {"cpu": "1", "memory": "4Gi"}, 75),
        ({"cpu": "1m", "memory": "1Mi"}, {"cpu": "2"}, 62),
        ({"cpu": "2"}, {"memory": "8Gi"}, 87),
    ],
)
def test_balanced_allocation(stage: Any, there: Any, asks: Any, wanted: int) -> None:
    stage.nodes(1)
    stage.pod("there", node="node-0", requests=there)
    stage.pod(requests=asks)
    assert score(balanced_allocation, stage) == [wanted]


def test_balance_does_not_matter_to_a_pod_that_asks_for_nothing(stage: Any) -> None:
    stage.nodes(1)
    stage.pod()
    assert score(balanced_allocation, stage) is None


def test_soft_taints(stage: Any) -> None:
    soft = {"key": "a", "effect": "PreferNoSchedule"}
    stage.node("node-0")
    stage.node("node-1", taints=[soft])
    stage.node("node-2", taints=[soft, {**soft, "key": "b"}])
    stage.pod()
    assert score(taint_toleration, stage) == [100, 50, 0]
    stage.pod(tolerations=[{"operator": "Exists"}])
    assert score(taint_toleration, stage) == [100, 100, 100]
    stage.pod(tolerations=[{"operator": "Exists", "effect": "NoSchedule"}])
    assert score(taint_toleration, stage) == [100, 50, 0]


def test_preferred_node_affinity(stage: Any) -> None:
    stage.nodes(3)
    prefer = [
        {"weight": weight, "preference": {"matchExpressions": [{"key": ZONE, "operator": "In", "values": zones}]}}
        for weight, zones in ((10, ["zone-a"]), (30, ["zone-a", "zone-b"]))
    ]
    stage.pod(affinity={"nodeAffinity": {PREFERRED: prefer}})
    assert score(node_affinity, stage) == [100, 75, 0]


def wish(weight: int, key: str = HOST) -> dict[str, Any]:
    return {"weight": weight, "podAffinityTerm": {"topologyKey": key, "labelSelector": {"matchLabels": {"app": "db"}}}}


def test_preferred_pod_affinity(stage: Any) -> None:
    stage.nodes(4, zones=2)
    stage.pod("db", {"app": "db"}, node="node-0")
    stage.pod(affinity={"podAffinity": {PREFERRED: [wish(1), wish(3, ZONE)]}})
    assert score(inter_pod_affinity, stage) == [100, 0, 75, 0]
    stage.pod(affinity={"podAntiAffinity": {PREFERRED: [wish(5)]}})
    assert score(inter_pod_affinity, stage) == [0, 100, 100, 100]


def test_wishes_of_those_already_there(stage: Any) -> None:
    stage.nodes(3)
    stage.pod("likes", node="node-0", affinity={"podAffinity": {PREFERRED: [wish(4)]}})
    stage.pod("dislikes", node="node-1", affinity={"podAntiAffinity": {PREFERRED: [wish(4)]}})
    stage.pod(labels={"app": "db"})
    assert score(inter_pod_affinity, stage) == [100, 0, 50]
    stage.pod()
    assert score(inter_pod_affinity, stage) is None


def test_soft_spread(stage: Any) -> None:
    stage.nodes(3)
    for i, number in enumerate((2, 1, 0)):
        for j in range(number):
            stage.pod(f"db-{i}-{j}", {"app": "db"}, node=f"node-{i}")
    constraint = {
        "maxSkew": 1,
        "topologyKey": ZONE,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": {"app": "db"}},
    }
    stage.pod(labels={"app": "db"}, topologySpreadConstraints=[constraint])
    # Counts 2, 1, 0 times ln(5): 3, 2, 0 rounded; 100 * (3 + 0 - s) // 3.
    assert score(pod_topology_spread, stage) == [0, 33, 100]


def owned(name: str) -> dict[str, Any]:
    return {
        "ownerReferences": [
            {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": name, "uid": f"uid-{name}", "controller": True}
        ]
    }


def test_siblings_are_spread_by_default(stage: Any) -> None:
    stage.nodes(3)
    stage.put(
        "statefulsets.apps",
        {"metadata": {"namespace": "ns", "name": "db"}, "spec": {"selector": {"matchLabels": {"app": "db"}}}},
    )
    stage.pod("db-0", {"app": "db"}, node="node-1", meta=owned("db"))
    stage.pod(labels={"app": "db"}, meta=owned("db"))
    low = score(pod_topology_spread, stage)
    assert low[0] == low[2] == 100 and low[1] < 100
    stage.pod(labels={"app": "db"})
    assert score(pod_topology_spread, stage) is None
    stage.put("services", {"metadata": {"namespace": "ns", "name": "db"}, "spec": {"selector": {"app": "db"}}})
    assert score(pod_topology_spread, stage) == low


def test_lots_are_the_same_each_time_and_differ_from_pod_to_pod(stage: Any) -> None:
    stage.nodes(3)
    picks = []
    for i in range(30):
        stage.pod(f"p{i}")
        picks.append(choose(stage.info(f"p{i}"), stage.cluster(), stage.view.nodes()).name)
    assert set(picks) == {"node-0", "node-1", "node-2"}
    assert picks[0] == choose(stage.info("p0"), stage.cluster(), stage.view.nodes()).name


def test_pods_are_spread_over_empty_nodes(stage: Any) -> None:
    stage.nodes(3)
    for i in range(9):
        stage.pod(f"p{i}", requests={"cpu": "100m", "memory": "100Mi"})
    stage.run()
    placed = list(stage.placed().values())
    assert {placed.count(f"node-{i}") for i in range(3)} == {3}
