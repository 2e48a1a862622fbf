"""Slices for Endpoints that somebody keeps by hand, for a Service without a selector (Kubernetes: endpointslicemirroring)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from quorate.contract.controller import Index, Watch
from quorate.contract.plan import Action, Create, Delete, Key, Obj, Outcome, Plan, Ref, Tell, Update
from quorate.contract.ports import Reader
from quorate.controllers.endpointslices.endpoint import Ports, port_objects
from quorate.controllers.endpointslices.packing import packed
from quorate.controllers.endpointslices.snapshot import MANAGED_BY, SERVICE_NAME, SLICES, of_service, ports_of
from quorate.kernel.clock import Instant
from quorate.objects.owners import controller_reference

MANAGER = "endpointslicemirroring-controller.k8s.io"
COMPONENT = "endpoint-slice-mirroring-controller"
SKIP = "endpointslice.kubernetes.io/skip-mirror"
LEADER = "control-plane.alpha.kubernetes.io/leader"
NOT_COPIED = frozenset(
    {"endpoints.kubernetes.io/last-change-trigger-time", "kubectl.kubernetes.io/last-applied-configuration"}
)
MOST = 1000
"""--mirroring-max-endpoints-per-subset"""

Group = tuple[str, Ports]
"""(address family, ports)"""


@dataclass(frozen=True, slots=True)
class Seen:
    """`endpoints` is None when nothing is to be mirrored (any more)."""

    endpoints: Obj | None
    slices: tuple[Obj, ...]


def snapshot(reader: Reader, key: Key, _: Any) -> Seen | None:
    slices = tuple(reader.indexed(SLICES, OF_SERVICE.name, f"{key[0]}/{key[1]}"))
    endpoints, service = reader.get("endpoints", *key), reader.get("services", *key)
    if endpoints is None or service is None or service["spec"].get("selector") or not mirrored(endpoints):
        return Seen(None, slices) if slices else None
    return Seen(endpoints, slices)


def mirrored(endpoints: Obj) -> bool:
    meta = endpoints["metadata"]
    return (meta.get("labels") or {}).get(SKIP) != "true" and LEADER not in (meta.get("annotations") or {})


def decide(seen: Seen, _: Instant) -> Plan:
    endpoints = seen.endpoints
    if endpoints is None:
        return Plan(tuple(_delete(one) for one in seen.slices))
    wanted = groups(endpoints)
    held: dict[Group, list[Obj]] = {group: [] for group in wanted}
    for one in seen.slices:
        held.setdefault((one["addressType"], ports_of(one)), []).append(one)
    actions: list[Action] = _told(endpoints)
    for group, slices in held.items():
        changes, emptied = packed(slices, wanted.get(group, []))
        actions += [_written(endpoints, one, group, found) for one, found in changes]
        actions += [_delete(one) for one in emptied]
    return Plan(tuple(actions))


def _told(endpoints: Obj) -> list[Action]:
    """That some addresses are left out, told at each look."""
    fields = ("addresses", "notReadyAddresses")
    counts = [sum(len(subset.get(f) or ()) for f in fields) for subset in endpoints.get("subsets") or ()]
    skipped = sum(max(0, count - MOST) for count in counts)
    if not skipped:
        return []
    message = f"A max of {MOST} addresses can be mirrored to EndpointSlices per Endpoints subset. {skipped} addresses were skipped"
    return [Tell(endpoints, "Warning", "TooManyAddressesToMirror", message, component=COMPONENT)]


def groups(endpoints: Obj) -> dict[Group, list[Obj]]:
    found: dict[Group, list[Obj]] = {}
    for subset in endpoints.get("subsets") or ():
        ports = ports_of(subset)
        both = [(a, True) for a in subset.get("addresses") or ()] + [
            (a, False) for a in subset.get("notReadyAddresses") or ()
        ]
        for address, ready in both[:MOST]:
            made: Obj = {"addresses": [address["ip"]], "conditions": {"ready": ready}}
            made |= {field: address[field] for field in ("hostname", "nodeName", "targetRef") if address.get(field)}
            family = "IPv6" if ":" in address["ip"] else "IPv4"
            found.setdefault((family, ports), []).append(made)
    return found


def _written(endpoints: Obj, one: Obj | None, group: Group, found: list[Obj]) -> Action:
    meta = endpoints["metadata"]
    made: Obj = {
        "namespace": meta["namespace"], "ownerReferences": [controller_reference(endpoints)],
        "labels": {**(meta.get("labels") or {}), SERVICE_NAME: meta["name"], MANAGED_BY: MANAGER},
    }  # fmt: skip
    annotations = {k: v for k, v in (meta.get("annotations") or {}).items() if k not in NOT_COPIED}
    if annotations:
        made["annotations"] = annotations
    body: Obj = {
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": group[0], "endpoints": found,
        "ports": port_objects(group[1]),
    }  # fmt: skip
    if one is None:
        return Create(SLICES, {**body, "metadata": {"generateName": f"{meta['name']}-", **made}})
    return Update(SLICES, {**one, **body, "metadata": {**one["metadata"], **made}})


def _delete(one: Obj) -> Delete:
    meta = one["metadata"]
    ref = Ref(SLICES, meta["namespace"], meta["name"])
    return Delete(ref, uid=meta["uid"], outcome=Outcome(fine=frozenset({"NotFound"})))


OF_SERVICE = Index(SLICES, "mirrored-service", partial(of_service, manager=MANAGER))


def endpoints_changed(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """Those of services with a selector are made from slices, not the other way round."""
    some = new if new is not None else old
    assert some is not None
    key = (some["metadata"]["namespace"], some["metadata"]["name"])
    service = reader.get("services", *key)
    return () if service is not None and service["spec"].get("selector") else (key,)


def service_changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    if old is not None and new is not None and old["spec"].get("selector") == new["spec"].get("selector"):
        return ()
    some = new if new is not None else old
    assert some is not None
    return ((some["metadata"]["namespace"], some["metadata"]["name"]),)


def slice_changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    found = dict[Key, None]()
    for one in (old, new):
        for at in of_service(one, MANAGER) if one is not None else ():
            namespace, name = at.split("/")
            found[namespace, name] = None
    return found


WATCHES = (Watch("endpoints", endpoints_changed), Watch("services", service_changed), Watch(SLICES, slice_changed))
