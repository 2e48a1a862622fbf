"""What the names of a Service stand for (specification 2.3 to 2.5; CoreDNS: plugin/kubernetes findServices)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from quorate.contract.plan import Obj
from quorate.contract.ports import Reader
from quorate.dns.indexes import BY_SERVICE, SERVICES, SLICES, cluster_addresses
from quorate.dns.records import ZONE, Record

Port = tuple[str, str, int]
"""(name, protocol in small letters, number)"""


@dataclass(frozen=True, slots=True)
class Place:
    """An address behind a name. `target` is what an SRV record calls it; `port` None: the service has no ports."""

    target: str
    address: str
    port: int | None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A ready endpoint, with the ports of its slice."""

    hostname: str
    address: str
    ports: tuple[Port, ...]


def service_name(service: Obj) -> str:
    meta = service["metadata"]
    return f"{meta['name']}.{meta['namespace']}.svc.{ZONE}"


def dashed(address: str) -> str:
    """The hostname of an endpoint that has none of its own: "10-244-0-2"."""
    return address.replace(".", "-").replace(":", "-")


def endpoints(slices: Iterable[Obj]) -> Iterator[Endpoint]:
    """Those that are ready. With publishNotReadyAddresses all are: the slices say so themselves."""
    for found in slices:
        if found.get("addressType") == "FQDN":
            continue
        ports = tuple(_port(p, p.get("port") or 0) for p in found.get("ports") or () if p.get("port"))
        for one in found.get("endpoints") or ():
            if (one.get("conditions") or {}).get("ready") is False:
                continue
            for address in one.get("addresses") or ():
                yield Endpoint(one.get("hostname") or dashed(address), address, ports)


def _port(port: Obj, number: int) -> Port:
    return port.get("name") or "", (port.get("protocol") or "TCP").lower(), number


def external_name(service: Obj) -> str:
    """The name that an ExternalName service stands for; "" for other services, and for one that names an address."""
    spec = service["spec"]
    if spec.get("type") != "ExternalName":
        return ""
    name = str(spec.get("externalName") or "").rstrip(".")
    return "" if name.replace(".", "").isdecimal() or ":" in name else name


def is_headless(service: Obj) -> bool:
    spec = service["spec"]
    return spec.get("type") != "ExternalName" and not cluster_addresses(service)


def places(reader: Reader, namespace: str, name: str, rest: tuple[str, ...]) -> list[Place] | None:
    """What `rest`, the labels in front of the service's own name, stands for: () for the service, (hostname,) for an
    endpoint, ("_port", "_protocol") for a port of it. None: there is no such name. An ExternalName service has no places.
    """
    service = reader.get(SERVICES, namespace, name)
    if service is None or len(rest) > 2:
        return None
    if service["spec"].get("type") == "ExternalName":
        return [] if external_name(service) and not rest else None
    hostname = rest[0] if len(rest) == 1 else ""
    port, protocol = (label.removeprefix("_") for label in rest) if len(rest) == 2 else ("", "")
    own = service_name(service)
    if hostname or is_headless(service):
        slices = reader.indexed(SLICES, BY_SERVICE.name, f"{namespace}/{name}")
        found = [
            Place(f"{e.hostname}.{own}", e.address, number)
            for e in endpoints(slices)
            if not hostname or e.hostname == hostname
            for number in _numbers(e.ports, port, protocol)
        ]
    else:
        ports = tuple(_port(p, p["port"]) for p in service["spec"].get("ports") or ())
        found = [
            Place(own, ip, number) for number in _numbers(ports, port, protocol) for ip in cluster_addresses(service)
        ]
    if found or not hostname.startswith("_"):
        return found or None
    # The name in the middle, _tcp.db.default.svc..., has nothing of its own, but names below it.
    return [] if _has_protocol(reader, namespace, name, hostname.removeprefix("_")) else None


def _has_protocol(reader: Reader, namespace: str, name: str, protocol: str) -> bool:
    service = reader.get(SERVICES, namespace, name) or {}
    named = (p for p in service["spec"].get("ports") or () if p.get("name"))
    return any((p.get("protocol") or "TCP").lower() == protocol for p in named)


def _numbers(ports: tuple[Port, ...], name: str, protocol: str) -> list[int | None]:
    """The ports meant; one that is None for a service without any, as its addresses are to be had all the same."""
    if not ports:
        return [] if name or protocol else [None]
    return [number for had, over, number in ports if (not name or had == name) and (not protocol or over == protocol)]


def address_records(name: str, found: Iterable[Place], family: str) -> tuple[Record, ...]:
    """A or AAAA records, each address once."""
    ips = dict.fromkeys(p.address for p in found if (":" in p.address) == (family == "AAAA"))
    return tuple(Record(name, "AAAA" if family == "AAAA" else "A", ip) for ip in ips)


def srv_records(name: str, found: list[Place]) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """(SRV records, the addresses of their targets). All weigh the same, and together about a hundred."""
    weight = max(1, int(100 / (100 * len(found)) * 100)) if found else 0
    wanted = [p for p in found if p.port is not None]
    pairs = dict.fromkeys((p.target, p.port) for p in wanted)
    addresses = dict.fromkeys((p.target, p.address) for p in wanted)
    records = tuple(Record(name, "SRV", f"0 {weight} {port} {target}") for target, port in pairs)
    return records, tuple(Record(t, "AAAA" if ":" in ip else "A", ip) for t, ip in addresses)
