"""Recreate: every old pod has to be gone before the first new one comes (Kubernetes: deployment/recreate.go)."""

from collections.abc import Mapping, Sequence

from quorate.contract.plan import Action, Obj
from quorate.controllers.deployment.replicasets import active
from quorate.controllers.deployment.scaling import resize
from quorate.objects.pod import is_finished


def stop_old(deployment: Obj, old: Sequence[Obj]) -> list[Action]:
    return [action for one in active(old) for action in resize(deployment, one, 0)]


def old_pods_run(new: Obj | None, old: Sequence[Obj], pods: Mapping[str, Sequence[Obj]]) -> bool:
    """Whether an old pod still exists, also one on its way out; finished ones do not count."""
    if any((one.get("status") or {}).get("replicas", 0) > 0 for one in old):
        return True
    newest = new["metadata"]["uid"] if new is not None else None
    return any(not is_finished(pod) for uid, members in pods.items() if uid != newest for pod in members)
