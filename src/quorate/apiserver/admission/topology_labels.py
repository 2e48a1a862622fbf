"""Pods carry the zone and region of their node as labels from the moment they are bound (Kubernetes: PodTopologyLabels)."""

from quorate.contract.plan import Obj

LABELS = ("topology.kubernetes.io/zone", "topology.kubernetes.io/region")


def topology_labels(node: Obj) -> dict[str, str]:
    """What the binding of a pod to this node adds to the pod's labels, over what the pod may say itself."""
    labels = node["metadata"].get("labels") or {}
    return {name: labels[name] for name in LABELS if name in labels}
