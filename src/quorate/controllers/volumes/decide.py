"""Binding claims to volumes and giving volumes back (Kubernetes: pkg/controller/volume/persistentvolume)."""

from quorate.contract.plan import Action, Delete, Obj, Plan, Ref, Tell, Update
from quorate.controllers.volumes.matching import best_match, mismatch
from quorate.controllers.volumes.snapshot import ClaimSeen, VolumeSeen
from quorate.controllers.volumes.writes import (
    CLAIMS,
    VOLUMES,
    bind,
    claim_status,
    phase,
    unbind,
    volume_phase,
    with_annotations,
)  # fmt: skip
from quorate.kernel.clock import SECOND, Instant
from quorate.objects.claims import (
    BETA_STORAGE_PROVISIONER,
    BIND_COMPLETED,
    BOUND_BY_CONTROLLER,
    PROVISIONED_BY,
    SELECTED_NODE,
    STORAGE_PROVISIONER,
    annotation,
    class_name,
    is_volume_bound_to,
    volume_mode,
    waits_for_consumer,
)  # fmt: skip

RESYNC = 15 * SECOND
"""How often a claim that waits is looked at: nothing tells the binder of a new volume or class that would suit it."""


def decide(seen: ClaimSeen | VolumeSeen, now: Instant) -> Plan:
    if isinstance(seen, VolumeSeen):
        return Plan(volume_actions(seen, now))
    if annotation(seen.claim, BIND_COMPLETED) is not None:
        return Plan(bound_actions(seen, now))
    if seen.claim["spec"].get("volumeName"):
        return _asked_for(seen, now)
    return _unbound(seen, now)


# -- claims


def _unbound(seen: ClaimSeen, now: Instant) -> Plan:
    """A claim that takes any volume that fits it, or has one made."""
    claim = seen.claim
    delayed = waits_for_consumer(seen.storage_class)
    volume = best_match(claim, seen.candidates, delayed)
    if volume is not None:
        return Plan(bind(volume, claim, now))
    if seen.default is not None:
        named = {**claim["spec"], "storageClassName": seen.default["metadata"]["name"]}
        return Plan((Update(CLAIMS, {**claim, "spec": named}),))
    if delayed and not annotation(claim, SELECTED_NODE):
        return _waits(seen, now, _waits_for_pod(seen))
    if class_name(claim):
        return _provisioned(seen, now)
    message = "no persistent volumes available for this claim and no storage class is set"
    return _waits(seen, now, Tell(claim, "Normal", "FailedBinding", message))


def _waits_for_pod(seen: ClaimSeen) -> Tell:
    if not seen.pods:
        message = "waiting for first consumer to be created before binding"
        return Tell(seen.claim, "Normal", "WaitForFirstConsumer", message)
    pods = f"pod {seen.pods[0]}" if len(seen.pods) == 1 else f"pods {','.join(seen.pods)}"
    return Tell(seen.claim, "Normal", "WaitForPodScheduled", f"waiting for {pods} to be scheduled")


def _provisioned(seen: ClaimSeen, now: Instant) -> Plan:
    """Leaves the making of a volume to the class's provisioner, which is no part of this controller."""
    claim = seen.claim
    if seen.storage_class is None:
        message = f'storageclass.storage.k8s.io "{class_name(claim)}" not found'
        return _waits(seen, now, Tell(claim, "Warning", "ProvisioningFailed", message), status=False)
    provisioner = seen.storage_class["provisioner"]
    if provisioner.startswith("kubernetes.io/"):
        message = f"no volume plugin matched name: {provisioner}"
        return _waits(seen, now, Tell(claim, "Warning", "ProvisioningFailed", message), status=False)
    message = (
        f"Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the "
        "system administrator. If volume creation is delayed, please verify that the provisioner is running and "
        "correctly registered."
    )
    told = Tell(claim, "Normal", "ExternalProvisioning", message)
    first: tuple[Action, ...] = ()
    if annotation(claim, STORAGE_PROVISIONER) != provisioner:
        named = {BETA_STORAGE_PROVISIONER: provisioner, STORAGE_PROVISIONER: provisioner}
        first = (Update(CLAIMS, with_annotations(claim, named)),)
    return _waits(seen, now, told, first, status=False)


def _waits(seen: ClaimSeen, now: Instant, told: Tell, first: tuple[Action, ...] = (), *, status: bool = True) -> Plan:
    """Says why the claim waits, but once per resync and not at every change of it, and shows it as Pending.

    After a request of its own (`first`) it says so anyway: if that is refused, nothing has been said yet.
    """
    actions = list(first)
    said = seen.said
    if first or said is None or said[1] != told.message or now - said[2] >= RESYNC:
        actions.append(told)
        said = (seen.claim["metadata"]["uid"], told.message, now)
    if status:
        actions.extend(claim_status(seen.claim, "Pending", None))
    return Plan(tuple(actions), look_again=said[2] + RESYNC, remember=said)


def _asked_for(seen: ClaimSeen, now: Instant) -> Plan:
    """A claim that names its volume and has not been bound yet."""
    claim, volume = seen.claim, seen.volume
    if volume is None:
        return Plan(claim_status(claim, "Pending", None), look_again=now + RESYNC)
    name = volume["metadata"]["name"]
    if not volume["spec"].get("claimRef"):
        wrong = mismatch(claim, volume)
        if not wrong:
            return Plan(bind(volume, claim, now))
        return _waits(
            seen, now, Tell(claim, "Warning", "VolumeMismatch", f'Cannot bind to requested volume "{name}": {wrong}')
        )
    if is_volume_bound_to(volume, claim):
        return Plan(bind(volume, claim, now))
    if annotation(claim, BOUND_BY_CONTROLLER) is not None:
        # Somebody took the mark of a finished binding away: nothing safe can be done about it.
        return Plan(look_again=now + RESYNC)
    return _waits(
        seen, now, Tell(claim, "Warning", "FailedBinding", f'volume "{name}" already bound to a different claim.')
    )


def bound_actions(seen: ClaimSeen, now: Instant) -> tuple[Action, ...]:
    """A claim that has been bound: whole again if it can be, else lost for good."""
    claim, volume = seen.claim, seen.volume
    if volume is not None:
        ref = volume["spec"].get("claimRef")
        if not ref or ref.get("uid") == claim["metadata"]["uid"]:
            return bind(volume, claim, now)
        return _lost(claim, "ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly")
    what = "its PersistentVolume" if claim["spec"].get("volumeName") else "reference to PersistentVolume"
    return _lost(claim, "ClaimLost", f"Bound claim has lost {what}. Data on the volume is lost!")


def _lost(claim: Obj, reason: str, message: str) -> tuple[Action, ...]:
    if phase(claim) == "Lost":
        return ()
    return claim_status(claim, "Lost", None, Tell(claim, "Warning", reason, message))


# -- volumes


def volume_actions(seen: VolumeSeen, now: Instant) -> tuple[Action, ...]:
    volume, claim = seen.volume, seen.claim
    ref = volume["spec"].get("claimRef")
    if not ref or not ref.get("uid"):
        return () if phase(volume) == "Available" else (volume_phase(volume, "Available", now),)
    if claim is None:
        return _released(volume, now)
    named = claim["spec"].get("volumeName")
    if not named:
        return _unfit(volume, claim)
    if named == volume["metadata"]["name"]:
        return () if phase(volume) == "Bound" else (volume_phase(volume, "Bound", now),)
    # The claim was bound elsewhere meanwhile.
    if annotation(volume, PROVISIONED_BY) is not None and _policy(volume) == "Delete":
        return _released(volume, now)
    return unbind(volume, now)


def _unfit(volume: Obj, claim: Obj) -> tuple[Action, ...]:
    """The claim's own look binds it, unless the two can never be bound."""
    if volume_mode(volume) == volume_mode(claim):
        return ()
    why = "due to incompatible volumeMode."
    name, wanted = volume["metadata"]["name"], claim["metadata"]["name"]
    of_volume = f'Cannot bind PersistentVolume to requested PersistentVolumeClaim "{wanted}" {why}'
    of_claim = f'Cannot bind PersistentVolume "{name}" to requested PersistentVolumeClaim {why}'
    return Tell(volume, "Warning", "VolumeMismatch", of_volume), Tell(claim, "Warning", "VolumeMismatch", of_claim)


def _policy(volume: Obj) -> str:
    return volume["spec"].get("persistentVolumeReclaimPolicy") or "Retain"


def _released(volume: Obj, now: Instant) -> tuple[Action, ...]:
    first: tuple[Action, ...] = ()
    if phase(volume) not in ("Released", "Failed"):
        first = (volume_phase(volume, "Released", now),)
    match _policy(volume):
        case "Retain":
            return first
        case "Delete":
            return (*first, *_deleted(volume, now))
        case "Recycle" if {"hostPath", "nfs"} & set(volume["spec"]):
            # A pod would now scrub it, which on a simulated node has nothing to scrub and never ends.
            return first
        case "Recycle":
            return (*first, *_failed(volume, "VolumeFailedRecycle", "No recycler plugin found for the volume!", now))
    message = "Volume has unrecognized PersistentVolumeReclaimPolicy"
    return (*first, *_failed(volume, "VolumeUnknownReclaimPolicy", message, now))


def _deleted(volume: Obj, now: Instant) -> tuple[Action, ...]:
    """What a provisioner made, it also deletes; of the rest only a host path below /tmp can be deleted here."""
    maker = annotation(volume, PROVISIONED_BY)
    if maker and not maker.startswith("kubernetes.io/"):
        return ()
    path = (volume["spec"].get("hostPath") or {}).get("path")
    if path is None:
        name = volume["metadata"]["name"]
        message = f'error getting deleter volume plugin for volume "{name}": no deletable volume plugin matched'
    elif not path.startswith("/tmp/"):
        message = f"host_path deleter only supports /tmp/.+ but received provided {path}"
    elif volume["metadata"].get("deletionTimestamp"):
        return ()
    else:
        return (Delete(Ref(VOLUMES, "", volume["metadata"]["name"])),)
    return _failed(volume, "VolumeFailedDelete", message, now)


def _failed(volume: Obj, reason: str, message: str, now: Instant) -> tuple[Action, ...]:
    if phase(volume) == "Failed":
        return ()
    return (volume_phase(volume, "Failed", now, message, Tell(volume, "Warning", reason, message)),)
