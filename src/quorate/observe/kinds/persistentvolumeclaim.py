"""PersistentVolumeClaims."""

from collections.abc import Iterable
from functools import partial

from quorate.contract.plan import Obj
from quorate.objects.claims import class_name
from quorate.objects.quantity import value
from quorate.observe.family import Family, Kind, Sample, at, conditions, created, deleted, named, phases, seconds, text


def _info(obj: Obj) -> Iterable[Sample]:
    labels = (
        ("storageclass", class_name(obj)),
        ("volumename", text(obj, "spec.volumeName")),
        ("volumemode", text(obj, "spec.volumeMode")),
    )
    return ((labels, 1),)


def _requested(obj: Obj) -> Iterable[Sample]:
    found = at(obj, "spec.resources.requests.storage")
    return (((), value(found)),) if found is not None else ()


def _modes(obj: Obj) -> Iterable[Sample]:
    return [((("access_mode", mode),), 1) for mode in at(obj, "spec.accessModes") or ()]


def _since(obj: Obj) -> Iterable[Sample]:
    for found in at(obj, "status.conditions") or ():
        if found.get("lastTransitionTime"):
            labels = (("condition", found["type"]), ("status", found["status"].lower()))
            yield labels, seconds(found["lastTransitionTime"])


def _attributes_class(path: str, obj: Obj) -> Iterable[Sample]:
    found = text(obj, path)
    return (((("volume_attributes_class", found),), 1),) if found else ()


P = "kube_persistentvolumeclaim_"
KIND = Kind(
    "persistentvolumeclaims",
    named("persistentvolumeclaim"),
    (
        Family(P + "info", "Information about persistent volume claim.", _info),
        phases(
            P + "status_phase", "The phase the persistent volume claim is currently in.", "Lost", "Bound", "Pending"
        ),
        Family(
            P + "resource_requests_storage_bytes",
            "The capacity of storage requested by the persistent volume claim.",
            _requested,
        ),
        Family(P + "access_mode", "The access mode(s) specified by the persistent volume claim.", _modes),
        conditions(
            P + "status_condition", "Information about status of different conditions of persistent volume claim."
        ),
        Family(
            P + "status_condition_last_transition_timestamp_seconds",
            "When a condition of a persistent volume claim last changed.",
            _since,
        ),
        Family(
            P + "volume_attributes_class",
            "The VolumeAttributesClass that the claim asks for.",
            partial(_attributes_class, "spec.volumeAttributesClassName"),
        ),
        Family(
            P + "status_current_volume_attributes_class",
            "The VolumeAttributesClass that the volume has.",
            partial(_attributes_class, "status.currentVolumeAttributesClassName"),
        ),
        created("persistentvolumeclaim"),
        deleted("persistentvolumeclaim"),
    ),
)
