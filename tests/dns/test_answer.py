"""The name space: each line of these tables is a question and what a cluster says to it."""

from typing import Any

import pytest

from quorate.dns.answer import answer
from quorate.dns.indexes import INDEXES
from quorate.dns.records import Answer
from quorate.objects.collection import Collection

Obj = dict[str, Any]
SERIAL = 7
SOA = "cluster.local 30 SOA ns.dns.cluster.local hostmaster.cluster.local 7 7200 1800 86400 30"


def service(name: str, namespace: str = "default", **spec: Any) -> Obj:
    return {"metadata": {"name": name, "namespace": namespace, "uid": f"{namespace}-{name}"}, "spec": spec}


def ports(*named: tuple[str, int] | tuple[str, int, str]) -> list[Obj]:
    return [{"name": p[0], "port": p[1], "protocol": p[2] if len(p) > 2 else "TCP"} for p in named]


def slice_of(of: str, endpoints: list[Obj], has: list[Obj], family: str = "IPv4", suffix: str = "a") -> Obj:
    name = f"{of}-{suffix}"
    labels = {"kubernetes.io/service-name": of}
    meta = {"name": name, "namespace": "default", "uid": name, "labels": labels}
    return {"metadata": meta, "addressType": family, "endpoints": endpoints, "ports": has}


def endpoint(address: str, hostname: str = "", ready: bool | None = True) -> Obj:
    made: Obj = {"addresses": [address], "conditions": {} if ready is None else {"ready": ready}}
    return {**made, "hostname": hostname} if hostname else made


PG = ports(("pg", 5432), ("metrics", 9187))
OBJECTS: list[tuple[str, Obj]] = [
    ("namespaces", {"metadata": {"name": "default", "uid": "n1"}}),
    ("namespaces", {"metadata": {"name": "empty", "uid": "n2"}}),
    ("services", service("web", type="ClusterIP", clusterIP="10.96.0.10", clusterIPs=["10.96.0.10"],
                         ports=ports(("http", 80), ("dns", 53, "UDP"), ("", 9000)))),
    ("services", service("dual", clusterIP="10.96.0.11", clusterIPs=["10.96.0.11", "fd00::11"], ports=ports(("", 80)))),
    ("services", service("db", clusterIP="None", clusterIPs=["None"], ports=PG)),
    ("endpointslices.discovery.k8s.io", slice_of("db", [
        endpoint("10.244.0.2", "db-0"), endpoint("10.244.1.2", "db-1", None), endpoint("10.244.2.2", "db-2", False),
        endpoint("10.244.2.3"),
    ], PG)),
    ("endpointslices.discovery.k8s.io", slice_of("db", [
        endpoint("10.244.0.2", "db-0"), endpoint("10.244.0.9", "db-9"),
    ], PG, suffix="b")),
    ("endpointslices.discovery.k8s.io", slice_of("db", [endpoint("fd00::2", "db-0")], PG, "IPv6", "c")),
    ("endpointslices.discovery.k8s.io", slice_of("web", [
        endpoint("10.244.0.5"), endpoint("10.244.0.6", "named"),
    ], ports(("http", 8080)))),
    ("services", service("quiet", clusterIP="None", clusterIPs=["None"], ports=PG)),
    ("endpointslices.discovery.k8s.io", slice_of("quiet", [endpoint("10.244.0.7", "q-0", False)], PG)),
    ("services", service("portless", clusterIP="None", clusterIPs=["None"])),
    ("endpointslices.discovery.k8s.io", slice_of("portless", [endpoint("10.244.0.8", "p-0")], [])),
    ("services", service("out", type="ExternalName", externalName="www.Example.com.")),
    ("services", service("in", type="ExternalName", externalName="web.default.svc.cluster.local")),
    ("services", service("twice", type="ExternalName", externalName="in.default.svc.cluster.local")),
    ("services", service("loop", type="ExternalName", externalName="pool.default.svc.cluster.local")),
    ("services", service("pool", type="ExternalName", externalName="loop.default.svc.cluster.local")),
    ("services", service("nowhere", type="ExternalName", externalName="none.default.svc.cluster.local")),
    ("services", service("address", type="ExternalName", externalName="192.0.2.1")),
]  # fmt: skip


def reader(*more: tuple[str, Obj]) -> Collection:
    made = Collection()
    for index in INDEXES:
        made.add_index(index.resource, index.name, index.values)
    for revision, (resource, obj) in enumerate((*OBJECTS, *more), 1):
        made.apply(resource, None, obj, revision)
    return made


READER = reader()


def said(told: Answer) -> tuple[str, list[str], list[str], list[str]]:
    sections = (told.records, told.authority, told.additional)
    lines = [[f"{r.name} {r.ttl} {r.type} {r.data}" for r in section] for section in sections]
    return told.code, lines[0], lines[1], lines[2]


def data(told: Answer) -> list[str]:
    assert told.code == "NOERROR"
    assert told.records and not told.authority
    return [f"{r.type} {r.data}" for r in told.records]


def ask(name: str, type: str = "A", using: Collection = READER) -> Answer:
    return answer(using, name, type, SERIAL)


@pytest.mark.parametrize(
    ("name", "type", "expected"),
    [
        # A Service with a cluster address: with and without endpoints, whatever the port.
        ("web.default.svc.cluster.local", "A", ["A 10.96.0.10"]),
        ("web.default.svc.cluster.local.", "A", ["A 10.96.0.10"]),
        ("_http._tcp.web.default.svc.cluster.local", "SRV", ["SRV 0 100 80 web.default.svc.cluster.local"]),
        ("_dns._udp.web.default.svc.cluster.local", "SRV", ["SRV 0 100 53 web.default.svc.cluster.local"]),
        ("_http._tcp.web.default.svc.cluster.local", "A", ["A 10.96.0.10"]),
        ("dual.default.svc.cluster.local", "A", ["A 10.96.0.11"]),
        ("dual.default.svc.cluster.local", "AAAA", ["AAAA fd00::11"]),
        # Its endpoints have names of their own, too.
        ("named.web.default.svc.cluster.local", "A", ["A 10.244.0.6"]),
        ("10-244-0-5.web.default.svc.cluster.local", "A", ["A 10.244.0.5"]),
        # A headless Service: its ready endpoints, each address once, over all slices. An absent condition means ready.
        (
            "db.default.svc.cluster.local", "A",
            ["A 10.244.0.2", "A 10.244.1.2", "A 10.244.2.3", "A 10.244.0.9"],
        ),
        ("db.default.svc.cluster.local", "AAAA", ["AAAA fd00::2"]),
        ("db-0.db.default.svc.cluster.local", "A", ["A 10.244.0.2"]),
        ("db-0.db.default.svc.cluster.local", "AAAA", ["AAAA fd00::2"]),
        ("db-1.db.default.svc.cluster.local", "A", ["A 10.244.1.2"]),
        ("10-244-2-3.db.default.svc.cluster.local", "A", ["A 10.244.2.3"]),
        ("db-9.db.default.svc.cluster.local", "SRV", [
            "SRV 0 50 5432 db-9.db.default.svc.cluster.local", "SRV 0 50 9187 db-9.db.default.svc.cluster.local",
        ]),
        ("_pg._tcp.db.default.svc.cluster.local", "SRV", [
            "SRV 0 16 5432 db-0.db.default.svc.cluster.local",
            "SRV 0 16 5432 db-1.db.default.svc.cluster.local",
            "SRV 0 16 5432 10-244-2-3.db.default.svc.cluster.local",
            "SRV 0 16 5432 db-9.db.default.svc.cluster.local",
        ]),
        ("portless.default.svc.cluster.local", "A", ["A 10.244.0.8"]),
        ("p-0.portless.default.svc.cluster.local", "A", ["A 10.244.0.8"]),
        # Case does not matter.
        ("DB-0.Db.DEFAULT.svc.Cluster.LOCAL", "A", ["A 10.244.0.2"]),
        ("_HTTP._Tcp.web.default.svc.cluster.local", "SRV", ["SRV 0 100 80 web.default.svc.cluster.local"]),
        # ExternalName: the name, and what it stands for as far as the cluster knows.
        ("out.default.svc.cluster.local", "CNAME", ["CNAME www.Example.com"]),
        ("out.default.svc.cluster.local", "A", ["CNAME www.Example.com"]),
        ("in.default.svc.cluster.local", "A", ["CNAME web.default.svc.cluster.local", "A 10.96.0.10"]),
        ("twice.default.svc.cluster.local", "A", [
            "CNAME in.default.svc.cluster.local", "CNAME web.default.svc.cluster.local", "A 10.96.0.10",
        ]),
        # Pods by their address, deprecated and required.
        ("10-244-0-2.default.pod.cluster.local", "A", ["A 10.244.0.2"]),
        ("1-2-3-4.empty.pod.cluster.local", "A", ["A 1.2.3.4"]),
        ("fd00--2.default.pod.cluster.local", "AAAA", ["AAAA fd00::2"]),
        # Names of addresses.
        ("10.0.96.10.in-addr.arpa", "PTR", ["PTR web.default.svc.cluster.local"]),
        ("2.0.244.10.in-addr.arpa", "PTR", ["PTR db-0.db.default.svc.cluster.local"]),
        ("3.2.244.10.IN-ADDR.arpa.", "PTR", ["PTR 10-244-2-3.db.default.svc.cluster.local"]),
        ("5.0.244.10.in-addr.arpa", "PTR", ["PTR 10-244-0-5.web.default.svc.cluster.local"]),
        ("2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa", "PTR",
         ["PTR db-0.db.default.svc.cluster.local"]),
        ("1.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa", "PTR",
         ["PTR dual.default.svc.cluster.local"]),
        # The zone itself.
        ("dns-version.cluster.local", "TXT", ["TXT 1.1.0"]),
        ("cluster.local", "NS", ["NS ns.dns.cluster.local"]),
        ("ns.dns.cluster.local", "A", ["A 127.0.0.1"]),
        ("cluster.local", "SOA", ["SOA ns.dns.cluster.local hostmaster.cluster.local 7 7200 1800 86400 30"]),
    ],
)  # fmt: skip
def test_there_is_an_answer(name: str, type: str, expected: list[str]) -> None:
    assert data(ask(name, type)) == expected


@pytest.mark.parametrize(
    ("name", "type"),
    [
        ("web.default.svc.cluster.local", "AAAA"),
        ("web.default.svc.cluster.local", "TXT"),
        ("web.default.svc.cluster.local", "MX"),
        ("web.default.svc.cluster.local", ""),
        ("web.default.svc.cluster.local", "CNAME"),
        ("db-1.db.default.svc.cluster.local", "AAAA"),
        ("portless.default.svc.cluster.local", "SRV"),
        ("out.default.svc.cluster.local", "SRV"),
        ("loop.default.svc.cluster.local", "A"),
        ("nowhere.default.svc.cluster.local", "A"),
        ("cluster.local", "A"),
        ("svc.cluster.local", "A"),
        ("pod.cluster.local", "A"),
        ("dns.cluster.local", "A"),
        ("default.svc.cluster.local", "A"),
        ("empty.svc.cluster.local", "NS"),
        ("default.pod.cluster.local", "A"),
        ("10-244-0-2.default.pod.cluster.local", "AAAA"),
        ("10-244-0-2.default.pod.cluster.local", "SRV"),
        ("dns-version.cluster.local", "A"),
        ("_tcp.web.default.svc.cluster.local", "A"),
        ("_udp.web.default.svc.cluster.local", "SRV"),
    ],
)
def test_the_name_is_there_but_nothing_of_that_type(name: str, type: str) -> None:
    assert said(ask(name, type)) == ("NOERROR", [], [SOA], [])


@pytest.mark.parametrize("type", ["A", "AAAA", "SRV", "TXT", "CNAME", "NS", ""])
@pytest.mark.parametrize(
    "name",
    [
        "none.default.svc.cluster.local",
        "web.none.svc.cluster.local",
        "none.svc.cluster.local",
        "none.pod.cluster.local",
        "quiet.default.svc.cluster.local",  # headless, and nobody is ready
        "q-0.quiet.default.svc.cluster.local",
        "db-2.db.default.svc.cluster.local",  # not ready
        "db-7.db.default.svc.cluster.local",
        "_nope._tcp.web.default.svc.cluster.local",
        "_http._udp.web.default.svc.cluster.local",
        "_tcp.portless.default.svc.cluster.local",
        "_sctp.web.default.svc.cluster.local",
        "x.db-0.db.default.svc.cluster.local",
        "a._http._tcp.web.default.svc.cluster.local",
        "endpoint.out.default.svc.cluster.local",
        "address.default.svc.cluster.local",
        "web.default.cluster.local",
        "web.default",
        "1-2-3.default.pod.cluster.local",
        "1-2-3-999.default.pod.cluster.local",
        "web.default.pod.cluster.local",
        "1-2-3-4.none.pod.cluster.local",
        "x.1-2-3-4.default.pod.cluster.local",
        "foo.cluster.local",
        "we\0b.default.svc.cluster.local",
    ],
)
def test_there_is_no_such_name_whatever_the_type(name: str, type: str) -> None:
    name = name if name.endswith(".local") else f"{name}.cluster.local"
    assert said(ask(name, type)) == ("NXDOMAIN", [], [SOA], [])


@pytest.mark.parametrize(
    ("name", "type", "code"),
    [
        ("9.9.9.9.in-addr.arpa", "PTR", "NXDOMAIN"),
        ("2.2.244.10.in-addr.arpa", "PTR", "NXDOMAIN"),  # its endpoint is not ready
        ("256.0.244.10.in-addr.arpa", "PTR", "NXDOMAIN"),
        ("02.0.244.10.in-addr.arpa", "PTR", "NXDOMAIN"),
        ("x.in-addr.arpa", "PTR", "NXDOMAIN"),
        ("1.2.0.244.10.in-addr.arpa", "PTR", "NXDOMAIN"),
        ("g.ip6.arpa", "PTR", "NXDOMAIN"),
        ("2.0.244.10.in-addr.arpa", "A", "NOERROR"),
        ("244.10.in-addr.arpa", "PTR", "NOERROR"),
        ("in-addr.arpa", "A", "NOERROR"),
        ("d.f.ip6.arpa", "PTR", "NOERROR"),
    ],
)
def test_names_of_addresses_that_are_not_there(name: str, type: str, code: str) -> None:
    told = ask(name, type)
    zone = "ip6.arpa" if name.endswith("ip6.arpa") else "in-addr.arpa"
    assert (told.code, told.records) == (code, ())
    assert [r.name for r in told.authority] == [zone]


@pytest.mark.parametrize("name", ["example.com", "local", "", ".", "notcluster.local", "xcluster.local", "arpa"])
def test_names_elsewhere_are_refused(name: str) -> None:
    assert said(ask(name)) == ("REFUSED", [], [], [])


def test_the_owner_is_written_as_it_was_asked() -> None:
    assert ask("WEB.default.svc.cluster.local").records[0].name == "WEB.default.svc.cluster.local"


def test_srv_brings_the_addresses_of_its_targets() -> None:
    told = ask("_pg._tcp.db.default.svc.cluster.local", "SRV")
    assert [f"{r.name.partition('.')[0]} {r.type} {r.data}" for r in told.additional] == [
        "db-0 A 10.244.0.2", "db-1 A 10.244.1.2", "10-244-2-3 A 10.244.2.3", "db-9 A 10.244.0.9", "db-0 AAAA fd00::2",
    ]  # fmt: skip


def test_each_endpoint_times_each_named_port() -> None:
    """Specification 2.4.2: N ready endpoints and M ports are N times M records."""
    records = ask("db.default.svc.cluster.local", "SRV").records
    assert len({r.data for r in records}) == len(records) == 4 * 2


def test_with_publish_not_ready_addresses_the_slice_says_ready() -> None:
    """What the slices say counts: there, unready pods of such a service are ready, and not serving."""
    unready = {"addresses": ["10.244.9.9"], "hostname": "b-0", "conditions": {"ready": True, "serving": False}}
    using = reader(
        ("services", service("boot", clusterIP="None", publishNotReadyAddresses=True, ports=PG)),
        ("endpointslices.discovery.k8s.io", slice_of("boot", [unready], PG)),
    )
    assert data(ask("b-0.boot.default.svc.cluster.local", "A", using)) == ["A 10.244.9.9"]


def test_a_pod_behind_two_services_has_two_names() -> None:
    using = reader(
        ("services", service("db2", clusterIP="None", ports=PG)),
        ("endpointslices.discovery.k8s.io", slice_of("db2", [endpoint("10.244.0.2")], PG)),
    )
    assert data(ask("2.0.244.10.in-addr.arpa", "PTR", using)) == [
        "PTR db-0.db.default.svc.cluster.local", "PTR 10-244-0-2.db2.default.svc.cluster.local",
    ]  # fmt: skip


def test_the_name_server_is_the_clusters_if_it_has_one() -> None:
    using = reader(("services", service("kube-dns", "kube-system", clusterIP="10.96.0.10", ports=ports(("dns", 53)))))
    assert [r.data for r in ask("cluster.local", "NS", using).additional] == ["10.96.0.10"]


def test_serials_wrap() -> None:
    assert " 1 7200" in answer(READER, "cluster.local", "SOA", (1 << 32) + 1).records[0].data
