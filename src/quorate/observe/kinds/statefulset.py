"""StatefulSets. Those of Quorate's own tell what kube-state-metrics leaves out: how updates go, and their partition."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.observe.family import (
    Family,
    Kind,
    Sample,
    at,
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


def _partition(obj: Obj) -> Iterable[Sample]:
    """Of those that are updated in turn; the API server leaves out a partition of 0."""
    if text(obj, "spec.updateStrategy.type") == "OnDelete":
        return ()
    return (((), int(at(obj, "spec.updateStrategy.rollingUpdate.partition") or 0)),)


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
        info(
            "quorate_statefulset_info",
            "How pods of a StatefulSet are made and updated.",
            pod_management_policy="spec.podManagementPolicy",
            update_strategy="spec.updateStrategy.type",
            service_name="spec.serviceName",
        ),
        Family("quorate_statefulset_partition", "The lowest ordinal that an update reaches.", _partition),
    ),
)
