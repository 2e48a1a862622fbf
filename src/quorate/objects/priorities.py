"""The priorities that Kubernetes itself knows (pkg/apis/scheduling)."""

from typing import Any

Obj = dict[str, Any]

HIGHEST_OF_USERS = 1_000_000_000
SYSTEM_PREFIX = "system-"
SYSTEM_CLUSTER_CRITICAL, SYSTEM_NODE_CRITICAL = "system-cluster-critical", "system-node-critical"

_SYSTEM = (
    (
        SYSTEM_NODE_CRITICAL, 2_000_001_000,
        "Used for system critical pods that must not be moved from their current node.",
    ),
    (
        SYSTEM_CLUSTER_CRITICAL, 2_000_000_000,
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    ),
)  # fmt: skip


def system_classes() -> tuple[Obj, ...]:
    """The PriorityClasses that every cluster is born with."""
    return tuple(
        {
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}, "value": value,
            "description": description,
        }
        for name, value, description in _SYSTEM
    )  # fmt: skip
