"""The requests that bind and release: each changes one thing, and none is made when the thing is so already."""

from typing import Any

from quorate.contract.plan import Action, Obj, Outcome, Patch, Ref, Tell, Update
from quorate.kernel.clock import Instant
from quorate.objects.claims import BIND_COMPLETED, BOUND_BY_CONTROLLER, annotation, capacity, is_volume_bound_to
from quorate.objects.quantity import compare
from quorate.objects.times import time_text

VOLUMES, CLAIMS = "persistentvolumes", "persistentvolumeclaims"


def phase(obj: Obj) -> str:
    return (obj.get("status") or {}).get("phase") or ""


def with_annotations(obj: Obj, added: dict[str, str]) -> Obj:
    meta = obj["metadata"]
    return {**obj, "metadata": {**meta, "annotations": {**(meta.get("annotations") or {}), **added}}}


def bind(volume: Obj, claim: Obj, now: Instant) -> tuple[Action, ...]:
    """Binds both, the volume first: a claim is never bound to a volume that does not know of it.

    A refused step ends the rest, and the next look finishes what is missing.
    """
    actions: list[Action] = []
    taken = _claimed(volume, claim)
    if taken is not volume:
        actions.append(Update(VOLUMES, taken))
    if phase(volume) != "Bound":
        actions.append(volume_phase(volume, "Bound", now))
    bound = _bound(claim, volume)
    if bound is not claim:
        actions.append(Update(CLAIMS, bound))
    actions.extend(claim_status(claim, "Bound", volume))
    return tuple(actions)


def _claimed(volume: Obj, claim: Obj) -> Obj:
    meta, ref = claim["metadata"], volume["spec"].get("claimRef")
    reserved = is_volume_bound_to(volume, claim)
    out = volume
    if not reserved or not ref or ref.get("uid") != meta["uid"]:
        new = {
            "kind": "PersistentVolumeClaim", "namespace": meta["namespace"], "name": meta["name"], "uid": meta["uid"],
            "apiVersion": "v1", "resourceVersion": meta["resourceVersion"],
        }  # fmt: skip
        out = {**volume, "spec": {**volume["spec"], "claimRef": new}}
    if not reserved and annotation(volume, BOUND_BY_CONTROLLER) is None:
        out = with_annotations(out, {BOUND_BY_CONTROLLER: "yes"})
    return out


def _bound(claim: Obj, volume: Obj) -> Obj:
    name = volume["metadata"]["name"]
    out, added = claim, {}
    if claim["spec"].get("volumeName") != name:
        out = {**claim, "spec": {**claim["spec"], "volumeName": name}}
        if annotation(claim, BOUND_BY_CONTROLLER) is None:
            added[BOUND_BY_CONTROLLER] = "yes"
    if annotation(claim, BIND_COMPLETED) is None:
        added[BIND_COMPLETED] = "yes"
    return with_annotations(out, added) if added else out


def unbind(volume: Obj, now: Instant) -> tuple[Action, ...]:
    """Takes back a binding: the controller's own wholly, a user's reservation only in its uid."""
    spec, meta = dict(volume["spec"]), dict(volume["metadata"])
    if annotation(volume, BOUND_BY_CONTROLLER) is not None:
        del spec["claimRef"]
        left = {k: v for k, v in meta["annotations"].items() if k != BOUND_BY_CONTROLLER}
        meta["annotations"] = left
        if not left:
            del meta["annotations"]
    else:
        spec["claimRef"] = {k: v for k, v in spec["claimRef"].items() if k != "uid"}
    freed: tuple[Action, ...] = (Update(VOLUMES, {**volume, "metadata": meta, "spec": spec}),)
    return freed if phase(volume) == "Available" else (*freed, volume_phase(volume, "Available", now))


def volume_phase(volume: Obj, new: str, now: Instant, message: str = "", told: Tell | None = None) -> Patch:
    """Sets a volume's phase, with the time of the change and the message (none: it is taken away)."""
    status: dict[str, Any] = {"phase": new, "lastPhaseTransitionTime": time_text(now)}
    if message or (volume.get("status") or {}).get("message"):
        status["message"] = message or None
    ref = Ref(VOLUMES, "", volume["metadata"]["name"])
    return Patch(ref, {"status": status}, subresource="status", outcome=Outcome(told=told))


def claim_status(claim: Obj, new: str, volume: Obj | None, told: Tell | None = None) -> tuple[Patch, ...]:
    """Sets a claim's phase and what it shows of its volume; no request when it shows that already.

    The capacity is taken over only as the claim becomes bound: later it may rightly differ while a file system grows.
    """
    status = claim.get("status") or {}
    changes: dict[str, Any] = {}
    if status.get("phase") != new:
        changes["phase"] = new
    if volume is None:
        changes.update({field: None for field in ("accessModes", "capacity") if status.get(field)})
    else:
        if status.get("accessModes") != volume["spec"].get("accessModes"):
            changes["accessModes"] = volume["spec"].get("accessModes")
        if "phase" in changes:
            shown = (status.get("capacity") or {}).get("storage")
            if shown is None or compare(shown, capacity(volume)) != 0:
                changes["capacity"] = volume["spec"].get("capacity")
            attributes = volume["spec"].get("volumeAttributesClassName")
            if attributes and status.get("currentVolumeAttributesClassName") != attributes:
                changes["currentVolumeAttributesClassName"] = attributes
    if not changes:
        return ()
    ref = Ref(CLAIMS, claim["metadata"]["namespace"], claim["metadata"]["name"])
    return (Patch(ref, {"status": changes}, subresource="status", outcome=Outcome(told=told)),)
