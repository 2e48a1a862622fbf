"""DaemonSets."""

from quorate.observe.family import Kind, created, deleted, generation, named, number

P = "kube_daemonset_"
KIND = Kind(
    "daemonsets.apps",
    named("daemonset"),
    (
        created("daemonset"),
        deleted("daemonset"),
        number(
            P + "status_current_number_scheduled",
            "The number of nodes that run a daemon pod and are supposed to.",
            "status.currentNumberScheduled",
        ),
        number(
            P + "status_desired_number_scheduled",
            "The number of nodes that should be running the daemon pod.",
            "status.desiredNumberScheduled",
        ),
        number(
            P + "status_number_available",
            "The number of nodes whose daemon pod is available.",
            "status.numberAvailable",
        ),
        number(
            P + "status_number_misscheduled",
            "The number of nodes that run a daemon pod but are not supposed to.",
            "status.numberMisscheduled",
        ),
        number(P + "status_number_ready", "The number of nodes whose daemon pod is ready.", "status.numberReady"),
        number(
            P + "status_number_unavailable",
            "The number of nodes whose daemon pod is not available.",
            "status.numberUnavailable",
        ),
        number(
            P + "status_observed_generation",
            "The most recent generation observed by the daemon set controller.",
            "status.observedGeneration",
        ),
        number(
            P + "status_updated_number_scheduled",
            "The number of nodes that run an updated daemon pod.",
            "status.updatedNumberScheduled",
        ),
        generation("daemonset"),
    ),
)
