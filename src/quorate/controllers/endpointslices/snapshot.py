"""What the endpoint controllers see of a service, and what makes them look."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from quorate.contract.controller import Index, Watch
from quorate.contract.plan import Key, Obj
from quorate.contract.ports import Reader
from quorate.controllers.endpointslices.endpoint import Ports
from quorate.controllers.selecting import Selectors, selected_pods
from quorate.objects.pod import is_finished, is_ready
from quorate.objects.selectors import Selector, of_labels

SLICES = "endpointslices.discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
MANAGER = "endpointslice-controller.k8s.io"
ZONE = "topology.kubernetes.io/zone"


class ServiceSelectors(Selectors):
    """Which services a pod is an endpoint of."""

    resources: tuple[str, ...] = ("services",)

    def selector_of(self, obj: Obj) -> Selector:
        return of_labels(obj["spec"].get("selector") if obj["spec"].get("type") != "ExternalName" else None)


@dataclass(frozen=True, slots=True)
class Seen:
    """A service with a selector, its pods, the zones of their nodes (a missing node is not among them), its slices.

    `tries` counts the looks in a row that found pods of missing nodes.
    """

    service: Obj
    pods: tuple[Obj, ...]
    zones: dict[str, str | None]
    slices: tuple[Obj, ...]
    tries: int = 0


def selects(service: Obj) -> bool:
    """Services without a selector are looked after by somebody else, ExternalName ones need no endpoints."""
    return bool(service["spec"].get("selector")) and service["spec"].get("type") != "ExternalName"


def snapshot(reader: Reader, key: Key, tries: int | None) -> Seen | None:
    service = reader.get("services", *key)
    if service is None or not selects(service):
        return None
    pods = tuple(selected_pods(reader, key[0], of_labels(service["spec"]["selector"])))
    zones: dict[str, str | None] = {}
    for pod in pods:
        name = pod["spec"].get("nodeName")
        if name and name not in zones:
            node = reader.get("nodes", "", name)
            if node is not None:
                zones[name] = (node["metadata"].get("labels") or {}).get(ZONE)
    slices = reader.indexed(SLICES, OF_SERVICE.name, f"{key[0]}/{key[1]}")
    held = tuple(s for s in slices if not s["metadata"].get("deletionTimestamp"))
    return Seen(service, pods, zones, held, tries or 0)


def ports_of(one: Obj) -> Ports:
    """The ports of a slice, or of a subset of Endpoints."""
    return tuple(
        (p.get("name") or "", p.get("port") or 0, p.get("protocol") or "TCP", p.get("appProtocol") or "")
        for p in one.get("ports") or ()
    )


def of_service(found: Obj, manager: str) -> Iterable[str]:
    """The index of slices that `manager` keeps, by "namespace/service"."""
    labels = found["metadata"].get("labels") or {}
    if labels.get(MANAGED_BY) != manager or SERVICE_NAME not in labels:
        return ()
    return (f"{found['metadata']['namespace']}/{labels[SERVICE_NAME]}",)


OF_SERVICE = Index(SLICES, "endpointslice-service", partial(of_service, manager=MANAGER))


def _matters(pod: Obj) -> tuple[Any, ...]:
    """What of a pod its endpoints show."""
    meta, spec, status = pod["metadata"], pod["spec"], pod.get("status") or {}
    return (
        meta.get("labels"), meta["uid"], bool(meta.get("deletionTimestamp")), spec.get("nodeName"), spec.get("hostname"),
        spec.get("subdomain"), status.get("podIP"), status.get("podIPs"), is_ready(pod), is_finished(pod),
    )  # fmt: skip


def pod_changed(reader: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The services of the pod as it was and as it is, when something changed that an endpoint shows."""
    if old is not None and new is not None and _matters(old) == _matters(new):
        return ()
    view, found = reader.view(ServiceSelectors), dict[Key, None]()
    for pod in (old, new):
        if pod is not None:
            namespace = pod["metadata"]["namespace"]
            for name in view.picking(namespace, pod["metadata"].get("labels")):
                found[namespace, name] = None
    return found


def service_changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """The garbage collector takes the slices of a deleted service."""
    return ((new["metadata"]["namespace"], new["metadata"]["name"]),) if new is not None else ()


def slice_changed(_: Reader, old: Obj | None, new: Obj | None) -> Iterable[Key]:
    """Whoever changes or deletes a slice of ours finds it put right."""
    found = dict[Key, None]()
    for one in (old, new):
        for at in of_service(one, MANAGER) if one is not None else ():
            namespace, name = at.split("/")
            found[namespace, name] = None
    return found


WATCHES = (Watch("services", service_changed), Watch("pods", pod_changed))
