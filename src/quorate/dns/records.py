"""The words of cluster DNS: what is asked, what is answered."""

from dataclasses import dataclass
from typing import Literal

ZONE = "cluster.local"
REVERSE_ZONES = ("in-addr.arpa", "ip6.arpa")

TTL = 30
"""Seconds. CoreDNS' kubernetes plugin has 5 of its own accord, but the Corefiles that kubeadm and most distributions write
say `ttl 30` beside `cache 30`: what clients of real clusters see, and what makes a pod's new address known late, is 30."""
SCHEMA = "1.1.0"
SCHEMA_TTL = 28800
"""As in the specification's example."""

Code = Literal["NOERROR", "NXDOMAIN", "REFUSED"]
Type = Literal["A", "AAAA", "CNAME", "NS", "PTR", "SOA", "SRV", "TXT"]


@dataclass(frozen=True, slots=True)
class Record:
    """`data` as a zone file has it: an address, a name, "0 33 5432 db-0.db.default.svc.cluster.local"; names without the
    last dot."""

    name: str
    type: Type
    data: str
    ttl: int = TTL


@dataclass(frozen=True, slots=True)
class Answer:
    """The sections of a response. NOERROR without records is NODATA: the name exists, but nothing of that type."""

    code: Code
    records: tuple[Record, ...] = ()
    authority: tuple[Record, ...] = ()
    additional: tuple[Record, ...] = ()


REFUSED = Answer("REFUSED")


def soa(zone: str, serial: int) -> Record:
    """With a negative answer it says for how long that may be remembered."""
    return Record(zone, "SOA", f"ns.dns.{zone} hostmaster.{zone} {serial % (1 << 32)} 7200 1800 86400 {TTL}")


def no_data(zone: str, serial: int) -> Answer:
    return Answer("NOERROR", authority=(soa(zone, serial),))


def no_name(zone: str, serial: int) -> Answer:
    return Answer("NXDOMAIN", authority=(soa(zone, serial),))
