"""Grows volumes: first the disk, then, once a pod has it mounted, the file system (kubernetes-csi/external-resizer).

The two steps show in the claim's status as Kubernetes 1.34 and later show them: `allocatedResources`,
`allocatedResourceStatuses`, the conditions Resizing and FileSystemResizePending, and in the end `capacity`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Controller, Watch
from quorate.contract.plan import Action, Key, Obj, Patch, Plan, Ref, Tell
from quorate.contract.ports import Reader
from quorate.kernel.clock import Instant
from quorate.nodes.csi.driver import DRIVERS, EXPAND_AFTER, EXPAND_DEFAULT, RESIZER, resizer, span
from quorate.objects.claims import capacity, requested, volume_mode
from quorate.objects.pod import claim_names, phase
from quorate.objects.quantity import compare
from quorate.objects.times import time_text

PENDING = "Waiting for user to (re-)start a pod to finish file system resize of volume on node."


@dataclass(frozen=True, slots=True)
class Seen:
    """A bound claim that asks for more than it has, noticed at `since`. `pod` is a running one that uses it."""

    claim: Obj
    volume: Obj
    pod: Obj | None
    since: Instant | None


def has(claim: Obj) -> str | None:
    """What the claim shows as its capacity; None before it is bound."""
    shown = ((claim.get("status") or {}).get("capacity") or {}).get("storage")
    return None if shown is None else str(shown)


def wants_more(claim: Obj) -> bool:
    shown = has(claim)
    return shown is not None and bool(claim["spec"].get("volumeName")) and compare(requested(claim), shown) > 0


def snapshot(reader: Reader, key: Key, memory: Any) -> Seen | None:
    claim = reader.get("persistentvolumeclaims", *key)
    if claim is None or not wants_more(claim) or claim["metadata"].get("deletionTimestamp"):
        return None
    volume = reader.get("persistentvolumes", "", claim["spec"]["volumeName"])
    if volume is None or (volume["spec"].get("csi") or {}).get("driver") not in DRIVERS:
        return None
    using = reader.indexed("pods", "claim", f"{key[0]}/{key[1]}")
    pod = next((p for p in using if phase(p) == "Running" and p["spec"].get("nodeName")), None)
    since = memory[1] if memory and memory[0] == claim["metadata"]["uid"] else None
    return Seen(claim, volume, pod, since)


def decide(seen: Seen, now: Instant) -> Plan:
    claim, volume = seen.claim, seen.volume
    since = now if seen.since is None else seen.since
    known = (claim["metadata"]["uid"], since)
    if compare(capacity(volume), requested(claim)) < 0:
        due = since + span(claim, EXPAND_AFTER, EXPAND_DEFAULT)
        if now < due:
            return Plan(look_again=due, remember=known)
        return Plan(_disk(claim, volume, now), remember=known)
    if volume_mode(claim) != "Block" and seen.pod is None:
        return Plan(() if _pending(claim) else (_fs_required(claim, now),), remember=known)
    return Plan(_finished(claim, volume, seen.pod, now))


def _pending(claim: Obj) -> bool:
    conditions = (claim.get("status") or {}).get("conditions") or ()
    return any(c["type"] == "FileSystemResizePending" and c["status"] == "True" for c in conditions)


def _status(claim: Obj, status: Obj) -> Patch:
    meta = claim["metadata"]
    ref = Ref("persistentvolumeclaims", meta["namespace"], meta["name"])
    return Patch(ref, {"status": status}, subresource="status")


def _conditions(claim: Obj, new: Obj | None) -> list[Obj] | None:
    """The claim's conditions with those of resizing replaced by `new`; None (taken away) when none is left."""
    had = (claim.get("status") or {}).get("conditions") or ()
    kept = [c for c in had if c["type"] not in ("Resizing", "FileSystemResizePending")]
    return ([*kept, new] if new else kept) or None


def _condition(type_: str, now: Instant, message: str = "") -> Obj:
    out: Obj = {"type": type_, "status": "True", "lastProbeTime": None, "lastTransitionTime": time_text(now)}
    return {**out, "message": message} if message else out


def _tell(claim: Obj, volume: Obj, reason: str, message: str) -> Tell:
    """Each driver has a resizer of its own, and signs for itself."""
    return Tell(claim, "Normal", reason, message, component=resizer(volume["spec"]["csi"]["driver"]))


def _disk(claim: Obj, volume: Obj, now: Instant) -> tuple[Action, ...]:
    """The controller's half: the disk grows, and the volume object says so."""
    wanted, name = requested(claim), volume["metadata"]["name"]
    begun = {
        "allocatedResources": {"storage": wanted},
        "allocatedResourceStatuses": {"storage": "ControllerResizeInProgress"},
        "conditions": _conditions(claim, _condition("Resizing", now)),
    }
    grown = Patch(Ref("persistentvolumes", "", name), {"spec": {"capacity": {"storage": wanted}}})
    first = (
        _status(claim, begun),
        _tell(claim, volume, "Resizing", f"External resizer is resizing volume {name}"),
        grown,
    )
    if volume_mode(claim) == "Block":
        return first
    return (
        *first,
        _fs_required(claim, now),
        _tell(claim, volume, "FileSystemResizeRequired", "Require file system resize of volume on node"),
    )


def _fs_required(claim: Obj, now: Instant) -> Patch:
    status = {
        "allocatedResources": {"storage": requested(claim)},
        "allocatedResourceStatuses": {"storage": "NodeResizePending"},
        "conditions": _conditions(claim, _condition("FileSystemResizePending", now, PENDING)),
    }
    return _status(claim, status)


def _finished(claim: Obj, volume: Obj, pod: Obj | None, now: Instant) -> tuple[Action, ...]:
    """The node's half, which a block device needs not: the file system grows under the running pod."""
    status = {
        "capacity": {"storage": requested(claim)},
        "allocatedResources": {"storage": requested(claim)},
        "allocatedResourceStatuses": None,
        "conditions": _conditions(claim, None),
    }
    if pod is None or volume_mode(claim) == "Block":
        return (_status(claim, status), _tell(claim, volume, "VolumeResizeSuccessful", "Resize volume succeeded"))
    node, name = pod["spec"]["nodeName"], volume["metadata"]["name"]
    message = f'MountVolume.NodeExpandVolume succeeded for volume "{name}" {node}'
    return (
        _status(claim, status),
        Tell(pod, "Normal", "FileSystemResizeSuccessful", message, component="kubelet", host=node),
        Tell(claim, "Normal", "FileSystemResizeSuccessful", message, component="kubelet", host=node),
    )


def claim_changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    if new is None or not wants_more(new):
        return ()
    return ((new["metadata"]["namespace"], new["metadata"]["name"]),)


def pod_changed(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The growing claims of a pod that has begun to run."""
    if new is None or phase(new) != "Running" or (old is not None and phase(old) == "Running"):
        return
    namespace = new["metadata"]["namespace"]
    for name in claim_names(new):
        claim = reader.get("persistentvolumeclaims", namespace, name)
        if claim is not None and wants_more(claim):
            yield namespace, name


CONTROLLER = Controller(
    name=RESIZER,
    watches=(Watch("persistentvolumeclaims", claim_changed), Watch("pods", pod_changed)),
    snapshot=snapshot,
    decide=decide,
    user="system:serviceaccount:kube-system:csi-resizer",
    manager="csi-resizer",
)
