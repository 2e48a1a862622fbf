"""Autoscalers in whole worlds."""

from typing import Any

import pytest

from quorate.assemble.world import Shape, World, world
from quorate.kernel.clock import MINUTE, SECOND, Duration

Obj = dict[str, Any]
HPAS, DEPLOYMENTS = "horizontalpodautoscalers.autoscaling", "deployments.apps"
CPU = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}
SCALED = (
    "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)"
)


class Play:
    def __init__(self, made: World) -> None:
        self.world, self.client = made, made.client()

    def deploy(self, name: str = "web", replicas: int = 2, **annotations: str) -> None:
        container = {"name": "main", "image": "app:1", "resources": {"requests": {"cpu": "100m", "memory": "1Mi"}}}
        meta = {"labels": {"app": name}, "annotations": {f"sim.quorate.dev/{k}": v for k, v in annotations.items()}}
        self.client.create(DEPLOYMENTS, {
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "default"},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}},
                     "template": {"metadata": meta, "spec": {"containers": [container]}}},
        })  # fmt: skip

    def scale(self, name: str = "web", target: str = "web", kind: str = "Deployment", **spec: Any) -> None:
        ref = {"apiVersion": "apps/v1", "kind": kind, "name": target}
        body = {"minReplicas": 1, "maxReplicas": 10, "metrics": [CPU], "scaleTargetRef": ref, **spec}
        self.client.create(HPAS, {
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": name, "namespace": "default"}, "spec": body,
        })  # fmt: skip

    def use(self, cpu: str) -> None:
        """All pods that there are use so much from now on; those made later what the template says."""
        for pod in self.world.reader.list("pods", "default"):
            body = {"metadata": {"annotations": {"sim.quorate.dev/cpu": cpu}}}
            self.client.patch("pods", "default", pod["metadata"]["name"], body)

    def go(self, duration: Duration = 16 * SECOND) -> None:
        self.world.run_for(duration)

    def replicas(self) -> int:
        found = self.world.get(DEPLOYMENTS, "default", "web")
        assert found is not None
        return found["spec"]["replicas"]  # type: ignore[no-any-return]

    def status(self, name: str = "web") -> Obj:
        found = self.world.get(HPAS, "default", name)
        assert found is not None
        return found["status"]  # type: ignore[no-any-return]

    def conditions(self, name: str = "web") -> dict[str, tuple[str, str, str]]:
        return {c["type"]: (c["status"], c["reason"], c["message"]) for c in self.status(name).get("conditions", [])}

    def told(self, reason: str = "") -> list[str]:
        found = [
            e
            for e in self.world.reader.list("events", "default")
            if e["source"].get("component") == "horizontal-pod-autoscaler"
        ]
        found.sort(key=lambda e: (e["firstTimestamp"], e["metadata"]["name"]))
        return [e["message"] for e in found if reason in ("", e["reason"])]


@pytest.fixture
def on() -> Play:
    return Play(world(seed=3, shape=Shape(nodes=3)))


def test_it_follows_the_use_up_and_after_five_minutes_down(on: Play) -> None:
    on.deploy(cpu="50m")
    on.go(MINUTE)
    on.scale()
    on.go()
    assert on.status() == {
        "currentReplicas": 2, "desiredReplicas": 2, "conditions": on.status()["conditions"],
        "currentMetrics": [
            {"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 50, "averageValue": "50m"}}}
        ],
    }  # fmt: skip
    assert on.conditions() == {
        "AbleToScale": ("True", "ReadyForNewScale", "recommended size matches current size"),
        "ScalingActive": ("True", "ValidMetricFound", SCALED),
        "ScalingLimited": ("False", "DesiredWithinRange", "the desired count is within the acceptable range"),
    }
    on.use("100m")
    on.go()
    assert on.replicas() == 4
    assert on.told() == ["New size: 4; reason: cpu resource utilization (percentage of request) above target"]
    assert on.conditions()["AbleToScale"][1:] == (
        "SucceededRescale", "the HPA controller was able to update the target scale to 4",
    )  # fmt: skip
    assert on.status()["lastScaleTime"]
    on.use("20m")
    on.go(2 * MINUTE)
    assert on.replicas() == 4
    assert on.conditions()["AbleToScale"][1] == "ScaleDownStabilized"
    on.go(5 * MINUTE)
    # What the template says of the new ones is 50m each.
    assert on.replicas() == 2
    assert on.told()[-1] == "New size: 2; reason: All metrics below target"


def test_it_looks_every_fifteen_seconds_and_not_before(on: Play) -> None:
    on.deploy(replicas=1, cpu="10m")
    on.scale(minReplicas=3)
    on.go(14 * SECOND)
    assert on.replicas() == 1
    on.go(2 * SECOND)
    assert on.replicas() == 3
    assert on.told() == ["New size: 3; reason: Current number of replicas below Spec.MinReplicas"]
    assert on.conditions().keys() == {"AbleToScale"}
    on.client.patch(DEPLOYMENTS, "default", "web", {"spec": {"replicas": 12}})
    on.go()
    assert on.replicas() == 10
    assert on.told()[-1] == "New size: 10; reason: Current number of replicas above Spec.MaxReplicas"


def test_without_metrics_it_says_so_and_does_nothing(on: Play) -> None:
    on.deploy()
    on.scale()
    on.go(31 * SECOND)
    why = (
        "failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: "
        "the server could not find the requested resource (get pods.metrics.k8s.io)"
    )
    assert on.told("FailedGetResourceMetric") == [why]
    assert on.told("FailedComputeMetricsReplicas") == [
        f"invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: {why}"
    ]
    text = f"the HPA was unable to compute the replica count: {why}"
    assert on.conditions()["ScalingActive"] == ("False", "FailedGetResourceMetric", text)
    assert on.status()["currentMetrics"] == [{"type": ""}]
    assert (on.status()["currentReplicas"], on.status()["desiredReplicas"]) == (2, 0)


def test_one_metric_that_fails_only_keeps_it_from_shrinking(on: Play) -> None:
    on.deploy(replicas=4, cpu="10m")
    external = {
        "type": "External",
        "external": {"metric": {"name": "queue"}, "target": {"type": "AverageValue", "averageValue": "1"}},
    }
    on.go(MINUTE)
    on.scale(metrics=[CPU, external])
    on.go()
    assert on.replicas() == 4
    assert on.conditions()["ScalingActive"][1] == "FailedGetExternalMetric"
    assert on.status()["currentMetrics"][0]["resource"]["current"]["averageUtilization"] == 10
    on.use("100m")
    on.go()
    assert on.replicas() == 8
    assert on.conditions()["ScalingActive"][1] == "ValidMetricFound"


def test_a_target_at_rest_is_left_at_rest(on: Play) -> None:
    on.deploy(replicas=0)
    on.scale()
    on.go()
    text = "scaling is disabled since the replica count of the target is zero"
    assert on.conditions()["ScalingActive"] == ("False", "ScalingDisabled", text)
    assert on.replicas() == 0


@pytest.mark.parametrize(
    ("kind", "target", "error"),
    [
        ("Deployment", "none", 'deployments/scale.apps "none" not found'),
        ("StatefulSet", "none", 'statefulsets.apps "none" not found'),
        ("Wheel", "web", 'no matches for kind "Wheel" in group "apps"'),
        ("DaemonSet", "web", "the server could not find the requested resource"),
    ],
)
def test_a_target_that_cannot_be_scaled(on: Play, kind: str, target: str, error: str) -> None:
    on.deploy()
    on.scale(kind=kind, target=target)
    on.go()
    assert on.told("FailedGetScale") == [error]
    text = f"the HPA controller was unable to get the target's current scale: {error}"
    assert on.conditions() == {"AbleToScale": ("False", "FailedGetScale", text)}


def test_two_of_them_for_the_same_pods(on: Play) -> None:
    on.deploy(cpu="100m")
    on.scale("one")
    on.scale("two")
    on.go(31 * SECOND)
    text = "pods by selector app=web are controlled by multiple HPAs: [{one default} {two default}]"
    assert on.conditions("one")["ScalingActive"] == ("False", "AmbiguousSelector", text)


def test_a_stateful_set_and_a_behaviour(on: Play) -> None:
    on.client.create("statefulsets.apps", {
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db", "namespace": "default"},
        "spec": {
            "replicas": 1, "serviceName": "db", "selector": {"matchLabels": {"app": "db"}},
            "template": {
                "metadata": {"labels": {"app": "db"}, "annotations": {"sim.quorate.dev/memory": "1Gi"}},
                "spec": {"containers": [{"name": "main", "image": "db:1"}]},
            },
        },
    })  # fmt: skip
    target = {"type": "AverageValue", "averageValue": "256Mi"}
    slow = {"policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}]}
    on.scale("db", "db", "StatefulSet", metrics=[{"type": "Resource", "resource": {"name": "memory", "target": target}}],
             behavior={"scaleUp": slow})  # fmt: skip
    on.go(50 * SECOND)
    assert on.world.get("statefulsets.apps", "default", "db")["spec"]["replicas"] == 2  # type: ignore[index]
    assert on.conditions("db")["ScalingLimited"][:2] == ("True", "ScaleUpLimit")
    on.go(60 * SECOND)
    assert on.world.get("statefulsets.apps", "default", "db")["spec"]["replicas"] == 3  # type: ignore[index]
