"""What a node has to offer to claims that wait for their consumer: a volume that is there, or one to be made.

(Kubernetes: volumebinding, FindPodVolumes; component-helpers/storage/volume, FindMatchingVolume.)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from quorate.contract.ports import Reader
from quorate.objects.quantity import value
from quorate.objects.selectors import node_selector_matches, selector
from quorate.scheduler.nodeinfo import KEPT_VERDICTS, NodeInfo
from quorate.scheduler.view import SELECTED_NODE
from quorate.scheduler.volumes.claims import CLASSES, storage_class_of

Obj = dict[str, Any]

NO_PROVISIONER = "kubernetes.io/no-provisioner"


@dataclass(frozen=True, slots=True)
class Offer:
    """`static`: (claim, volume) to bind to each other; `made`: claims for which a volume is to be provisioned."""

    static: tuple[tuple[Obj, Obj], ...] = ()
    made: tuple[Obj, ...] = ()


def volume_class(volume: Obj) -> Iterable[str]:
    """Index: a volume's storage class ("" for none)."""
    return (volume["spec"].get("storageClassName") or "",)


def volume_claim(volume: Obj) -> Iterable[str]:
    """Index: the claim that a volume is bound or promised to, as "namespace/name"."""
    ref = volume["spec"].get("claimRef")
    return (f"{ref.get('namespace', '')}/{ref.get('name', '')}",) if ref else ()


def reachable(volume: Obj, node: NodeInfo) -> bool:
    """Whether the volume's node affinity lets it be used on the node; remembered per node."""
    required = (volume["spec"].get("nodeAffinity") or {}).get("required")
    if not required:
        return True
    text = orjson.dumps(required, option=orjson.OPT_SORT_KEYS)
    known = node.matched.get(text)
    if known is None:
        known = node_selector_matches(required, node.existing)
        if len(node.matched) >= KEPT_VERDICTS:
            node.matched.clear()
        node.matched[text] = known
    return known


def offer(claims: tuple[Obj, ...], node: NodeInfo, reader: Reader) -> Offer | None:
    """None when one of the claims cannot be had on the node."""
    search: list[Obj] = []
    make: list[Obj] = []
    for claim in claims:
        selected = (claim["metadata"].get("annotations") or {}).get(SELECTED_NODE)
        if selected is None:
            search.append(claim)
        elif selected == node.name:
            make.append(claim)
        else:
            return None
    static: list[tuple[Obj, Obj]] = []
    for claim in sorted(search, key=_asked):
        volume = _match(claim, node, reader, {v["metadata"]["name"] for _, v in static})
        if volume is None:
            make.append(claim)
        else:
            static.append((claim, volume))
    if not all(_can_be_made(claim, node, reader) for claim in make):
        return None
    return Offer(tuple(static), tuple(make))


def _asked(claim: Obj) -> int:
    return _size(((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage"))


def _size(quantity: Any) -> int:
    try:
        return value(quantity) if quantity is not None else 0
    except ValueError:
        return 0


def promised_to(volume: Obj, claim: Obj) -> bool:
    """A claimRef without a uid was written by a person, and promises the volume to whoever bears the name."""
    ref = volume["spec"].get("claimRef") or {}
    meta = claim["metadata"]
    if (ref.get("namespace"), ref.get("name")) != (meta.get("namespace"), meta["name"]):
        return False
    return not ref.get("uid") or ref["uid"] == meta.get("uid")


def _match(claim: Obj, node: NodeInfo, reader: Reader, taken: set[str]) -> Obj | None:
    """The volume promised to the claim, else the smallest one of its class that is free and fits."""
    wanted = claim["spec"]
    asked, picked = _asked(claim), wanted.get("selector")
    best: tuple[int, Obj] | None = None
    for volume in reader.indexed("persistentvolumes", "class", storage_class_of(claim)):
        spec, meta = volume["spec"], volume["metadata"]
        size = _size((spec.get("capacity") or {}).get("storage"))
        mine = promised_to(volume, claim)
        if meta["name"] in taken or meta.get("deletionTimestamp") or size < asked:
            continue
        if spec.get("claimRef") and not mine:
            continue
        if (spec.get("volumeMode") or "Filesystem") != (wanted.get("volumeMode") or "Filesystem"):
            continue
        if mine:
            return volume if reachable(volume, node) else None
        if (volume.get("status") or {}).get("phase") != "Available":
            continue
        if picked is not None and not selector(picked).matches(meta.get("labels")):
            continue
        if not set(wanted.get("accessModes") or ()) <= set(spec.get("accessModes") or ()):
            continue
        if wanted.get("volumeAttributesClassName") != spec.get("volumeAttributesClassName"):
            continue
        if (best is None or size < best[0]) and reachable(volume, node):
            best = size, volume
    return best[1] if best is not None else None


def _can_be_made(claim: Obj, node: NodeInfo, reader: Reader) -> bool:
    found = reader.get(CLASSES, "", storage_class_of(claim))
    if found is None or found.get("provisioner") in (None, "", NO_PROVISIONER):
        return False
    terms = found.get("allowedTopologies") or ()
    return not terms or any(_allows(term, node.labels) for term in terms)


def _allows(term: Obj, labels: dict[str, str]) -> bool:
    wanted = term.get("matchLabelExpressions") or ()
    return bool(wanted) and all(labels.get(e["key"]) in (e.get("values") or ()) for e in wanted)
