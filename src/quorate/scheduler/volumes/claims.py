"""A pod's claims, sorted by what scheduling has to do about them (Kubernetes: volumebinding, GetPodVolumeClaims)."""

from dataclasses import dataclass
from typing import Any

from quorate.contract.ports import Reader
from quorate.objects.owners import is_controlled_by
from quorate.scheduler import reasons as why
from quorate.scheduler.podinfo import PodInfo
from quorate.scheduler.verdict import Rejected
from quorate.scheduler.view import fully_bound

Obj = dict[str, Any]

CLASSES = "storageclasses.storage.k8s.io"
OLD_CLASS = "volume.beta.kubernetes.io/storage-class"


@dataclass(frozen=True, slots=True)
class Claims:
    """`bound` with their volumes (None: the volume is gone), `delayed` wait for their first consumer, `immediate` for
    their binder."""

    bound: tuple[tuple[Obj, Obj | None], ...] = ()
    delayed: tuple[Obj, ...] = ()
    immediate: tuple[Obj, ...] = ()


def storage_class_of(claim: Obj) -> str:
    old = (claim["metadata"].get("annotations") or {}).get(OLD_CLASS)
    return old if old is not None else claim["spec"].get("storageClassName") or ""


def waits_for_consumer(claim: Obj, reader: Reader) -> bool:
    """A class that does not exist (yet) does not make a claim wait."""
    name = storage_class_of(claim)
    found = reader.get(CLASSES, "", name) if name else None
    return found is not None and found.get("volumeBindingMode") == "WaitForFirstConsumer"


def claims_of(pod: PodInfo, reader: Reader) -> Claims | Rejected:
    """Rejected for a claim that is missing, lost, going away, or (a generic ephemeral volume's) somebody else's."""
    found: list[Obj] = []
    for volume in pod.pod["spec"].get("volumes") or ():
        if "persistentVolumeClaim" in volume:
            name, ephemeral = volume["persistentVolumeClaim"]["claimName"], False
        elif "ephemeral" in volume:
            name, ephemeral = f"{pod.key[1]}-{volume['name']}", True
        else:
            continue
        claim = reader.get("persistentvolumeclaims", pod.namespace, name)
        if claim is None:
            return Rejected(why.claim_not_made(name) if ephemeral else why.claim_missing(name))
        if (claim.get("status") or {}).get("phase") == "Lost":
            return Rejected(why.claim_lost(name, claim["spec"].get("volumeName") or ""))
        if claim["metadata"].get("deletionTimestamp"):
            return Rejected(why.claim_deleted(name))
        if ephemeral and not is_controlled_by(claim, pod.pod):
            return Rejected(why.claim_of_another(pod.namespace, name, pod.key[1]))
        found.append(claim)
    return _sorted(found, reader)


def _sorted(claims: list[Obj], reader: Reader) -> Claims:
    bound, delayed, immediate = [], [], []
    for claim in claims:
        if fully_bound(claim):
            bound.append((claim, reader.get("persistentvolumes", "", claim["spec"]["volumeName"])))
        elif not claim["spec"].get("volumeName") and waits_for_consumer(claim, reader):
            delayed.append(claim)
        else:
            immediate.append(claim)
    return Claims(tuple(bound), tuple(delayed), tuple(immediate))
