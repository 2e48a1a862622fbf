"""Bytes in, bytes out; read with another library than they were written with."""

from typing import Any

import dns.edns
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.dns.indexes import INDEXES
from quorate.dns.message import respond
from quorate.objects.collection import Collection

NAME = "db.default.svc.cluster.local."


def reader(pods: int = 3) -> Collection:
    made = Collection()
    for index in INDEXES:
        made.add_index(index.resource, index.name, index.values)
    service = {
        "metadata": {"name": "db", "namespace": "default", "uid": "s"},
        "spec": {"clusterIP": "None", "ports": [{"name": "pg", "port": 5432}]},
    }
    external = {
        "metadata": {"name": "out", "namespace": "default", "uid": "x"},
        "spec": {"type": "ExternalName", "externalName": "db.default.svc.cluster.local"},
    }
    endpoints = [
        {"addresses": [f"10.244.{i // 250}.{i % 250 + 2}"], "hostname": f"db-{i}", "conditions": {"ready": True}}
        for i in range(pods)
    ]
    found = {
        "metadata": {
            "name": "db-a", "namespace": "default", "uid": "e", "labels": {"kubernetes.io/service-name": "db"},
        },
        "addressType": "IPv4", "endpoints": endpoints, "ports": [{"name": "pg", "port": 5432, "protocol": "TCP"}],
    }  # fmt: skip
    made.apply("services", None, service, 1)
    made.apply("services", None, external, 2)
    made.apply("endpointslices.discovery.k8s.io", None, found, 3)
    return made


READER = reader()


def ask(query: dns.message.Message, using: Collection = READER, tcp: bool = False) -> Any:
    told = respond(using, query.to_wire(), 7, tcp)
    assert told is not None
    assert len(told) <= (65535 if tcp else max(512, query.payload))
    answer = dns.message.from_wire(told, ignore_trailing=False)
    assert answer.id == query.id
    assert answer.flags & dns.flags.QR
    return answer


def test_a_whole_answer() -> None:
    query = dns.message.make_query(NAME, "A", id=0)
    answer = ask(query)
    assert query.is_response(answer)
    assert dns.flags.to_text(answer.flags) == "QR AA RD"
    assert answer.edns == -1
    assert [r.to_text() for r in answer.answer[0]] == ["10.244.0.2", "10.244.0.3", "10.244.0.4"]
    assert answer.answer[0].ttl == 30


@pytest.mark.parametrize(
    ("name", "type", "text"),
    [
        ("_pg._tcp." + NAME, "SRV", "0 33 5432 db-0.db.default.svc.cluster.local."),
        ("2.0.244.10.in-addr.arpa.", "PTR", "db-0.db.default.svc.cluster.local."),
        ("dns-version.cluster.local.", "TXT", '"1.1.0"'),
        ("cluster.local.", "NS", "ns.dns.cluster.local."),
        ("cluster.local.", "SOA", "ns.dns.cluster.local. hostmaster.cluster.local. 7 7200 1800 86400 30"),
        ("out.default.svc.cluster.local.", "CNAME", NAME),
        ("fd00--2.default.pod.cluster.local.", "AAAA", "fd00::2"),
    ],
)
def test_every_type_is_written(name: str, type: str, text: str) -> None:
    using = reader()
    using.apply("namespaces", None, {"metadata": {"name": "default", "uid": "n"}}, 9)
    assert ask(dns.message.make_query(name, type), using).answer[0][0].to_text() == text


def test_a_cname_stands_before_what_it_leads_to() -> None:
    answer = ask(dns.message.make_query("out.default.svc.cluster.local.", "A"))
    assert [dns.rdatatype.to_text(r.rdtype) for r in answer.answer] == ["CNAME", "A"]


@pytest.mark.parametrize(
    ("name", "code", "authoritative", "authority"),
    [
        (NAME, dns.rcode.NOERROR, True, ["cluster.local."]),
        ("no.default.svc.cluster.local.", dns.rcode.NXDOMAIN, True, ["cluster.local."]),
        ("example.com.", dns.rcode.REFUSED, False, []),
    ],
)
def test_negative_answers(name: str, code: int, authoritative: bool, authority: list[str]) -> None:
    answer = ask(dns.message.make_query(name, "AAAA"))
    assert (answer.rcode(), answer.answer) == (code, [])
    assert bool(answer.flags & dns.flags.AA) == authoritative
    assert [r.name.to_text() for r in answer.authority] == authority


def test_the_name_comes_back_as_it_was_asked() -> None:
    answer = ask(dns.message.make_query("Db-0.dB.default.svc.cluster.LOCAL.", "A"))
    assert answer.question[0].name.to_text() == "Db-0.dB.default.svc.cluster.LOCAL."
    assert answer.answer[0][0].to_text() == "10.244.0.2"


def test_flags_of_the_question() -> None:
    query = dns.message.make_query(NAME, "A")
    query.flags = dns.flags.CD
    assert dns.flags.to_text(ask(query).flags) == "QR AA CD"


def test_addresses_take_turns() -> None:
    first = {ask(dns.message.make_query(NAME, "A", id=i)).answer[0][0].to_text() for i in range(6)}
    assert first == {"10.244.0.2", "10.244.0.3", "10.244.0.4"}


# -- size


def test_without_edns_512_bytes_and_the_rest_over_tcp() -> None:
    many = reader(100)
    query = dns.message.make_query(NAME, "A")
    answer = ask(query, many)
    assert answer.flags & dns.flags.TC
    assert 20 <= len(answer.answer[0]) < 100
    whole = ask(query, many, tcp=True)
    assert not whole.flags & dns.flags.TC
    assert len(whole.answer[0]) == 100


@pytest.mark.parametrize(("payload", "at_most"), [(0, 512), (512, 512), (1232, 1232), (4096, 4096), (65535, 4096)])
def test_edns_says_how_much_a_client_takes(payload: int, at_most: int) -> None:
    query = dns.message.make_query(NAME, "A", use_edns=0, payload=payload)
    told = respond(reader(1000), query.to_wire(), 7)
    assert told is not None
    assert at_most - 40 < len(told) <= at_most
    answer = dns.message.from_wire(told)
    assert answer.flags & dns.flags.TC
    assert (answer.edns, answer.payload) == (0, 1232)


def test_only_additional_records_left_out_do_not_count_as_missing() -> None:
    query = dns.message.make_query("_pg._tcp." + NAME, "SRV", use_edns=0, payload=700)
    answer = ask(query, reader(10))
    assert not answer.flags & dns.flags.TC
    assert len(answer.answer[0]) == 10
    assert 0 < len(answer.additional) < 10


def test_over_tcp_there_is_a_limit_too() -> None:
    told = respond(reader(6000), dns.message.make_query(NAME, "A").to_wire(), 7, tcp=True)
    assert told is not None and len(told) <= 65535
    assert dns.message.from_wire(told).flags & dns.flags.TC


# -- odd questions


def test_newer_edns_is_refused_by_version() -> None:
    query = dns.message.make_query(NAME, "A", use_edns=1)
    answer = ask(query)
    assert (answer.rcode(), answer.edns, answer.answer) == (dns.rcode.BADVERS, 0, [])


def test_other_classes_and_transfers_are_refused() -> None:
    chaos = dns.message.make_query("version.bind.", "TXT", rdclass=dns.rdataclass.CH)
    assert ask(chaos).rcode() == dns.rcode.REFUSED
    for type in ("AXFR", "IXFR"):
        assert ask(dns.message.make_query("cluster.local.", type)).rcode() == dns.rcode.REFUSED


def test_any_type_is_answered_with_nothing() -> None:
    answer = ask(dns.message.make_query(NAME, "ANY"))
    assert (answer.rcode(), answer.answer) == (dns.rcode.NOERROR, [])


def test_other_operations_are_not_implemented() -> None:
    query = dns.message.make_query(NAME, "SOA")
    query.set_opcode(dns.opcode.NOTIFY)
    answer = ask(query)
    assert (answer.rcode(), answer.opcode()) == (dns.rcode.NOTIMP, dns.opcode.NOTIFY)


def test_no_question_is_malformed() -> None:
    assert ask(dns.message.Message()).rcode() == dns.rcode.FORMERR


def test_a_dot_inside_a_label_is_none_between() -> None:
    wire = dns.message.make_query("x" * 12 + ".svc.cluster.local.", "A").to_wire()
    wire = wire.replace(b"x" * 12, b"db.default\x00a")
    told = respond(READER, wire, 7)
    assert told is not None
    assert told[3] & 0xF == dns.rcode.NXDOMAIN


@pytest.mark.parametrize(
    "packet", [b"", b"\0" * 11, dns.message.make_response(dns.message.make_query(NAME, "A", id=1)).to_wire()]
)
def test_what_is_no_question_gets_no_answer(packet: bytes) -> None:
    assert respond(READER, packet, 7) is None


@given(st.binary(max_size=80), st.booleans())
def test_whatever_comes_there_is_an_answer_or_none(junk: bytes, tcp: bool) -> None:
    for packet in (junk, dns.message.make_query(NAME, "A", id=1).to_wire()[:20] + junk):
        told = respond(READER, packet, 7, tcp)
        if told is not None:
            assert told[:2] == packet[:2]
            assert told[2] & 0x80
