"""DNS over real sockets, from the world that a running server serves."""

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.resolver
import httpx
import pytest

from quorate.edge.dns_server import DnsServer
from quorate.edge.serve import CannotListen

QUORATE = (sys.executable, "-m", "quorate.cli.main")
DIG = shutil.which("dig")
DB = "db.default.svc.cluster.local"


@dataclass
class Served:
    port: int
    api: httpx.Client

    def udp(self, name: str, type: str = "A", **more: Any) -> dns.message.Message:
        return dns.query.udp(dns.message.make_query(name, type, **more), "127.0.0.1", port=self.port, timeout=60)

    def tcp(self, name: str, type: str = "A") -> dns.message.Message:
        return dns.query.tcp(dns.message.make_query(name, type), "127.0.0.1", port=self.port, timeout=60)

    def wait(self, name: str, count: int) -> list[str]:
        """Until the name has so many addresses."""
        end = time.monotonic() + 20
        while True:
            answer = self.tcp(name).answer
            found = sorted(r.to_text() for r in answer[0]) if answer else []
            if len(found) == count or time.monotonic() > end:
                assert len(found) == count, f"{name}: {found}"
                return found
            time.sleep(0.05)


def headless(name: str, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
        "spec": {"clusterIP": "None", "selector": {"app": name}, "ports": [{"name": "pg", "port": 5432}], **spec},
    }  # fmt: skip


def stateful_set(name: str, replicas: int, **annotations: str) -> dict[str, Any]:
    container = {"name": "main", "image": "db:1", "ports": [{"containerPort": 5432}]}
    return {
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": name},
        "spec": {
            "replicas": replicas, "serviceName": name, "selector": {"matchLabels": {"app": name}},
            "podManagementPolicy": "Parallel",
            "template": {
                "metadata": {"labels": {"app": name}, "annotations": annotations},
                "spec": {"containers": [container]},
            },
        },
    }  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    config = tmp_path_factory.mktemp("up") / "config"
    command = [*QUORATE, "up", "--dns", "0", "--http", "--token", "t", "--kubeconfig", str(config)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    url = re.search(r"http://\S+", process.stdout.readline())
    told = re.search(r"dig @127\.0\.0\.1 -p (\d+)", process.stdout.readline())
    assert url and told
    with httpx.Client(base_url=url[0], headers={"Authorization": "Bearer t"}) as api:
        made = Served(int(told[1]), api)
        for path, obj in (
            ("/api/v1/namespaces/default/services", headless("db")),
            ("/api/v1/namespaces/default/services", headless("boot", publishNotReadyAddresses=True)),
            ("/api/v1/namespaces/default/services", headless("many")),
            ("/apis/apps/v1/namespaces/default/statefulsets", stateful_set("db", 3)),
            (
                "/apis/apps/v1/namespaces/default/statefulsets",
                stateful_set("boot", 2, **{"sim.quorate.dev/ready": "false"}),
            ),
            ("/apis/apps/v1/namespaces/default/statefulsets", stateful_set("many", 60)),
        ):
            assert api.post(path, json=obj).status_code == 201
        made.wait(DB, 3)
        yield made
    process.terminate()
    process.wait(10)
    process.stdout.close()


def test_each_pod_has_its_name(served: Served) -> None:
    addresses = {served.udp(f"db-{i}.{DB}").answer[0][0].to_text() for i in range(3)}
    assert sorted(addresses) == served.wait(DB, 3)


def test_the_answer_is_the_worlds(served: Served) -> None:
    pod = served.api.get("/api/v1/namespaces/default/pods/db-1").json()
    assert served.udp(f"db-1.{DB}").answer[0][0].to_text() == pod["status"]["podIP"]
    reversed_ = ".".join(reversed(pod["status"]["podIP"].split("."))) + ".in-addr.arpa"
    assert served.udp(reversed_, "PTR").answer[0][0].to_text() == f"db-1.{DB}."


def test_a_resolver_finds_ports_and_hosts(served: Served) -> None:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], served.port
    found = resolver.resolve(f"_pg._tcp.{DB}", "SRV")
    assert sorted(r.target.to_text() for r in found) == [f"db-{i}.{DB}." for i in range(3)]
    assert {r.port for r in found} == {5432}
    with pytest.raises(dns.resolver.NoAnswer):
        resolver.resolve(DB, "AAAA")
    with pytest.raises(dns.resolver.NXDOMAIN):
        resolver.resolve(f"db-9.{DB}", "A")


def test_unready_pods_are_published_where_the_service_says_so(served: Served) -> None:
    assert len(served.wait("boot.default.svc.cluster.local", 2)) == 2
    pod = served.api.get("/api/v1/namespaces/default/pods/boot-0").json()
    assert {c["type"]: c["status"] for c in pod["status"]["conditions"]}["Ready"] == "False"


def test_a_pod_that_is_not_ready_loses_its_name(served: Served) -> None:
    path, merge = "/api/v1/namespaces/default/pods/db-2", {"Content-Type": "application/merge-patch+json"}
    served.api.patch(path, json={"metadata": {"annotations": {"sim.quorate.dev/ready": "false"}}}, headers=merge)
    served.wait(DB, 2)
    assert served.udp(f"db-2.{DB}").rcode() == dns.rcode.NXDOMAIN
    served.api.patch(path, json={"metadata": {"annotations": {"sim.quorate.dev/ready": None}}}, headers=merge)
    served.wait(DB, 3)


def test_what_is_too_long_for_udp_goes_over_tcp(served: Served) -> None:
    name = "many.default.svc.cluster.local"
    served.wait(name, 60)
    assert served.udp(name).flags & dns.flags.TC
    query = dns.message.make_query(name, "A")
    answer, by_tcp = dns.query.udp_with_fallback(query, "127.0.0.1", port=served.port, timeout=60)
    assert by_tcp
    assert len(answer.answer[0]) == 60


def test_many_questions_over_one_connection(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), 5) as connection:
        for i in range(3):
            dns.query.send_tcp(connection, dns.message.make_query(f"db-{i}.{DB}", "A"))
        answers = [dns.query.receive_tcp(connection)[0] for _ in range(3)]
    assert [a.question[0].name.to_text() for a in answers] == [f"db-{i}.{DB}." for i in range(3)]


def test_junk_ends_a_connection_and_not_the_server(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), 5) as connection:
        connection.sendall(b"\x00\x03abc")
        assert connection.recv(10) == b""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as junk:
        junk.sendto(b"junk", ("127.0.0.1", served.port))
        junk.sendto(b"\xff" * 600, ("127.0.0.1", served.port))
    assert served.udp(DB).rcode() == dns.rcode.NOERROR


@pytest.mark.skipif(DIG is None, reason="no dig here")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((f"db-0.{DB}", "A"), "status: NOERROR"),
        ((f"DB-0.{DB.upper()}", "A"), "ANSWER: 1"),
        ((DB, "AAAA"), "ANSWER: 0, AUTHORITY: 1"),
        ((f"db-9.{DB}", "A"), "status: NXDOMAIN"),
        (("www.example.com", "A"), "status: REFUSED"),
        ((f"_pg._tcp.{DB}", "SRV"), f"0 33 5432 db-0.{DB}."),
        (("dns-version.cluster.local", "TXT"), '28800 IN TXT "1.1.0"'),
        (("-x", "10.96.0.1"), "kubernetes.default.svc.cluster.local."),
        ((f"db-0.{DB}", "A", "+tcp"), "(TCP)"),
        (("many.default.svc.cluster.local", "A", "+noedns", "+ignore"), "flags: qr aa tc rd"),
        (("many.default.svc.cluster.local", "A", "+noedns"), "Truncated, retrying in TCP mode"),
        ((f"db-0.{DB}", "A", "+nocookie", "+bufsize=4096"), "EDNS: version: 0, flags:; udp: 1232"),
        ((f"db-0.{DB}", "A", "+edns=1", "+noednsneg"), "status: BADVERS"),
    ],
)
def test_dig(served: Served, words: tuple[str, ...], expected: str) -> None:
    assert DIG is not None
    command = [DIG, "@127.0.0.1", "-p", str(served.port), *words]
    told = subprocess.run(command, capture_output=True, text=True, timeout=30).stdout
    assert expected in re.sub(r"[ \t]+", " ", told), told


def test_a_port_that_is_taken_is_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=f"127.0.0.1:{port}: .* --dns"):
            DnsServer("127.0.0.1", port, lambda question, tcp: None)


def test_a_bad_port_is_refused_before_anything_starts(tmp_path: Path) -> None:
    command = [*QUORATE, "up", "--dns", "70000", "--kubeconfig", str(tmp_path / "config")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert "--dns" in done.stderr
    assert not (tmp_path / "config").exists()
