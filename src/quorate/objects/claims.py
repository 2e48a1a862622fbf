"""What claims, volumes and storage classes say to each other (Kubernetes: component-helpers/storage/volume)."""

from collections.abc import Iterable
from typing import Any

Obj = dict[str, Any]

BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
"""On a claim: it has been bound once; from then on a missing volume is a loss."""
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
"""On a claim or volume: the binding was the controller's choice, so the controller may undo it."""
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
STORAGE_PROVISIONER = "volume.kubernetes.io/storage-provisioner"
BETA_STORAGE_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
"""On a claim of a WaitForFirstConsumer class: the scheduler's choice, which starts provisioning."""
BETA_CLASS = "volume.beta.kubernetes.io/storage-class"
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
BETA_DEFAULT_CLASS = "storageclass.beta.kubernetes.io/is-default-class"

CLAIM_PROTECTION = "kubernetes.io/pvc-protection"
VOLUME_PROTECTION = "kubernetes.io/pv-protection"


def annotation(obj: Obj, name: str) -> str | None:
    found = (obj["metadata"].get("annotations") or {}).get(name)
    return None if found is None else str(found)


def class_name(obj: Obj) -> str:
    """The storage class of a claim or a volume; "" for none. The old annotation goes before the field."""
    old = annotation(obj, BETA_CLASS)
    return old if old is not None else obj["spec"].get("storageClassName") or ""


def has_class(claim: Obj) -> bool:
    """Whether the claim names a class, be it "" for none: only a claim that does not may be given the default."""
    return annotation(claim, BETA_CLASS) is not None or claim["spec"].get("storageClassName") is not None


def is_default(storage_class: Obj) -> bool:
    return "true" in (annotation(storage_class, DEFAULT_CLASS), annotation(storage_class, BETA_DEFAULT_CLASS))


def default_class(classes: Iterable[Obj]) -> Obj | None:
    """The default class; of several the newest, and of those of one age the first by name."""
    found: Obj | None = None
    for one in sorted((c for c in classes if is_default(c)), key=lambda c: c["metadata"]["name"]):
        if found is None or _created(one) > _created(found):
            found = one
    return found


def _created(obj: Obj) -> str:
    return obj["metadata"].get("creationTimestamp") or ""


def waits_for_consumer(storage_class: Obj | None) -> bool:
    """Whether claims of the class are bound only once a pod that uses them has been given a node."""
    return storage_class is not None and storage_class.get("volumeBindingMode") == "WaitForFirstConsumer"


def is_volume_bound_to(volume: Obj, claim: Obj) -> bool:
    """Whether the volume's claimRef names this claim; without a uid it is kept for whichever claim has the name."""
    ref, meta = volume["spec"].get("claimRef"), claim["metadata"]
    if not ref or ref.get("name") != meta["name"] or ref.get("namespace") != meta["namespace"]:
        return False
    return not ref.get("uid") or ref["uid"] == meta["uid"]


def requested(claim: Obj) -> str:
    """The storage that the claim asks for, as a quantity."""
    return str(((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage") or "0")


def capacity(volume: Obj) -> str:
    return str((volume["spec"].get("capacity") or {}).get("storage") or "0")


def modes_fit(claim: Obj, volume: Obj) -> bool:
    """Whether the volume can be accessed in every way that the claim asks for."""
    return set(claim["spec"].get("accessModes") or ()) <= set(volume["spec"].get("accessModes") or ())


def volume_mode(obj: Obj) -> str:
    return obj["spec"].get("volumeMode") or "Filesystem"
