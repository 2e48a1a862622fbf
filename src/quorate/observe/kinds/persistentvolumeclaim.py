"""PersistentVolumeClaims."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.objects.claims import class_name
from quorate.objects.quantity import value
from quorate.observe.family import Family, Kind, Sample, at, conditions, created, deleted, named, phases, text


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
        created("persistentvolumeclaim"),
        deleted("persistentvolumeclaim"),
    ),
)
