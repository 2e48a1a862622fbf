"""Makes volumes for claims, deletes those that a Delete policy has released (kubernetes-csi/external-provisioner)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from quorate.contract.controller import Controller, Index, Watch
from quorate.contract.plan import NOTHING, Create, Delete, Key, Obj, Outcome, Patch, Plan, Ref, Tell
from quorate.contract.ports import Reader
from quorate.kernel.clock import MINUTE, SECOND, Instant
from quorate.nodes.csi.driver import DRIVERS, FAULT, PROVISION_AFTER, PROVISIONER, ZONE, provisioner, span, stable_uid
from quorate.nodes.csi.sources import FINE, Source, source_of
from quorate.objects.attachments import ATTACHMENTS, OF_VOLUME, by_volume, volume_of
from quorate.objects.claims import (
    BETA_STORAGE_PROVISIONER,
    PROVISIONED_BY,
    SELECTED_NODE,
    STORAGE_PROVISIONER,
    annotation,
    class_name,
    requested,
    volume_mode,
    waits_for_consumer,
)

RETRY_FIRST, RETRY_MOST = SECOND, 5 * MINUTE
"""--retry-interval-start and --retry-interval-max."""


@dataclass(frozen=True, slots=True)
class Try:
    """How far a claim (`uid`) has come: how often its provisioning failed; when it began, or is tried again after that."""

    uid: str
    failures: int
    due: Instant


@dataclass(frozen=True, slots=True)
class ClaimSeen:
    """A claim that this driver is to provide for. `node` is the selected one, None when none is or it has gone; `source`
    says whether what the volume is to be filled with is there.
    """

    claim: Obj
    storage_class: Obj
    node: Obj | None
    trying: Try | None
    source: Source = FINE


def volume_name(claim: Obj) -> str:
    return f"pvc-{claim['metadata']['uid']}"


def ours(claim: Obj) -> bool:
    """Whether one of the simulated drivers is to make its volume."""
    return driver_for(claim) in DRIVERS


def driver_for(claim: Obj) -> str:
    return annotation(claim, STORAGE_PROVISIONER) or annotation(claim, BETA_STORAGE_PROVISIONER) or ""


def snapshot(reader: Reader, key: Key, memory: Any) -> ClaimSeen | Obj | None:
    """A claim to make a volume for, or (no namespace in the key) a volume to delete; None for neither."""
    namespace, name = key
    if not namespace:
        volume = reader.get("persistentvolumes", "", name)
        if volume is None or not _to_delete(volume) or reader.indexed(ATTACHMENTS, OF_VOLUME, name):
            return None
        return volume
    claim = reader.get("persistentvolumeclaims", namespace, name)
    if claim is None or claim["spec"].get("volumeName") or not ours(claim):
        return None
    meta = claim["metadata"]
    if meta.get("deletionTimestamp"):
        return None
    storage_class = reader.get("storageclasses.storage.k8s.io", "", class_name(claim))
    if storage_class is None or reader.get("persistentvolumes", "", volume_name(claim)) is not None:
        return None
    selected = annotation(claim, SELECTED_NODE)
    if waits_for_consumer(storage_class) and not selected:
        return None
    node = reader.get("nodes", "", selected) if selected else None
    trying = memory if memory and memory.uid == meta["uid"] else None
    return ClaimSeen(claim, storage_class, node, trying, source_of(reader, claim, storage_class))


def _to_delete(volume: Obj) -> bool:
    return (
        (volume.get("status") or {}).get("phase") == "Released"
        and volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete"
        and annotation(volume, PROVISIONED_BY) in DRIVERS
        and not volume["metadata"].get("deletionTimestamp")
    )


def decide(seen: ClaimSeen | Obj, now: Instant) -> Plan:
    if not isinstance(seen, ClaimSeen):
        meta = seen["metadata"]
        return Plan((Delete(Ref("persistentvolumes", "", meta["name"]), uid=meta["uid"], outcome=GONE),))
    claim, trying = seen.claim, seen.trying
    meta = claim["metadata"]
    message = f'External provisioner is provisioning volume for claim "{meta["namespace"]}/{meta["name"]}"'
    begun: tuple[Tell, ...] = ()
    if trying is None:
        begun = (_tell(claim, "Normal", "Provisioning", message),)
        trying = Try(meta["uid"], 0, now)
    due = trying.due
    if not trying.failures:
        due += span(claim, PROVISION_AFTER, span(seen.storage_class, PROVISION_AFTER))
    if now < due:
        return Plan(begun, look_again=due, remember=trying)
    if trying.failures:
        begun = (_tell(claim, "Normal", "Provisioning", message),)
    selected = annotation(claim, SELECTED_NODE)
    if selected and seen.node is None:
        return Plan((*begun, *_rescheduled(claim, selected)))
    if seen.source.foreign:
        if trying.failures:
            return NOTHING
        populated = _tell(claim, "Normal", "Provisioning", "Assuming an external populator will provision the volume")
        return Plan((*begun, populated), remember=Try(trying.uid, 1, now))
    why = seen.source.wrong
    if not why and "ProvisioningFailed" in (annotation(claim, FAULT), annotation(seen.storage_class, FAULT)):
        why = "rpc error: code = Internal desc = simulated fault ProvisioningFailed"
    if why:
        wait = min(RETRY_FIRST << min(trying.failures, 40), RETRY_MOST)
        failed = Try(trying.uid, trying.failures + 1, now + wait)
        return Plan((*begun, _failed(claim, why)), look_again=failed.due, remember=failed)
    volume = new_volume(claim, seen.storage_class, seen.node)
    told = _tell(claim, "Normal", "ProvisioningSucceeded", f"Successfully provisioned volume {volume_name(claim)}")
    made = Create("persistentvolumes", volume, Outcome(told=told, fine=frozenset({"AlreadyExists"})))
    return Plan((*begun, made), remember=trying)


GONE = Outcome(fine=frozenset({"NotFound"}))


def _tell(claim: Obj, type: Literal["Normal", "Warning"], reason: str, message: str) -> Tell:
    """Each driver has a provisioner of its own, and signs for itself."""
    return Tell(claim, type, reason, message, component=provisioner(driver_for(claim)))


def _failed(claim: Obj, why: str) -> Tell:
    message = f'failed to provision volume with StorageClass "{class_name(claim)}": {why}'
    return _tell(claim, "Warning", "ProvisioningFailed", message)


def _rescheduled(claim: Obj, node: str) -> tuple[Tell, Patch]:
    """A node that has gone cannot be where the volume is made: without it the scheduler chooses again."""
    meta = claim["metadata"]
    body = {"metadata": {"annotations": {SELECTED_NODE: None}, "resourceVersion": meta["resourceVersion"]}}
    told = _tell(claim, "Warning", "ProvisioningFailed", f'node "{node}" not found')
    return told, Patch(Ref("persistentvolumeclaims", meta["namespace"], meta["name"]), body)


def new_volume(claim: Obj, storage_class: Obj, node: Obj | None) -> Obj:
    """The volume of a claim: everything about it follows from the claim, its uid, its class and the chosen node."""
    meta, name, driver = claim["metadata"], class_name(claim), storage_class["provisioner"]
    spec: Obj = {
        "capacity": {"storage": requested(claim)},
        "csi": {"driver": driver, "volumeHandle": stable_uid(f"{driver}/{meta['uid']}")},
        "accessModes": claim["spec"].get("accessModes") or [],
        "claimRef": {
            "kind": "PersistentVolumeClaim", "namespace": meta["namespace"], "name": meta["name"], "uid": meta["uid"],
            "apiVersion": "v1", "resourceVersion": meta["resourceVersion"],
        },
        "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy") or "Delete",
        "storageClassName": name,
        "volumeMode": volume_mode(claim),
    }  # fmt: skip
    if storage_class.get("mountOptions"):
        spec["mountOptions"] = storage_class["mountOptions"]
    if claim["spec"].get("volumeAttributesClassName"):
        spec["volumeAttributesClassName"] = claim["spec"]["volumeAttributesClassName"]
    zone = _zone(claim, storage_class, node)
    if zone:
        term = {"matchExpressions": [{"key": ZONE, "operator": "In", "values": [zone]}]}
        spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": [term]}}
    return {
        "apiVersion": "v1", "kind": "PersistentVolume",
        "metadata": {"name": volume_name(claim), "annotations": {PROVISIONED_BY: driver}},
        "spec": spec,
    }  # fmt: skip


def _zone(claim: Obj, storage_class: Obj, node: Obj | None) -> str | None:
    """Where the volume is: in the zone of the selected node, else in one that the class allows, else anywhere."""
    if waits_for_consumer(storage_class):
        return ((node or {}).get("metadata", {}).get("labels") or {}).get(ZONE)
    zones = sorted(
        value
        for term in storage_class.get("allowedTopologies") or ()
        for need in term.get("matchLabelExpressions") or ()
        if need.get("key") == ZONE
        for value in need.get("values") or ()
    )
    if not zones:
        return None
    # The claims of one StatefulSet are spread over the zones by their ordinal.
    ordinal = claim["metadata"]["name"].rpartition("-")[2]
    return zones[int(ordinal) % len(zones) if ordinal.isdigit() else 0]


def claim_changed(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    if new is None or new["spec"].get("volumeName") or not ours(new):
        return ()
    return ((new["metadata"]["namespace"], new["metadata"]["name"]),)


def class_changed(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """A class that is steered otherwise concerns all claims that wait for its volumes."""
    if old is None or new is None or old["metadata"].get("annotations") == new["metadata"].get("annotations"):
        return ()
    name = new["metadata"]["name"]
    claims = reader.list("persistentvolumeclaims")
    return [k for c in claims if class_name(c) == name for k in claim_changed(reader, None, c)]


def volume_changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    return (("", new["metadata"]["name"]),) if new is not None and _to_delete(new) else ()


def detached(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """A volume that is still attached somewhere cannot be deleted: its driver would refuse."""
    if new is not None or old is None:
        return ()
    volume = reader.get("persistentvolumes", "", volume_of(old))
    return (("", volume["metadata"]["name"]),) if volume is not None and _to_delete(volume) else ()


CONTROLLER = Controller(
    name=PROVISIONER,
    watches=(
        Watch("persistentvolumeclaims", claim_changed),
        Watch("persistentvolumes", volume_changed),
        Watch("storageclasses.storage.k8s.io", class_changed),
        Watch(ATTACHMENTS, detached),
    ),
    indexes=(Index(ATTACHMENTS, OF_VOLUME, by_volume),),
    snapshot=snapshot,
    decide=decide,
    user="system:serviceaccount:kube-system:csi-provisioner",
    manager="csi-provisioner",
)
