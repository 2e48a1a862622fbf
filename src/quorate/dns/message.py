"""Questions and answers as bytes (RFC 1035, EDNS: RFC 6891). dnslib knows the format; what is said is `answer`'s."""

from dnslib import (
    AAAA,
    CNAME,
    EDNS0,
    NS,
    OPCODE,
    PTR,
    QTYPE,
    RCODE,
    RD,
    RR,
    SOA,
    SRV,
    TXT,
    A,
    DNSHeader,
    DNSQuestion,
    DNSRecord,
)

from quorate.contract.ports import Reader
from quorate.dns.answer import answer
from quorate.dns.records import REFUSED, Answer, Record

UDP_LEAST, UDP_MOST = 512, 4096
"""Bytes of an answer over UDP: without EDNS, and however much a client says it could take."""
OWN_UDP = 1232
"""What we say we could take: fits into any packet."""
TCP_MOST = 65535
HEADER = 12
CLASSES = (1, 255)
"""IN, and "any of them"."""
TRANSFERS = frozenset({"AXFR", "IXFR"})


def respond(reader: Reader, packet: bytes, serial: int, tcp: bool = False) -> bytes | None:
    """The answer to a packet; None for what deserves none (too short to be anything, or an answer itself)."""
    if len(packet) < HEADER or packet[2] & 0x80:
        return None
    try:
        asked = DNSRecord.parse(packet)
    except Exception:  # whatever a stranger's bytes do to the parser, they are malformed
        return bytes(DNSRecord(_header(packet, RCODE.FORMERR)).pack())
    return _Reply(asked, packet, tcp).made(reader, serial)


def _header(packet: bytes, code: int) -> DNSHeader:
    header = DNSHeader(id=int.from_bytes(packet[:2], "big"), qr=1, aa=0, ra=0, rcode=code)
    header.opcode, header.rd = packet[2] >> 3 & 0xF, packet[2] & 1
    return header


class _Reply:
    def __init__(self, asked: DNSRecord, packet: bytes, tcp: bool) -> None:
        self.asked, self.packet, self.tcp = asked, packet, tcp
        self.options = [record for record in asked.ar if record.rtype == QTYPE.OPT]

    def made(self, reader: Reader, serial: int) -> bytes:
        if self.asked.header.opcode != OPCODE.QUERY:
            return self._short(RCODE.NOTIMP)
        if len(self.asked.questions) != 1 or len(self.options) > 1:
            return self._short(RCODE.FORMERR)
        if self.options and self.options[0].edns_ver > 0:
            return self._short(RCODE.NOERROR, extended=1)  # BADVERS
        question = self.asked.questions[0]
        type = QTYPE.forward.get(question.qtype, "")
        if question.qclass not in CLASSES or type in TRANSFERS:
            return self._full(REFUSED, question)
        return self._full(answer(reader, _name(question), type, serial), question)

    def _short(self, code: int, extended: int = 0) -> bytes:
        out = DNSRecord(_header(self.packet, code), questions=self.asked.questions[:1])
        self._add_options(out, extended)
        return bytes(out.pack())

    def _full(self, told: Answer, question: DNSQuestion) -> bytes:
        """All of it; over UDP as many whole records as fit, and the mark that some are missing."""
        records = [_wire(r) for r in self._rotated(told.records)]
        authority, additional = [_wire(r) for r in told.authority], [_wire(r) for r in told.additional]
        everything = [*records, *authority, *additional]
        needed = len(records) + len(authority)

        def packed(kept: int) -> bytes:
            header = _header(self.packet, RCODE.reverse[told.code])
            header.aa, header.cd = told is not REFUSED, self.asked.header.cd
            header.tc = kept < needed
            out = DNSRecord(
                header, questions=[question], rr=everything[: min(kept, len(records))],
                auth=everything[len(records) : min(kept, needed)], ar=everything[needed:kept],
            )  # fmt: skip
            self._add_options(out)
            return bytes(out.pack())

        whole = packed(len(everything))
        if len(whole) <= self._room():
            return whole
        fits, fails = 0, len(everything)
        while fails - fits > 1:
            middle = (fits + fails) // 2
            if len(packed(middle)) <= self._room():
                fits = middle
            else:
                fails = middle
        return packed(fits)

    def _room(self) -> int:
        if self.tcp:
            return TCP_MOST
        asked = self.options[0].edns_len if self.options else UDP_LEAST
        return min(max(int(asked), UDP_LEAST), UDP_MOST)

    def _add_options(self, out: DNSRecord, extended: int = 0) -> None:
        if self.options:
            out.add_ar(EDNS0(udp_len=OWN_UDP, ext_rcode=extended))

    def _rotated(self, records: tuple[Record, ...]) -> list[Record]:
        """Addresses begin with another one in each answer, so that clients that take the first spread (CoreDNS:
        loadbalance). The question's id decides: it is the client's chance."""
        first = next((i for i, r in enumerate(records) if r.type in ("A", "AAAA")), len(records))
        found = list(records[first:])
        at = self.asked.header.id % len(found) if found else 0
        return [*records[:first], *found[at:], *found[:at]]


def _name(question: DNSQuestion) -> str:
    """A dot inside a label is none between labels: no name of ours has one."""
    return ".".join(label.decode("latin-1").replace(".", "\0") for label in question.qname.label)


def _wire(record: Record) -> RR:
    data = record.data
    found: RD
    match record.type:
        case "A":
            found = A(data)
        case "AAAA":
            found = AAAA(data)
        case "CNAME":
            found = CNAME(data)
        case "NS":
            found = NS(data)
        case "PTR":
            found = PTR(data)
        case "TXT":
            found = TXT(data)
        case "SRV":
            priority, weight, port, target = data.split(" ")
            found = SRV(int(priority), int(weight), int(port), target)
        case "SOA":
            server, mail, *times = data.split(" ")
            found = SOA(server, mail, tuple(int(t) for t in times))
    return RR(record.name, QTYPE.reverse[record.type], ttl=record.ttl, rdata=found)
