"""What an address is called (specification 2.3.3 and 2.4.3; CoreDNS: plugin/kubernetes/reverse.go)."""

from ipaddress import IPv4Address, IPv6Address

from quorate.contract.ports import Reader
from quorate.dns.indexes import BY_CLUSTER_ADDRESS, BY_ENDPOINT_ADDRESS, SERVICES, SLICES, service_of
from quorate.dns.records import ZONE
from quorate.dns.services import endpoints, service_name

HEXADECIMAL = frozenset("0123456789abcdef")


def names_of(reader: Reader, address: str) -> list[str]:
    """The Service with this cluster address; else each endpoint with it, once per service that it is part of."""
    for service in reader.indexed(SERVICES, BY_CLUSTER_ADDRESS.name, address):
        return [service_name(service)]
    names = []
    for found in reader.indexed(SLICES, BY_ENDPOINT_ADDRESS.name, address):
        for of in service_of(found):
            namespace, _, name = of.partition("/")
            own = f"{name}.{namespace}.svc.{ZONE}"
            names += [f"{e.hostname}.{own}" for e in endpoints((found,)) if e.address == address]
    return list(dict.fromkeys(names))


def address_of(labels: tuple[str, ...], zone: str) -> str | None:
    """The address that these labels in front of the zone spell; "" for the beginning of one, None for no address at all."""
    parts = labels[::-1]
    if zone == "in-addr.arpa":
        if len(parts) > 4 or not all(
            p.isdecimal() and p.isascii() and str(int(p)) == p and int(p) < 256 for p in parts
        ):
            return None
        return str(IPv4Address(".".join(parts))) if len(parts) == 4 else ""
    if len(parts) > 32 or not all(len(p) == 1 and p in HEXADECIMAL for p in parts):
        return None
    return str(IPv6Address(int("".join(parts), 16))) if len(parts) == 32 else ""
