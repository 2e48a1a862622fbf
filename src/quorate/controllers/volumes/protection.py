"""Claims and volumes that are in use outlive their deletion (Kubernetes: pkg/controller/volume/{pvc,pv}protection)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Controller, Watch
from quorate.contract.plan import NOTHING, Key, Obj, Plan, Update
from quorate.contract.ports import Reader
from quorate.kernel.clock import Instant
from quorate.objects.claims import CLAIM_PROTECTION, VOLUME_PROTECTION
from quorate.objects.pod import claim_names, is_finished


@dataclass(frozen=True, slots=True)
class Protected:
    """A claim or volume, its protection's finalizer, and whether somebody uses it."""

    resource: str
    finalizer: str
    obj: Obj
    used: bool


def decide(seen: Protected, _: Instant) -> Plan:
    """Protects what lives, lets go of what is being deleted and unused."""
    meta = seen.obj["metadata"]
    had = meta.get("finalizers") or []
    if not meta.get("deletionTimestamp"):
        wanted = had if seen.finalizer in had else [*had, seen.finalizer]
    elif seen.used:
        return NOTHING
    else:
        wanted = [f for f in had if f != seen.finalizer]
    if wanted == had:
        return NOTHING
    changed = {**meta, "finalizers": wanted} if wanted else {k: v for k, v in meta.items() if k != "finalizers"}
    return Plan((Update(seen.resource, {**seen.obj, "metadata": changed}),))


def _matters(obj: Obj | None, finalizer: str) -> bool:
    if obj is None:
        return False
    return bool(obj["metadata"].get("deletionTimestamp")) == (finalizer in (obj["metadata"].get("finalizers") or ()))


# -- claims


def claim_changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    if new is None or not _matters(new, CLAIM_PROTECTION):
        return ()
    return ((new["metadata"]["namespace"], new["metadata"]["name"]),)


def pod_changed(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The claims of a pod that has gone, has finished or has no node: only such a pod may have let go of one."""
    pod = new if new is not None else old
    assert pod is not None
    if new is not None and pod["spec"].get("nodeName") and not is_finished(pod):
        return
    namespace = pod["metadata"]["namespace"]
    for name in claim_names(pod):
        claim = reader.get("persistentvolumeclaims", namespace, name)
        if claim is not None and _matters(claim, CLAIM_PROTECTION):
            yield namespace, name


def claim_seen(reader: Reader, key: Key, _: Any) -> Protected | None:
    claim = reader.get("persistentvolumeclaims", *key)
    if claim is None:
        return None
    used = any(_uses(pod, claim) for pod in reader.indexed("pods", "claim", f"{key[0]}/{key[1]}"))
    return Protected("persistentvolumeclaims", CLAIM_PROTECTION, claim, used)


def _uses(pod: Obj, claim: Obj) -> bool:
    """Any pod with a node uses its claims, even one that has finished: its volumes may still be mounted.

    A pod's own ephemeral claim is let go as soon as the kubelet is done with the pod.
    """
    if not pod["spec"].get("nodeName"):
        return False
    meta, name = pod["metadata"], claim["metadata"]["name"]
    shut_down = bool(meta.get("deletionTimestamp")) and meta.get("deletionGracePeriodSeconds") == 0
    for volume in pod["spec"].get("volumes") or ():
        if (volume.get("persistentVolumeClaim") or {}).get("claimName") == name:
            return True
        if "ephemeral" in volume and not shut_down and f"{meta['name']}-{volume['name']}" == name:
            return any(ref["uid"] == meta["uid"] for ref in claim["metadata"].get("ownerReferences") or ())
    return False


CLAIMS = Controller(
    name="pvc-protection-controller",
    watches=(Watch("persistentvolumeclaims", claim_changed), Watch("pods", pod_changed)),
    snapshot=claim_seen,
    decide=decide,
    user="system:serviceaccount:kube-system:pvc-protection-controller",
)


# -- volumes


def volume_changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    if new is None or not _matters(new, VOLUME_PROTECTION):
        return ()
    return (("", new["metadata"]["name"]),)


def volume_seen(reader: Reader, key: Key, _: Any) -> Protected | None:
    volume = reader.get("persistentvolumes", *key)
    if volume is None:
        return None
    bound = (volume.get("status") or {}).get("phase") == "Bound"
    return Protected("persistentvolumes", VOLUME_PROTECTION, volume, bound)


VOLUMES = Controller(
    name="pv-protection-controller",
    watches=(Watch("persistentvolumes", volume_changed),),
    snapshot=volume_seen,
    decide=decide,
    user="system:serviceaccount:kube-system:pv-protection-controller",
)
