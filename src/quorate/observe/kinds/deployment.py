"""Deployments."""

from collections.abc import Iterable
from functools import partial

from quorate.contract.plan import Obj
from quorate.observe.family import (
    Family,
    Kind,
    Sample,
    at,
    by_status,
    created,
    deleted,
    generation,
    named,
    number,
    optional,
)

REASONS = frozenset({
    "ReplicaSetUpdated", "ReplicaSetCreateError", "NewReplicaSetCreated", "FoundNewReplicaSet", "NewReplicaSetAvailable",
    "ProgressDeadlineExceeded", "DeploymentPaused", "DeploymentResumed", "MinimumReplicasAvailable",
    "MinimumReplicasUnavailable", "",
})  # fmt: skip
"""The reasons that get a label of their own; others are "unknown"."""


def _conditions(obj: Obj) -> Iterable[Sample]:
    for found in at(obj, "status.conditions") or ():
        reason = found.get("reason") or ""
        labels = (("reason", reason if reason in REASONS else "unknown"), ("condition", found["type"]))
        yield from by_status(labels, found, "status")


def _amount(field: str, up: bool, obj: Obj) -> Iterable[Sample]:
    """A number, or a percentage of the replicas: surges are rounded up, unavailability down."""
    given = at(obj, f"spec.strategy.rollingUpdate.{field}")
    if given is None:
        return ()
    if isinstance(given, int):
        return (((), given),)
    share = int(given.rstrip("%")) * int(at(obj, "spec.replicas") or 0)
    return (((), -(-share // 100) if up else share // 100),)


P = "kube_deployment_"
KIND = Kind(
    "deployments.apps",
    named("deployment"),
    (
        created("deployment"),
        deleted("deployment"),
        number(P + "status_replicas", "The number of replicas per deployment.", "status.replicas"),
        number(P + "status_replicas_ready", "The number of ready replicas per deployment.", "status.readyReplicas"),
        number(
            P + "status_replicas_available",
            "The number of available replicas per deployment.",
            "status.availableReplicas",
        ),
        number(
            P + "status_replicas_unavailable",
            "The number of unavailable replicas per deployment.",
            "status.unavailableReplicas",
        ),
        number(
            P + "status_replicas_updated", "The number of updated replicas per deployment.", "status.updatedReplicas"
        ),
        optional(
            P + "status_terminating_replicas",
            "The number of terminating replicas per deployment.",
            "status.terminatingReplicas",
        ),
        number(
            P + "status_observed_generation",
            "The generation observed by the deployment controller.",
            "status.observedGeneration",
        ),
        Family(P + "status_condition", "The current status conditions of a deployment.", _conditions),
        optional(P + "spec_replicas", "Number of desired pods for a deployment.", "spec.replicas"),
        number(P + "spec_paused", "Whether the deployment is paused.", "spec.paused"),
        Family(
            P + "spec_strategy_rollingupdate_max_unavailable",
            "Maximum number of unavailable replicas during a rolling update of a deployment.",
            partial(_amount, "maxUnavailable", False),
        ),
        Family(
            P + "spec_strategy_rollingupdate_max_surge",
            "Maximum number of replicas above the desired number during a rolling update of a deployment.",
            partial(_amount, "maxSurge", True),
        ),
        generation("deployment"),
    ),
)
