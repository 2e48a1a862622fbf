"""What clients do wrong, or too slowly, or all at once: it harms nobody else, and nothing is left behind."""

import gzip
import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest

from quorate.edge import streams
from quorate.edge.connection import BODY_MOST, HEAD_MOST
from quorate.testing import Cluster

pytestmark = pytest.mark.cluster(nodes=0, tls=False)
BASE = "/api/v1/namespaces/default/configmaps"
PATIENCE = 20.0


def until(holds: Callable[[], Any], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"it did not come to pass that {what}"
        time.sleep(0.01)


def config_map(name: str, size: int = 10) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"k": "x" * size}}


def head(cluster: Cluster, method: str, path: str, *more: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {cluster.token}", *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def connected(cluster: Cluster) -> socket.socket:
    at = urlsplit(cluster.url)
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.settimeout(PATIENCE)
    made.connect((at.hostname, at.port))
    return made


def listeners(cluster: Cluster) -> int:
    """How many watches are open."""
    return cluster._served.do(lambda: cluster._made.store.watchers)


@pytest.fixture
def line(cluster: Cluster) -> Iterator[http.client.HTTPConnection]:
    at = urlsplit(cluster.url)
    with closing(http.client.HTTPConnection(at.hostname or "", at.port, timeout=PATIENCE)) as made:
        yield made


def ask(
    line: http.client.HTTPConnection, cluster: Cluster, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, bytes]:
    line.request(method, path, body, {"Authorization": f"Bearer {cluster.token}", **headers})
    answer = line.getresponse()
    return answer.status, answer.read()


def test_a_watcher_that_does_not_read_is_cut_off(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "BACKLOG", 200_000)
    before = listeners(cluster)
    with closing(connected(cluster)) as slow:
        slow.sendall(head(cluster, "GET", f"{BASE}?watch=1&resourceVersion=0"))
        until(lambda: listeners(cluster) == before + 1, "it watches")
        for i in range(40):
            cluster.apply(config_map(f"c-{i}", 100_000))
        until(lambda: listeners(cluster) == before, "it is cut off")
        with pytest.raises(ConnectionError):
            while slow.recv(1 << 20):
                pass
            raise ConnectionError("ended")
    assert cluster.get("configmap/c-39") is not None


def test_what_a_watch_begins_with_may_be_large(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "BACKLOG", 50_000)
    for i in range(20):
        cluster.apply(config_map(f"c-{i}", 30_000))
    with closing(connected(cluster)) as watcher:
        watcher.sendall(
            head(cluster, "GET", f"{BASE}?watch=1&resourceVersion=0&fieldSelector=metadata.namespace%3Ddefault")
        )
        got = b""
        while got.count(b'{"type":"ADDED"') < 21:
            got += watcher.recv(1 << 16)


def test_watches_that_are_torn_down_leave_nothing_behind(cluster: Cluster) -> None:
    before = listeners(cluster)
    for _ in range(3):
        opened = [connected(cluster) for _ in range(60)]
        for one in opened:
            one.sendall(head(cluster, "GET", f"{BASE}?watch=1&resourceVersion=0"))
        until(lambda: listeners(cluster) == before + 60, "all watch")
        for i, one in enumerate(opened):
            if i % 2:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")  # a reset, no goodbye
            one.close()
        until(lambda: listeners(cluster) == before, "none is left")


def test_half_a_request_does_nothing(cluster: Cluster) -> None:
    """What was cut off could be read as another, whole one."""
    cluster.apply(config_map("kept"))
    half = b"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: half\n"
    told = ("Content-Type: application/yaml", f"Content-Length: {len(half) + 100}")
    for raw in (
        head(cluster, "POST", BASE, *told) + half,
        head(cluster, "DELETE", f"{BASE}/kept", "Content-Length: 40"),
        head(cluster, "DELETE", f"{BASE}/kept", "Transfer-Encoding: chunked"),
    ):
        with closing(connected(cluster)) as torn:
            torn.sendall(raw)
            time.sleep(0.05)
    with closing(connected(cluster)) as last:
        last.sendall(head(cluster, "GET", f"{BASE}/half", "Connection: close"))
        assert last.recv(12) == b"HTTP/1.1 404"
    assert cluster.get("configmap/kept") is not None


def test_a_body_that_is_too_large(cluster: Cluster, line: http.client.HTTPConnection) -> None:
    """The connection can be used after it."""
    for body in (b"x" * (BODY_MOST + 1), b"y" * (2 * BODY_MOST)):
        code, told = ask(line, cluster, "POST", BASE, body, **{"Content-Type": "application/json"})
        status = json.loads(told)
        assert (code, status["reason"], status["code"]) == (413, "RequestEntityTooLarge", 413)
        assert status["message"] == "Request entity too large: limit is 3145728"
    assert ask(line, cluster, "POST", BASE, b"z" * BODY_MOST, **{"Content-Type": "application/json"})[0] == 400
    assert ask(line, cluster, "GET", BASE)[0] == 200


def test_one_connection_after_refusals(cluster: Cluster, line: http.client.HTTPConnection) -> None:
    sock = None
    for method, path, code in (
        ("GET", "/nowhere", 404), ("POST", f"{BASE}/x", 405), ("GET", f"{BASE}/x", 404), ("POST", BASE, 400),
        ("GET", "/readyz", 200),
    ):  # fmt: skip
        assert ask(line, cluster, method, path, b"{" if method == "POST" else b"")[0] == code, path
        sock = sock or line.sock
        assert line.sock is sock


@pytest.mark.parametrize("raw", [
    b"NONSENSE\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
])  # fmt: skip
def test_what_is_no_http_is_answered_and_hung_up(cluster: Cluster, raw: bytes) -> None:
    with closing(connected(cluster)) as strange:
        strange.sendall(raw)
        strange.settimeout(PATIENCE)
        got = strange.recv(1 << 16)
    assert got[:9] == b"HTTP/1.1 " and got[9:10] == b"4"
    assert cluster.now


def test_headers_without_an_end_are_refused(cluster: Cluster) -> None:
    with closing(connected(cluster)) as endless:
        endless.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Pad: ")
        sent = 0
        try:
            while sent < 64 * HEAD_MOST:
                sent += endless.send(b"x" * 65536)
        except OSError:
            pass
        assert sent < 64 * HEAD_MOST
    assert cluster.now


def test_a_fault_of_the_server_is_a_status(
    cluster: Cluster,
    line: http.client.HTTPConnection,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def explode(*_: Any) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(cluster._made.front, "handle", explode)
    code, told = ask(line, cluster, "GET", BASE)
    assert code == 500
    assert json.loads(told)["message"] == "Internal error occurred: RuntimeError: boom"
    monkeypatch.undo()
    assert ask(line, cluster, "GET", BASE)[0] == 200


def test_a_watch_is_not_compressed(cluster: Cluster, line: http.client.HTTPConnection) -> None:
    for i in range(3):
        cluster.apply(config_map(f"c-{i}", 100_000))
    gzipped = {"Accept-Encoding": "gzip"}
    code, raw = ask(line, cluster, "GET", BASE, **gzipped)
    assert code == 200 and len(json.loads(gzip.decompress(raw))["items"]) == 4
    code, raw = ask(line, cluster, "GET", f"{BASE}?watch=1&resourceVersion=0&timeoutSeconds=1", **gzipped)
    assert raw.count(b'{"type":"ADDED"') == 4


def test_nothing_is_open_to_others(cluster: Cluster, line: http.client.HTTPConnection) -> None:
    assert cluster._served.door.socket.getsockname()[0] == "127.0.0.1"
    for path in ("/api", "/apis", BASE, "/openapi/v2", "/metrics", "/quorate/clock", "/quorate/snapshot", "/nowhere"):
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}):
            line.request("GET", path, headers=headers)
            answer = line.getresponse()
            told = json.loads(answer.read())
            assert (answer.status, told["reason"]) == (401, "Unauthorized"), path
    for path in ("/readyz", "/livez", "/healthz", "/version"):
        line.request("GET", path)
        answer = line.getresponse()
        answer.read()
        assert answer.status == 200
