"""HorizontalPodAutoscalers."""

from quorate.observe.family import Kind, conditions, created, generation, info, named, number, optional

P = "kube_horizontalpodautoscaler_"
KIND = Kind(
    "horizontalpodautoscalers.autoscaling",
    named("horizontalpodautoscaler"),
    (
        info(P + "info", "Information about this autoscaler.", scaletargetref_kind="spec.scaleTargetRef.kind",
             scaletargetref_name="spec.scaleTargetRef.name"),
        created("horizontalpodautoscaler"),
        generation("horizontalpodautoscaler"),
        number(P + "spec_max_replicas", "Upper limit for the number of pods.", "spec.maxReplicas"),
        optional(P + "spec_min_replicas", "Lower limit for the number of pods.", "spec.minReplicas"),
        number(P + "status_current_replicas", "Current number of pods managed by this autoscaler.", "status.currentReplicas"),
        number(P + "status_desired_replicas", "Desired number of pods managed by this autoscaler.", "status.desiredReplicas"),
        conditions(P + "status_condition", "The condition of this autoscaler."),
    ),
)  # fmt: skip
