"""No volume fits the claim: too small, another access mode, another class, or not what its selector asks for."""

from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.claims import CLASSES, Pending, list_names, objects, pending, waits_for_node, weigh
from quorate.diagnosis.finding import Finding, Remedy
from quorate.objects.claims import (
    capacity,
    class_name,
    has_class,
    is_volume_bound_to,
    modes_fit,
    requested,
    volume_mode,
)
from quorate.objects.quantity import compare
from quorate.objects.selectors import selector, text

Obj = dict[str, Any]

ID = "no-matching-volume"
TITLE = "No volume fits the claim"
NEEDS = ("persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io", "events")
EXPLAINS = (
    "claim-pending",
    "provisioner-silent",
    "provisioning-failed",
    "storage-class-unset",
    "progress-deadline",
    "bootstrap-deadlock",
)

STATIC = "kubernetes.io/no-provisioner"


def look(case: Case) -> Finding | None:
    return _named(case) or _free(case)


def _named(case: Case) -> Finding | None:
    """The claim names its volume, and that one is not there, has another claim, or does not fit."""
    for one in pending(case):
        if not one.volume_name:
            continue
        name, told = one.volume_name, one.told("FailedBinding", "VolumeMismatch")
        volume = case.evidence.get("persistentvolumes", "", name)
        weighed = weigh(one, 0.4, f"claim {one.name} is Pending, and names the volume {name}")
        if volume is not None:
            ref = volume["spec"].get("claimRef")
            if ref and not is_volume_bound_to(volume, one.claim):
                why = f"volume {name} belongs to claim {ref.get('namespace')}/{ref.get('name')}"
            else:
                why = _misfit(one.claim, volume)
                why = f"volume {name} does not fit: {why}" if why else ""
        else:
            known = case.evidence.knows("persistentvolumes")
            why = f"volume {name} does not exist" if known else told.message if told is not None else ""
        if not why:
            continue
        weighed.says(0.85, why, f"PersistentVolume/{name}")
        if told is not None:
            weighed.says(0.5, told.message, f"event on {one.label}", told.first)
        remedy = Remedy(
            f"Make the volume {name}, free it for this claim, or have the claim name another: volumeName cannot be "
            "changed, so the claim has to be made anew",
            (f"kubectl get pv {name} -o yaml", f"kubectl describe pvc {one.name} -n {case.namespace}"),
            "a volume that is Released still holds the data of the claim before",
        )
        sentence = f"claim {one.name} cannot be bound: {why}"
        return weighed.finding(ID, TITLE, sentence, objects=objects(case, [one]), remedy=remedy)
    return None


def _free(case: Case) -> Finding | None:
    found = [
        p
        for p in pending(case)
        if not p.volume_name and _static(case, p) and not (waits_for_node(case, p) and not _told(case, p))
    ]
    if not found:
        return None
    one = found[0]
    if not case.evidence.knows("persistentvolumes"):
        return _unseen(case, found)
    weighed = weigh(one, 0.4, f"claim {one.name} is Pending, and nobody makes a volume for it")
    volumes = case.evidence.list("persistentvolumes")
    free = [v for v in volumes if not v["spec"].get("claimRef") or is_volume_bound_to(v, one.claim)]
    misses = [(v["metadata"]["name"], why) for v in free for why in [_misfit(one.claim, v)] if why]
    if len(misses) < len(free):
        return None  # one does fit: binding is under way, or something else is in its way
    if not free:
        why = f"all {len(volumes)} volumes belong to other claims" if volumes else "there are no volumes"
        weighed.says(0.6, why, "PersistentVolumes")
    else:
        name, why = _closest(misses)
        weighed.says(
            0.75,
            f"of {len(free)} free volumes the closest, {name}, does not fit: {why}",
            f"PersistentVolume/{name} spec",
        )
    told = one.told("FailedBinding")
    if told is not None:
        weighed.says(0.5, told.message, f"event on {one.label}", told.first)
    sentence = f"claim {list_names(found)} cannot be bound: {why}"
    wanted = (
        f"{requested(one.claim)}, {'/'.join(one.claim['spec'].get('accessModes') or ())}, class "
        f"{one.class_name or 'none'}"
    )
    remedy = Remedy(
        f"Make a volume that fits it ({wanted})"
        + (f", or change what the claim asks for: {_closest(misses)[1]}" if misses else ""),
        ("kubectl get pv", f"kubectl describe pvc {one.name} -n {case.namespace}"),
    )
    return weighed.finding(ID, TITLE, sentence, objects=objects(case, found), remedy=remedy)


def _unseen(case: Case, found: list[Pending]) -> Finding | None:
    one = found[0]
    told = one.told("FailedBinding", "ProvisioningFailed")
    weighed = weigh(one, 0.5, f"claim {one.name} is Pending, and nobody makes a volume for it")
    if told is not None:
        weighed.says(0.5, told.message, f"event on {one.label}", told.first)
    weighed.lacks_("the volumes were not read: in what they do not fit is not known")
    sentence = f"claim {list_names(found)} cannot be bound: no volume fits it, and its class has no provisioner"
    remedy = Remedy(
        "Compare the volumes with what it asks for: size, access modes, class, selector", ("kubectl get pv",)
    )
    return weighed.finding(ID, TITLE, sentence, objects=objects(case, found), remedy=remedy)


def _static(case: Case, one: Pending) -> bool:
    """Whether the claim has to find a volume that somebody made, as nobody provisions for it."""
    if one.claim["spec"].get("selector"):
        return True
    if one.storage_class is not None:
        return one.storage_class.get("provisioner") == STATIC
    told = one.told("ProvisioningFailed")
    if told is not None and STATIC in told.message:
        return True
    if one.class_name:
        # A class without an object is how people name sets of volumes that they make by hand.
        return case.evidence.knows(CLASSES) and any(
            class_name(v) == one.class_name for v in case.evidence.list("persistentvolumes")
        )
    return has_class(one.claim) and bool(case.evidence.list("persistentvolumes"))


def _told(case: Case, one: Pending) -> bool:
    return any("didn't find available persistent volumes" in p.message for p in case.users_of(one.claim))


def _misfit(claim: Obj, volume: Obj) -> str:
    """The first thing in which the volume does not fit; "" when it does."""
    if class_name(volume) != class_name(claim):
        return f"class: it has {class_name(volume) or 'none'}, the claim wants {class_name(claim) or 'none'}"
    wanted = claim["spec"].get("selector")
    if wanted is not None and not selector(wanted).matches(volume["metadata"].get("labels")):
        return f"selector: it does not have the labels {text(wanted)}"
    if volume_mode(volume) != volume_mode(claim):
        return f"mode: it is a {volume_mode(volume)}, the claim wants a {volume_mode(claim)}"
    if not modes_fit(claim, volume):
        has, wants = "/".join(volume["spec"].get("accessModes") or ()), "/".join(claim["spec"].get("accessModes") or ())
        return f"access: it allows {has}, the claim wants {wants}"
    if compare(capacity(volume), requested(claim)) < 0:
        return f"size: it has {capacity(volume)}, the claim wants {requested(claim)}"
    return ""


def _closest(misses: list[tuple[str, str]]) -> tuple[str, str]:
    """The volume that fails last: a size that is too small is nearer than another class."""
    rank = {"class": 0, "selector": 1, "mode": 2, "access": 3, "size": 4}
    return max(misses, key=lambda m: (rank[m[1].partition(":")[0]], m[0]))
