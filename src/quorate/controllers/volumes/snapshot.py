"""What the binder sees of a claim or of a volume. One queue holds both: a volume's key has no namespace."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quorate.contract.controller import Index, Watch
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.objects.claims import BIND_COMPLETED, annotation, class_name, default_class, has_class, waits_for_consumer
from quorate.objects.pod import is_finished

Said = tuple[str, str, int]
"""The last event about a claim that waits: the claim's uid, the message, when it was told."""


@dataclass(frozen=True, slots=True)
class ClaimSeen:
    """`volume` is the one that the claim names, `candidates` those that are free or reserved for it."""

    claim: Obj
    volume: Obj | None = None
    candidates: tuple[Obj, ...] = ()
    storage_class: Obj | None = None
    default: Obj | None = None
    pods: tuple[str, ...] = ()
    """Pods that use the claim and have no node yet."""
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class VolumeSeen:
    """`claim` is the one that the volume names, unless it is another claim of that name."""

    volume: Obj
    claim: Obj | None


def snapshot(reader: Reader, key: Key, memory: Any) -> ClaimSeen | VolumeSeen | None:
    namespace, name = key
    if namespace:
        claim = reader.get("persistentvolumeclaims", namespace, name)
        return None if claim is None else _claim_seen(reader, claim, memory)
    volume = reader.get("persistentvolumes", "", name)
    if volume is None:
        return None
    ref = volume["spec"].get("claimRef") or {}
    found = reader.get("persistentvolumeclaims", ref["namespace"], ref["name"]) if ref.get("uid") else None
    return VolumeSeen(volume, found if found is not None and found["metadata"]["uid"] == ref["uid"] else None)


def _claim_seen(reader: Reader, claim: Obj, memory: Any) -> ClaimSeen:
    said: Said | None = memory if memory and memory[0] == claim["metadata"]["uid"] else None
    named = claim["spec"].get("volumeName")
    if named or annotation(claim, BIND_COMPLETED) is not None:
        return ClaimSeen(claim, reader.get("persistentvolumes", "", named) if named else None, said=said)
    storage_class = reader.get("storageclasses.storage.k8s.io", "", class_name(claim))
    meta = claim["metadata"]
    at = f"{meta['namespace']}/{meta['name']}"
    reserved = reader.indexed("persistentvolumes", RESERVED.name, at)
    pods: tuple[str, ...] = ()
    free: Iterable[Obj] = ()
    if waits_for_consumer(storage_class):
        using = reader.indexed("pods", "claim", at)
        waiting = [p for p in using if not p["spec"].get("nodeName") and not is_finished(p)]
        if said is None:
            # A pod made in one breath with its claim comes too late for the first look at the claim.
            waiting = [p for p in waiting if _version(p) < _version(claim)]
        pods = tuple(p["metadata"]["name"] for p in waiting)
    else:
        free = reader.indexed("persistentvolumes", FREE.name, class_name(claim))
    default = None if has_class(claim) else default_class(reader.list("storageclasses.storage.k8s.io"))
    return ClaimSeen(claim, None, (*reserved, *free), storage_class, default, pods, said)


def _version(obj: Obj) -> int:
    version = obj["metadata"]["resourceVersion"]
    return int(version) if version.isdigit() else 0


def _reserved_for(volume: Obj) -> Iterable[str]:
    ref = volume["spec"].get("claimRef")
    return (f"{ref.get('namespace')}/{ref.get('name')}",) if ref else ()


def _free_in_class(volume: Obj) -> Iterable[str]:
    return () if volume["spec"].get("claimRef") else (class_name(volume),)


RESERVED = Index("persistentvolumes", "binder-reserved", _reserved_for)
FREE = Index("persistentvolumes", "binder-free", _free_in_class)


def claim_changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The claim; when it goes, its volume, which is then released."""
    some = new if new is not None else old
    assert some is not None
    if new is not None:
        return ((new["metadata"]["namespace"], new["metadata"]["name"]),)
    named = some["spec"].get("volumeName")
    return (("", named),) if named else ()


def volume_changed(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The volume, and the claim whose binding waits for it or has just lost it."""
    some = new if new is not None else old
    assert some is not None
    keys: list[Key] = [("", some["metadata"]["name"])] if new is not None else []
    was, ref = (old or {}).get("spec", {}).get("claimRef"), some["spec"].get("claimRef")
    for named in (was, ref):
        if not named or not named.get("name"):
            continue
        key = (named.get("namespace") or "", named["name"])
        claim = reader.get("persistentvolumeclaims", *key)
        if claim is None or key in keys:
            continue
        if new is None or not claim["spec"].get("volumeName") or was != ref:
            keys.append(key)
    return keys


WATCHES = (Watch("persistentvolumeclaims", claim_changed), Watch("persistentvolumes", volume_changed))
