"""Endpoints, as far as they are still written."""

from collections.abc import Iterable

from quorate.contract.plan import Obj
from quorate.observe.family import Family, Kind, Sample, created, info, named, text


def _port(port: Obj) -> tuple[tuple[str, str], ...]:
    return (
        ("port_protocol", text(port, "protocol")),
        ("port_number", text(port, "port")),
        ("port_name", text(port, "name")),
    )


def _ports(obj: Obj) -> Iterable[Sample]:
    for subset in obj.get("subsets") or ():
        for port in subset.get("ports") or ():
            yield _port(port), 1


def _addresses(obj: Obj) -> Iterable[Sample]:
    for subset in obj.get("subsets") or ():
        for port in subset.get("ports") or ():
            for field, ready in (("addresses", "true"), ("notReadyAddresses", "false")):
                for address in subset.get(field) or ():
                    yield (*_port(port), ("ip", address["ip"]), ("ready", ready)), 1


P = "kube_endpoint_"
KIND = Kind(
    "endpoints",
    named("endpoint"),
    (
        info(P + "info", "Information about endpoint."),
        created("endpoint"),
        Family(P + "address", "Information about Endpoint available and non available addresses.", _addresses),
        Family(P + "ports", "Information about the Endpoint ports.", _ports),
    ),
)
