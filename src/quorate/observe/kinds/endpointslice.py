"""EndpointSlices."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.observe.family import Family, Kind, Sample, at, created, info, named, text

FIELDS = (
    ("ready", "conditions.ready"), ("serving", "conditions.serving"), ("terminating", "conditions.terminating"),
    ("hostname", "hostname"), ("targetref_kind", "targetRef.kind"), ("targetref_name", "targetRef.name"),
    ("targetref_namespace", "targetRef.namespace"), ("endpoint_nodename", "nodeName"), ("endpoint_zone", "zone"),
)  # fmt: skip


def _endpoints(obj: Obj) -> Iterable[Sample]:
    for endpoint in obj.get("endpoints") or ():
        labels = tuple((label, text(endpoint, path)) for label, path in FIELDS)
        for address in endpoint.get("addresses") or ():
            yield (*labels, ("address", address)), 1


def _hints(obj: Obj) -> Iterable[Sample]:
    """The addresses of an endpoint are interchangeable: the first stands for them."""
    for endpoint in obj.get("endpoints") or ():
        for zone in at(endpoint, "hints.forZones") or ():
            yield (("address", endpoint["addresses"][0]), ("for_zone", zone["name"])), 1


def _ports(obj: Obj) -> Iterable[Sample]:
    for port in obj.get("ports") or ():
        labels = (("port_name", "name"), ("port_protocol", "protocol"), ("port_number", "port"))
        yield tuple((label, text(port, field)) for label, field in labels), 1


P = "kube_endpointslice_"
KIND = Kind(
    "endpointslices.discovery.k8s.io",
    named("endpointslice"),
    (
        info(P + "info", "Information about endpointslice.", addresstype="addressType"),
        created("endpointslice"),
        Family(P + "endpoints_hints", "Topology routing hints attached to endpoints", _hints),
        Family(P + "endpoints", "Endpoints attached to the endpointslice.", _endpoints),
        Family(P + "ports", "Ports attached to the endpointslice.", _ports),
    ),
)
