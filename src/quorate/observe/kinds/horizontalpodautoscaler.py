"""HorizontalPodAutoscalers."""

from collections.abc import Iterable
from functools import partial

from quorate.contract.plan import Obj
from quorate.observe.family import (
    Family,
    Kind,
    Sample,
    at,
    conditions,
    created,
    decimal,
    generation,
    info,
    named,
    number,
    optional,
)

SOURCES = ("resource", "containerResource", "pods", "object", "external")
FIELDS = (("value", "value"), ("utilization", "averageUtilization"), ("average", "averageValue"))


def _metrics(path: str, side: str, obj: Obj) -> Iterable[Sample]:
    """Each metric's targets (`side` "target") or what was seen of it ("current")."""
    for metric in at(obj, path) or ():
        for source in SOURCES:
            about = metric.get(source)
            if not about:
                continue
            labels = [("metric_name", about.get("name") or at(about, "metric.name") or "")]
            if about.get("container"):
                labels.append(("container", about["container"]))
            for target, field in FIELDS:
                found = at(about, f"{side}.{field}")
                if found is not None:
                    yield (*labels, ("metric_target_type", target)), decimal(found)


P = "kube_horizontalpodautoscaler_"
KIND = Kind(
    "horizontalpodautoscalers.autoscaling",
    named("horizontalpodautoscaler"),
    (
        info(P + "info", "Information about this autoscaler.", scaletargetref_api_version="spec.scaleTargetRef.apiVersion",
             scaletargetref_kind="spec.scaleTargetRef.kind", scaletargetref_name="spec.scaleTargetRef.name"),
        created("horizontalpodautoscaler"),
        generation("horizontalpodautoscaler"),
        number(P + "spec_max_replicas", "Upper limit for the number of pods.", "spec.maxReplicas"),
        optional(P + "spec_min_replicas", "Lower limit for the number of pods.", "spec.minReplicas"),
        Family(P + "spec_target_metric", "What this autoscaler aims at.", partial(_metrics, "spec.metrics", "target")),
        Family(P + "status_target_metric", "What this autoscaler last saw of its metrics.",
               partial(_metrics, "status.currentMetrics", "current")),
        number(P + "status_current_replicas", "Current number of pods managed by this autoscaler.", "status.currentReplicas"),
        number(P + "status_desired_replicas", "Desired number of pods managed by this autoscaler.", "status.desiredReplicas"),
        conditions(P + "status_condition", "The condition of this autoscaler."),
    ),
)  # fmt: skip
