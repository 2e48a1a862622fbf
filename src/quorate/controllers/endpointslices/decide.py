"""The slices of a service (Kubernetes: pkg/controller/endpointslice, staging endpointslice/reconciler)."""

from quorate.contract.plan import Action, Create, Delete, Obj, Outcome, Plan, Ref, Tell, Update
from quorate.controllers.endpointslices.endpoint import Ports, addresses, belongs, endpoint, port_objects, ports
from quorate.controllers.endpointslices.packing import packed
from quorate.controllers.endpointslices.snapshot import MANAGED_BY, MANAGER, SERVICE_NAME, SLICES, Seen, ports_of
from quorate.kernel.clock import SECOND, Instant
from quorate.objects.owners import controller_reference, is_controlled_by
from quorate.objects.pod import condition

HEADLESS = "service.kubernetes.io/headless"
TRIGGERED = "endpoints.kubernetes.io/last-change-trigger-time"
RESERVED = frozenset({SERVICE_NAME, MANAGED_BY, HEADLESS})
COMPONENT = "endpoint-slice-controller"
"""The source of its events."""
GONE = Outcome(fine=frozenset({"NotFound"}))


FIRST_RETRY, LAST_RETRY, MOST_RETRIES = SECOND, 1000 * SECOND, 15
"""How a service is taken up again whose pods have no node: a wait that doubles, and in the end none."""


def decide(seen: Seen, now: Instant) -> Plan:
    families = seen.service["spec"].get("ipFamilies") or ["IPv4"]
    actions: list[Action] = []
    for family in families:
        mine = [s for s in seen.slices if s["addressType"] == family]
        actions += _reconciled(seen, family, mine)
    actions += [_delete(s) for s in seen.slices if s["addressType"] not in families]
    lost = [pod for pod in seen.pods if belongs(pod) and not _counts(pod, seen)]
    if not lost:
        return Plan(tuple(actions))
    meta = seen.service["metadata"]
    at = f"{meta['namespace']}/{meta['name']}"
    why = [
        f"skipping Pod {p['metadata']['name']} for Service {at}: Node {p['spec']['nodeName']} Not Found" for p in lost
    ]
    message = (
        f"Error updating Endpoint Slices for Service {at}: {why[0] if len(why) == 1 else '[' + ', '.join(why) + ']'}"
    )
    actions.append(Tell(seen.service, "Warning", "FailedToUpdateEndpointSlices", message, component=COMPONENT))
    again = now + min(FIRST_RETRY << seen.tries, LAST_RETRY) if seen.tries < MOST_RETRIES else None
    return Plan(tuple(actions), look_again=again, remember=seen.tries + 1 if again is not None else None)


def _reconciled(seen: Seen, family: str, slices: list[Obj]) -> list[Action]:
    """The slices of one address family. There is always one, if only an empty one to say that the service is known."""
    service = seen.service
    wanted: dict[Ports, list[Obj]] = {}
    for pod in seen.pods:
        if _counts(pod, seen) and addresses(pod, family):
            wanted.setdefault(ports(service, pod), []).append(endpoint(pod, service, family, seen.zones))
    by_ports: dict[Ports, list[Obj]] = {found: [] for found in wanted}
    unused: list[Obj] = []
    for one in slices:
        if not is_controlled_by(one, service):
            unused.append(one)
        else:
            by_ports.setdefault(ports_of(one), []).append(one)
    write: list[tuple[Obj | None, Ports, list[Obj]]] = []
    kept = 0
    for found, held in by_ports.items():
        if found not in wanted:
            unused += held
            continue
        changes, emptied = packed(held, wanted[found])
        write += [(one, found, endpoints) for one, endpoints in changes]
        unused += emptied
        kept += len(held) - len(emptied)
    if not kept and not write:
        empty = next((s for s in unused if _is_placeholder(s, service)), None)
        if empty is not None:
            unused = [s for s in unused if s is not empty]
            held_labels = _labels(service) == (empty["metadata"].get("labels") or {})
            write = [] if held_labels else [(empty, (), [])]
        else:
            write = [(None, (), [])]
    return _requests(seen, family, write, unused, slices)


def _counts(pod: Obj, seen: Seen) -> bool:
    """A pod of a node that is no more is left out until it is collected, unless its address is wanted at any price."""
    if not belongs(pod):
        return False
    node = pod["spec"].get("nodeName")
    return not node or node in seen.zones or bool(seen.service["spec"].get("publishNotReadyAddresses"))


def _is_placeholder(one: Obj, service: Obj) -> bool:
    return not one.get("endpoints") and not one.get("ports") and is_controlled_by(one, service)


def _requests(
    seen: Seen, family: str, write: list[tuple[Obj | None, Ports, list[Obj]]], unused: list[Obj], slices: list[Obj]
) -> list[Action]:
    """Slices that would go are rewritten where others would be made; the rest only follow the service's labels."""
    service = seen.service
    actions: list[Action] = []
    free = [s for s in unused if is_controlled_by(s, service)]
    written: set[str] = set()
    for one, found, endpoints in write:
        if one is None and free:
            one = free.pop(0)
        body = _slice(seen, family, found, endpoints)
        if one is None:
            actions.append(Create(SLICES, body))
            continue
        written.add(one["metadata"]["name"])
        actions.append(Update(SLICES, {**one, **body, "metadata": _metadata(one, body)}))
    going = {s["metadata"]["name"] for s in unused} - written
    labels = _labels(service)
    for one in slices:
        name = one["metadata"]["name"]
        if name in going:
            actions.append(_delete(one))
        elif name not in written and (one["metadata"].get("labels") or {}) != labels:
            actions.append(Update(SLICES, {**one, "metadata": {**one["metadata"], "labels": labels}}))
    return actions


def _delete(one: Obj) -> Delete:
    meta = one["metadata"]
    return Delete(Ref(SLICES, meta["namespace"], meta["name"]), uid=meta["uid"], outcome=GONE)


def _metadata(one: Obj, body: Obj) -> Obj:
    meta, new = one["metadata"], body["metadata"]
    annotations = {**(meta.get("annotations") or {}), **new.get("annotations", {})}
    return {**meta, "labels": new["labels"], "ownerReferences": new["ownerReferences"], "annotations": annotations}


def _labels(service: Obj) -> dict[str, str]:
    own = {k: v for k, v in (service["metadata"].get("labels") or {}).items() if k not in RESERVED}
    if service["spec"].get("clusterIP") in (None, "", "None"):
        own[HEADLESS] = ""
    return {**own, SERVICE_NAME: service["metadata"]["name"], MANAGED_BY: MANAGER}


def _slice(seen: Seen, family: str, found: Ports, endpoints: list[Obj]) -> Obj:
    service = seen.service
    meta = service["metadata"]
    return {
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
        "metadata": {
            "generateName": f"{meta['name']}-", "namespace": meta["namespace"], "labels": _labels(service),
            "ownerReferences": [controller_reference(service)], "annotations": {TRIGGERED: triggered(seen)},
        },
        "addressType": family, "endpoints": endpoints, "ports": port_objects(found),
    }  # fmt: skip


def triggered(seen: Seen) -> str:
    """When what the endpoints show last changed, as far as the objects tell: for measuring how late we are."""
    times = [seen.service["metadata"].get("creationTimestamp") or ""]
    for pod in seen.pods:
        ready = condition(pod, "Ready")
        times.append((ready or {}).get("lastTransitionTime") or pod["metadata"].get("creationTimestamp") or "")
    return max(times)
