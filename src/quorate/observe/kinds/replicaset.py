"""ReplicaSets."""

from quorate.observe.family import Kind, created, generation, named, number, optional, owners

P = "kube_replicaset_"
KIND = Kind(
    "replicasets.apps",
    named("replicaset"),
    (
        created("replicaset"),
        number(P + "status_replicas", "The number of replicas per ReplicaSet.", "status.replicas"),
        number(
            P + "status_fully_labeled_replicas",
            "The number of fully labeled replicas per ReplicaSet.",
            "status.fullyLabeledReplicas",
        ),
        number(P + "status_ready_replicas", "The number of ready replicas per ReplicaSet.", "status.readyReplicas"),
        optional(
            P + "status_terminating_replicas",
            "The number of terminating replicas per ReplicaSet.",
            "status.terminatingReplicas",
        ),
        number(
            P + "status_observed_generation",
            "The generation observed by the ReplicaSet controller.",
            "status.observedGeneration",
        ),
        optional(P + "spec_replicas", "Number of desired pods for a ReplicaSet.", "spec.replicas"),
        generation("replicaset"),
        owners(P + "owner", "Information about the ReplicaSet's owner."),
    ),
)
