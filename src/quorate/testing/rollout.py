"""When a workload is rolled out (Kubernetes: kubectl/pkg/polymorphichelpers/rollout_status.go)."""

from quorate.contract.plan import Obj


def rolled_out(obj: Obj) -> bool:
    """Whether `kubectl rollout status` would be content. Raises ValueError for a kind that is not rolled out."""
    status, spec = obj.get("status") or {}, obj.get("spec") or {}
    kind = obj.get("kind")
    if kind not in ("Deployment", "StatefulSet", "DaemonSet"):
        raise ValueError(f"a {kind} is not rolled out: wait for a condition or a function of it")
    if status.get("observedGeneration", 0) < obj["metadata"].get("generation", 0):
        return False
    if kind == "DaemonSet":
        wanted = status.get("desiredNumberScheduled", 0)
        return status.get("updatedNumberScheduled", 0) >= wanted <= status.get("numberAvailable", 0)
    replicas = spec.get("replicas", 1)
    updated, available = status.get("updatedReplicas", 0), status.get("availableReplicas", 0)
    if kind == "Deployment":
        return updated >= replicas and status.get("replicas", 0) <= updated <= available
    if status.get("readyReplicas", 0) < replicas:
        return False
    partition = ((spec.get("updateStrategy") or {}).get("rollingUpdate") or {}).get("partition") or 0
    if partition:
        return bool(updated >= replicas - partition)
    return status.get("updateRevision") == status.get("currentRevision")
