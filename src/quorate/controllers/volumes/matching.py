"""Which volume a claim gets (Kubernetes: the binder's index by access modes, FindMatchingVolume)."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.objects.claims import capacity, class_name, is_volume_bound_to, modes_fit, requested, volume_mode
from quorate.objects.quantity import compare, value
from quorate.objects.selectors import selector


def best_match(claim: Obj, volumes: Iterable[Obj], delayed: bool) -> Obj | None:
    """The volume reserved for the claim, else the smallest available one that fits.

    A volume that can be accessed in fewer ways goes before a smaller one that can be accessed in more. With `delayed`
    (WaitForFirstConsumer) only a reserved volume counts: the scheduler chooses among the others.
    """
    fitting = [volume for volume in volumes if modes_fit(claim, volume) and _fits(claim, volume)]
    for ways in sorted({_ways(volume) for volume in fitting}):
        group = [volume for volume in fitting if _ways(volume) == ways]
        reserved = next((volume for volume in group if is_volume_bound_to(volume, claim)), None)
        if reserved is not None:
            return reserved
        free = [] if delayed else [volume for volume in group if _free_for(claim, volume)]
        if free:
            return min(free, key=lambda volume: (value(capacity(volume)), volume["metadata"]["name"]))
    return None


def _ways(volume: Obj) -> tuple[int, tuple[str, ...]]:
    modes = tuple(sorted(set(volume["spec"].get("accessModes") or ())))
    return len(modes), modes


def _fits(claim: Obj, volume: Obj) -> bool:
    """What even a volume reserved for the claim must have."""
    if volume["spec"].get("claimRef") and not is_volume_bound_to(volume, claim):
        return False
    return (
        not volume["metadata"].get("deletionTimestamp")
        and compare(capacity(volume), requested(claim)) >= 0
        and volume_mode(volume) == volume_mode(claim)
        and _attributes_class(volume) == _attributes_class(claim)
    )


def _free_for(claim: Obj, volume: Obj) -> bool:
    wanted = claim["spec"].get("selector")
    return (
        (volume.get("status") or {}).get("phase") == "Available"
        and class_name(volume) == class_name(claim)
        and (wanted is None or selector(wanted).matches(volume["metadata"].get("labels")))
    )


def _attributes_class(obj: Obj) -> str:
    return obj["spec"].get("volumeAttributesClassName") or ""


def mismatch(claim: Obj, volume: Obj) -> str:
    """Why a volume that the claim asks for by name cannot be its own; "" when it can."""
    if volume["metadata"].get("deletionTimestamp"):
        return f'the volume is marked for deletion "{volume["metadata"]["name"]}"'
    if compare(capacity(volume), requested(claim)) < 0:
        return "requested PV is too small"
    if class_name(volume) != class_name(claim):
        return "storageClassName does not match"
    if _attributes_class(volume) != _attributes_class(claim):
        return "volumeAttributesClassName does not match"
    if volume_mode(volume) != volume_mode(claim):
        return "incompatible volumeMode"
    if not modes_fit(claim, volume):
        return "incompatible accessMode"
    return ""
