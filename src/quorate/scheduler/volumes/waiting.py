"""The wait between choosing a node and binding the pod, until its claims are bound (VolumeBinding's PreBind)."""

from dataclasses import dataclass
from typing import Any, Literal

from quorate.contract.plan import Action, Patch, Ref, Update
from quorate.contract.ports import Reader
from quorate.kernel.clock import SECOND, Duration
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.view import SELECTED_NODE, ClusterView, fully_bound
from quorate.scheduler.volumes.claims import waits_for_consumer
from quorate.scheduler.volumes.matching import Offer, promised_to, reachable

Obj = dict[str, Any]

TIMEOUT: Duration = 600 * SECOND
"""bindTimeoutSeconds of the default profile."""
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
LATE = "context deadline exceeded"


def failure(reason: str) -> str:
    return f'running PreBind plugin "VolumeBinding": binding volumes: {reason}'


def requests(found: Offer, node: str) -> tuple[Action, ...]:
    """What has to be written so that the claims come to be bound on this node."""
    actions: list[Action] = []
    for claim, volume in found.static:
        meta = claim["metadata"]
        ref = {
            "kind": "PersistentVolumeClaim", "apiVersion": "v1", "namespace": meta["namespace"], "name": meta["name"],
            "uid": meta["uid"], "resourceVersion": meta.get("resourceVersion", ""),
        }  # fmt: skip
        if (volume["spec"].get("claimRef") or {}).get("uid") == ref["uid"]:
            continue
        about = volume["metadata"]
        marks = about.get("annotations") or {}
        if not volume["spec"].get("claimRef"):
            marks = {**marks, BOUND_BY_CONTROLLER: "yes"}
        actions.append(
            Update(
                "persistentvolumes",
                {
                    **volume,
                    "metadata": {**about, **({"annotations": marks} if marks else {})},
                    "spec": {**volume["spec"], "claimRef": ref},
                },
            )
        )
    for claim in found.made:
        meta = claim["metadata"]
        if (meta.get("annotations") or {}).get(SELECTED_NODE) != node:
            body = {"metadata": {"annotations": {SELECTED_NODE: node}}}
            actions.append(Patch(Ref("persistentvolumeclaims", meta["namespace"], meta["name"]), body))
    return tuple(actions)


@dataclass(frozen=True, slots=True)
class Stand:
    """How the wait stands; `reason` says why it failed."""

    how: Literal["bound", "waiting", "failed"]
    reason: str = ""


def stand(pod: PodInfo, node: str, view: ClusterView, reader: Reader) -> Stand:
    """How the pod's claims stand, as seen from the node that was chosen."""
    entry = view.node(node)
    if entry is None:
        return Stand("failed", f'failed to get node "{node}": node "{node}" not found')
    waiting = False
    for key in pod.claims:
        namespace, _, name = key.partition("/")
        claim = reader.get("persistentvolumeclaims", namespace, name)
        if claim is None:
            return Stand("failed", f'failed to check provisioning pvc: could not find v1.PersistentVolumeClaim "{key}"')
        marks = claim["metadata"].get("annotations") or {}
        volume = reader.get("persistentvolumes", "", claim["spec"].get("volumeName") or "")
        if volume is not None and marks.get(SELECTED_NODE) and not reachable(volume, entry):
            about = volume["metadata"]["name"]
            return Stand(
                "failed", f'pv "{about}" node affinity doesn\'t match node "{node}": no matching NodeSelectorTerms'
            )
        if fully_bound(claim):
            continue
        waiting = True
        if volume is not None or not waits_for_consumer(claim, reader):
            continue
        promised = reader.indexed("persistentvolumes", "claim", key)
        if any(promised_to(v, claim) for v in promised):
            continue
        if not marks:
            return Stand("failed", f'selectedNode annotation reset for PVC "{name}"')
        if marks.get(SELECTED_NODE) != node:
            # A provisioner that fails for good takes the annotation away, to have the node chosen anew.
            return Stand("failed", f'provisioning failed for PVC "{name}"')
    return Stand("waiting" if waiting else "bound")
