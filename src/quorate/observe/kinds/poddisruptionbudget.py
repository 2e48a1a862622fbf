"""PodDisruptionBudgets."""

from quorate.observe.family import Kind, created, deleted, named, number

P = "kube_poddisruptionbudget_"
KIND = Kind(
    "poddisruptionbudgets.policy",
    named("poddisruptionbudget"),
    (
        created("poddisruptionbudget"),
        deleted("poddisruptionbudget"),
        number(P + "status_current_healthy", "Current number of healthy pods", "status.currentHealthy"),
        number(P + "status_desired_healthy", "Minimum desired number of healthy pods", "status.desiredHealthy"),
        number(
            P + "status_pod_disruptions_allowed",
            "Number of pod disruptions that are currently allowed",
            "status.disruptionsAllowed",
        ),
        number(
            P + "status_expected_pods", "Total number of pods counted by this disruption budget", "status.expectedPods"
        ),
        number(
            P + "status_observed_generation",
            "Most recent generation observed when updating this PDB status",
            "status.observedGeneration",
        ),
    ),
)
