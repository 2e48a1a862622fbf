"""StatefulSets. The partition of an update is in none of kube-state-metrics' metrics: that takes the API."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.observe.family import (
    Family,
    Kind,
    Sample,
    created,
    deleted,
    generation,
    info,
    named,
    number,
    optional,
    text,
)


def _retention(obj: Obj) -> Iterable[Sample]:
    labels = tuple(
        (label, text(obj, f"spec.persistentVolumeClaimRetentionPolicy.{field}"))
        for label, field in (("when_deleted", "whenDeleted"), ("when_scaled", "whenScaled"))
    )
    return ((labels, 1),) if any(value for _, value in labels) else ()


P = "kube_statefulset_"
KIND = Kind(
    "statefulsets.apps",
    named("statefulset"),
    (
        created("statefulset"),
        deleted("statefulset"),
        number(P + "status_replicas", "The number of replicas per StatefulSet.", "status.replicas"),
        number(
            P + "status_replicas_available",
            "The number of available replicas per StatefulSet.",
            "status.availableReplicas",
        ),
        number(
            P + "status_replicas_current", "The number of current replicas per StatefulSet.", "status.currentReplicas"
        ),
        number(P + "status_replicas_ready", "The number of ready replicas per StatefulSet.", "status.readyReplicas"),
        number(
            P + "status_replicas_updated", "The number of updated replicas per StatefulSet.", "status.updatedReplicas"
        ),
        number(
            P + "status_observed_generation",
            "The generation observed by the StatefulSet controller.",
            "status.observedGeneration",
        ),
        optional(P + "replicas", "Number of desired pods for a StatefulSet.", "spec.replicas"),
        optional(P + "ordinals_start", "Start ordinal of the StatefulSet.", "spec.ordinals.start"),
        generation("statefulset"),
        Family(
            P + "persistentvolumeclaim_retention_policy",
            "Count of retention policy for StatefulSet template PVCs",
            _retention,
        ),
        info(
            P + "status_current_revision",
            "The revision of the pods below currentReplicas.",
            revision="status.currentRevision",
        ),
        info(P + "status_update_revision", "The revision that pods are updated to.", revision="status.updateRevision"),
    ),
)
