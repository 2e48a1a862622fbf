"""Hands a claim that has grown to the driver's own resizer (Kubernetes: pkg/controller/volume/expand)."""

from collections.abc import Iterable
from typing import Any

from quorate.contract.controller import Controller, Watch
from quorate.contract.plan import NOTHING, Key, Obj, Plan, Tell
from quorate.contract.ports import Reader
from quorate.kernel.clock import Instant
from quorate.objects.claims import requested
from quorate.objects.quantity import compare


def changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    if new is None or (old is not None and compare(requested(new), requested(old)) <= 0):
        return ()
    return ((new["metadata"]["namespace"], new["metadata"]["name"]),)


def snapshot(reader: Reader, key: Key, _: Any) -> Obj | None:
    return reader.get("persistentvolumeclaims", *key)


def decide(claim: Obj, _: Instant) -> Plan:
    status = claim.get("status") or {}
    has = (status.get("capacity") or {}).get("storage")
    if status.get("phase") != "Bound" or has is None or compare(requested(claim), has) <= 0:
        return NOTHING
    message = "waiting for an external controller to expand this PVC"
    return Plan((Tell(claim, "Normal", "ExternalExpanding", message, component="volume_expand"),))


CONTROLLER = Controller(
    name="persistentvolume-expander-controller",
    watches=(Watch("persistentvolumeclaims", changed),),
    snapshot=snapshot,
    decide=decide,
    user="system:serviceaccount:kube-system:expand-controller",
)
