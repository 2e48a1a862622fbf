from typing import Any

import pytest

from quorate.controllers.daemonset.placement import HERE, NOWHERE, STAYS, fit, tolerations

KEEP_OFF = {"key": "team", "value": "a", "effect": "NoSchedule"}
LEAVE = {"key": "team", "value": "a", "effect": "NoExecute"}


def node(*taints: dict[str, str], name: str = "node-0", **labels: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "labels": labels}, "spec": {"taints": list(taints)}}


def requires(*terms: dict[str, Any]) -> dict[str, Any]:
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": list(terms)}}
    return {"affinity": {"nodeAffinity": required}}


NAMED = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-0"]}]}
FAST = {"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}


@pytest.mark.parametrize(
    ("spec", "where", "expected"),
    [
        ({}, node(), HERE),
        ({"nodeName": "node-0"}, node(), HERE),
        ({"nodeName": "node-1"}, node(), NOWHERE),
        ({"nodeSelector": {"disk": "ssd"}}, node(), NOWHERE),
        ({"nodeSelector": {"disk": "ssd"}}, node(disk="ssd"), HERE),
        (requires(NAMED), node(), HERE),
        (requires(NAMED), node(name="node-1"), NOWHERE),
        (requires(FAST, NAMED), node(name="node-1", disk="ssd"), HERE),
        (requires(), node(), NOWHERE),
        ({}, node(KEEP_OFF), STAYS),
        ({}, node({**KEEP_OFF, "effect": "PreferNoSchedule"}), HERE),
        ({}, node(LEAVE), NOWHERE),
        ({"tolerations": [{"key": "team", "operator": "Exists"}]}, node(KEEP_OFF, LEAVE), HERE),
        ({"tolerations": [{"key": "team", "value": "a", "effect": "NoExecute"}]}, node(KEEP_OFF, LEAVE), STAYS),
        ({"tolerations": [{"key": "team", "value": "b"}]}, node(KEEP_OFF), STAYS),
        ({"tolerations": [{"operator": "Exists"}]}, node(KEEP_OFF, LEAVE), HERE),
        ({}, node({"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"}), HERE),
        ({}, node({"key": "node.kubernetes.io/unreachable", "effect": "NoSchedule"}), STAYS),
        ({}, node({"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}), HERE),
        ({}, node({"key": "node.kubernetes.io/network-unavailable", "effect": "NoSchedule"}), STAYS),
        ({"hostNetwork": True}, node({"key": "node.kubernetes.io/network-unavailable", "effect": "NoSchedule"}), HERE),
    ],
)
def test_where_its_pods_belong(spec: dict[str, Any], where: dict[str, Any], expected: Any) -> None:
    assert fit(spec, tolerations(spec), where) == expected


def test_a_toleration_of_the_same_taint_is_put_right_where_it_stands() -> None:
    brief = {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}
    other = {"key": "team", "operator": "Exists"}
    out = tolerations({"tolerations": [brief, other]})
    assert out[0] == {k: v for k, v in brief.items() if k != "tolerationSeconds"}
    assert out[1] == other
    assert [t["key"].removeprefix("node.kubernetes.io/") for t in out[2:]] == [
        "unreachable", "disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"
    ]  # fmt: skip
