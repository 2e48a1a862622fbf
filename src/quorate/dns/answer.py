"""A question answered: whose part of the name space it is about, and whether the name exists.

    cluster.local                                    SOA, NS
    dns-version.cluster.local                        TXT
    SERVICE.NAMESPACE.svc.cluster.local              A, AAAA, SRV; CNAME for an ExternalName
    HOSTNAME.SERVICE.NAMESPACE.svc.cluster.local     A, AAAA, SRV
    _PORT._PROTOCOL.SERVICE.NAMESPACE.svc.cluster.local      SRV, A, AAAA
    10-244-0-2.NAMESPACE.pod.cluster.local           A, AAAA
    2.0.244.10.in-addr.arpa                          PTR

All else below cluster.local does not exist; names elsewhere are refused, as there is nobody to ask.
"""

from ipaddress import AddressValueError, IPv4Address, IPv6Address

from quorate.contract.ports import Reader
from quorate.dns.indexes import SERVICES, cluster_addresses
from quorate.dns.records import (
    REFUSED,
    REVERSE_ZONES,
    SCHEMA,
    SCHEMA_TTL,
    ZONE,
    Answer,
    Record,
    no_data,
    no_name,
    soa,
)
from quorate.dns.reverse import address_of, names_of
from quorate.dns.services import Place, address_records, external_name, places, srv_records

CHAIN_MOST = 8
"""CNAMEs followed in a row."""


def answer(reader: Reader, name: str, type: str, serial: int) -> Answer:
    """`name` as it was asked, in any case, with or without the last dot; `serial` for the zone's SOA."""
    labels = tuple(name.lower().rstrip(".").split(".")) if name.strip(".") else ()
    for zone in REVERSE_ZONES:
        if (rest := _below(labels, zone)) is not None:
            return _reverse(reader, name, type, rest, zone, serial)
    rest = _below(labels, ZONE)
    return REFUSED if rest is None else _forward(reader, name, type, rest, serial)


def _below(labels: tuple[str, ...], zone: str) -> tuple[str, ...] | None:
    """The labels in front of the zone; None when the name is not in it."""
    end = tuple(zone.split("."))
    return labels[: -len(end)] if labels[-len(end) :] == end else None


def _reverse(reader: Reader, name: str, type: str, labels: tuple[str, ...], zone: str, serial: int) -> Answer:
    if not labels:
        return _apex(reader, name, type, zone, serial)
    address = address_of(labels, zone)
    if address is None:
        return no_name(zone, serial)
    if not address:
        return no_data(zone, serial)
    names = names_of(reader, address)
    if not names:
        return no_name(zone, serial)
    if type != "PTR":
        return no_data(zone, serial)
    return Answer("NOERROR", tuple(Record(name, "PTR", found) for found in names))


def _apex(reader: Reader, name: str, type: str, zone: str, serial: int) -> Answer:
    match type:
        case "SOA":
            return Answer("NOERROR", (soa(zone, serial),))
        case "NS":
            host = f"ns.dns.{zone}"
            return Answer("NOERROR", (Record(name, "NS", host),), additional=_name_server(reader, host, zone == ZONE))
    return no_data(zone, serial)


def _name_server(reader: Reader, host: str, known: bool = True) -> tuple[Record, ...]:
    """The address of the cluster's DNS Service, if it has one, else of the machine that answers."""
    service = reader.get(SERVICES, "kube-system", "kube-dns")
    ips = cluster_addresses(service) if service is not None else ()
    return address_records(host, [Place(host, ip, None) for ip in ips or ("127.0.0.1",)], "A") if known else ()


def _forward(reader: Reader, name: str, type: str, labels: tuple[str, ...], serial: int) -> Answer:
    match labels:
        case ():
            return _apex(reader, name, type, ZONE, serial)
        case ("dns-version",):
            if type == "TXT":
                return Answer("NOERROR", (Record(name, "TXT", SCHEMA, SCHEMA_TTL),))
        case ("ns", "dns"):
            if type == "A":
                return Answer("NOERROR", _name_server(reader, name))
        case ("dns",) | ("svc",) | ("pod",):
            pass  # nothing of their own, but names below them
        case (namespace, "svc" | "pod"):
            if reader.get("namespaces", "", namespace) is None:
                return no_name(ZONE, serial)
        case (*_, ip, namespace, "pod") if len(labels) == 3:
            return _pod(reader, name, type, ip, namespace, serial)
        case (*rest, service, namespace, "svc"):
            return _service(reader, name, type, namespace, service, tuple(rest), serial)
        case _:
            return no_name(ZONE, serial)
    return no_data(ZONE, serial)


def _pod(reader: Reader, name: str, type: str, ip: str, namespace: str, serial: int) -> Answer:
    """Deprecated, but required: whatever address the name spells, whether or not a pod has it (CoreDNS: pods insecure)."""
    address = _spelled(ip)
    if address is None or reader.get("namespaces", "", namespace) is None:
        return no_name(ZONE, serial)
    found = address_records(name, (Place(name, address, None),), type) if type in ("A", "AAAA") else ()
    return Answer("NOERROR", found) if found else no_data(ZONE, serial)


def _spelled(label: str) -> str | None:
    try:
        if label.count("-") == 3 and "--" not in label:
            return str(IPv4Address(label.replace("-", ".")))
        return str(IPv6Address(label.replace("-", ":")))
    except AddressValueError:
        return None


def _service(
    reader: Reader, name: str, type: str, namespace: str, service: str, rest: tuple[str, ...], serial: int
) -> Answer:
    found = places(reader, namespace, service, rest)
    if found is None:
        return no_name(ZONE, serial)
    external = external_name(reader.get(SERVICES, namespace, service) or {"spec": {}})
    records: tuple[Record, ...] = ()
    additional: tuple[Record, ...] = ()
    match type:
        case "A" | "AAAA":
            records = _followed(reader, name, type, external) if external else address_records(name, found, type)
        case "CNAME" if external:
            records = (Record(name, "CNAME", external),)
        case "SRV":
            records, additional = srv_records(name, found)
    return Answer("NOERROR", records, additional=additional) if records else no_data(ZONE, serial)


def _followed(reader: Reader, name: str, type: str, target: str) -> tuple[Record, ...]:
    """The chain from an ExternalName on. One that leaves the cluster ends there; one that ends in nothing says nothing."""
    chain = [Record(name, "CNAME", target)]
    seen = {name.lower().rstrip(".")}
    while True:
        labels = tuple(target.lower().split("."))
        rest = _below(labels, ZONE)
        if rest is None:
            return tuple(chain)
        if target.lower() in seen or len(chain) > CHAIN_MOST or len(rest) < 3 or rest[-1] != "svc":
            return ()
        seen.add(target.lower())
        namespace, service = rest[-2], rest[-3]
        found = places(reader, namespace, service, rest[:-3])
        if found is None:
            return ()
        following = external_name(reader.get(SERVICES, namespace, service) or {"spec": {}})
        if not following:
            records = address_records(target, found, type)
            return (*chain, *records) if records else ()
        chain.append(Record(target, "CNAME", following))
        target = following
