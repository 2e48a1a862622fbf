"""Pods are made in batches of 1, 2, 4, ...: of a batch in which one is refused all are tried, of the next ones none."""

from typing import Any

import pytest

from quorate.assemble.world import Shape, World, world
from quorate.controllers.slowstart import batches, singles

Obj = dict[str, Any]
LABELS = {"app": "web"}
TEMPLATE = {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "main", "image": "web:1"}]}}
WORK = {**TEMPLATE, "spec": {**TEMPLATE["spec"], "restartPolicy": "Never"}}
SELECTOR = {"matchLabels": LABELS}
CLAIM = {
    "metadata": {"name": "data"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}
KINDS = {
    "ReplicaSet": ("apps/v1", {"replicas": 8, "selector": SELECTOR, "template": TEMPLATE}),
    "ReplicationController": ("v1", {"replicas": 8, "selector": LABELS, "template": TEMPLATE}),
    "StatefulSet": (
        "apps/v1",
        {
            "replicas": 8,
            "selector": SELECTOR,
            "template": TEMPLATE,
            "podManagementPolicy": "Parallel",
            "serviceName": "x",
        },
    ),
    "DaemonSet": ("apps/v1", {"selector": SELECTOR, "template": TEMPLATE}),
    "Job": ("batch/v1", {"parallelism": 8, "completions": 8, "template": WORK}),
}


def first_look(kind: str, allowed: int, counted: str = "pods", **spec: Any) -> tuple[World, int]:
    """A workload of eight pods of which a quota allows few, after its first look; and how many were refused in it."""
    made = world(seed=2, shape=Shape(nodes=8))
    hard = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few", "namespace": "default"}}
    made.client().create("resourcequotas", {**hard, "spec": {"hard": {counted: str(allowed)}}})
    made.settle()
    version, body = KINDS[kind]
    obj = {"apiVersion": version, "kind": kind, "metadata": {"name": "web", "namespace": "default"}}
    resource = made.resource_of(obj)
    assert resource is not None
    refusals: list[int] = []
    name = "replication-controller" if kind == "ReplicationController" else f"{kind.lower()}-controller"
    hand = made.runtime.runners[name].hand
    looked = hand.carry_out

    def carry_out(plan: Any, now: Any) -> Any:
        before = failures(made)
        answer = looked(plan, now)
        refusals.append(failures(made) - before)
        return answer

    hand.carry_out = carry_out  # type: ignore[method-assign]
    made.client().create(resource, {**obj, "spec": {**body, **spec}})
    made.settle()
    return made, next((n for n in refusals if n), 0)


def failures(made: World) -> int:
    return sum(e["count"] for e in made.reader.list("events", "default") if e["reason"] == "FailedCreate")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("allowed", "refused"), [(0, 1), (1, 2), (2, 1), (3, 4), (4, 3), (6, 1), (7, 1), (8, 0)])
def test_how_many_are_tried(kind: str, allowed: int, refused: int) -> None:
    made, seen = first_look(kind, allowed)
    assert (len(made.reader.list("pods")), seen) == (allowed, refused)


def test_a_pod_whose_claim_is_refused_is_not_tried_but_those_beside_it_are() -> None:
    made, _ = first_look("StatefulSet", 2, "persistentvolumeclaims", volumeClaimTemplates=[CLAIM])
    assert [pod["metadata"]["name"] for pod in made.reader.list("pods")] == ["web-0", "web-1"]
    said = [e["message"] for e in made.reader.list("events", "default") if e["reason"] == "FailedCreate"]
    assert any("Create Pod web-2 in StatefulSet web failed error: failed to create PVC data-web-2" in m for m in said)
    assert not any("web-3" in m for m in said)


def test_batches_double() -> None:
    assert singles(0) == ()
    assert [len(b) for b in singles(500)] == [1, 2, 4, 8, 16, 32, 64, 128, 245]
    assert [len(b) for b in batches((1,) * 1300, 500)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 500, 289]
    assert batches((2, 0, 1, 3)) == ((2,), (0, 1), (3,))
