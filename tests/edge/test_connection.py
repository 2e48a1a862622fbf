"""HTTP/1.1 as clients speak it, well and strangely, over plain sockets."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from quorate.edge.connection import BODY_MOST
from quorate.testing import Cluster

pytestmark = pytest.mark.cluster(nodes=0, tls=False)
BASE = "/api/v1/namespaces/default/configmaps"
PATIENCE = 60.0
Ask = Callable[..., bytes]


class Line:
    """A socket that reads whole answers."""

    def __init__(self, cluster: Cluster) -> None:
        at = urlsplit(cluster.url)
        self.socket = socket.create_connection((at.hostname or "", at.port or 0), PATIENCE)
        self.token, self.rest = cluster.token, b""

    def send(self, method: str, target: str, *headers: str, body: bytes = b"", version: str = "1.1") -> None:
        lines = [f"{method} {target} HTTP/{version}", "Host: x", f"Authorization: Bearer {self.token}", *headers]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)

    def until(self, end: bytes) -> bytes:
        while end not in self.rest:
            got = self.socket.recv(1 << 16)
            assert got, f"hung up after {self.rest!r}"
            self.rest += got
        head, found, self.rest = self.rest.partition(end)
        return head + found

    def answer(self, *, bodiless: bool = False) -> tuple[int, dict[str, str], bytes]:
        head = self.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in head[1:] if one)}
        length = 0 if bodiless else int(headers["content-length"])
        while len(self.rest) < length:
            self.rest += self.socket.recv(1 << 16)
        body, self.rest = self.rest[:length], self.rest[length:]
        return int(head[0].split()[1]), headers, body

    def closed(self) -> bool:
        return self.socket.recv(1) == b"" and not self.rest


@pytest.fixture
def line(cluster: Cluster) -> Iterator[Line]:
    made = Line(cluster)
    with closing(made.socket):
        yield made


def made(name: str, **data: str) -> bytes:
    return json.dumps({"metadata": {"name": name}, "data": data}).encode()


def sized(body: bytes) -> str:
    return f"Content-Length: {len(body)}"


def test_requests_sent_in_a_row_are_answered_in_order(line: Line) -> None:
    for i in range(50):
        body = made(f"c-{i}")
        line.send("POST", BASE, sized(body), body=body)
        line.send("GET", f"{BASE}/c-{i}")
    for i in range(50):
        for code in (201, 200):
            got, _, raw = line.answer()
            assert (got, json.loads(raw)["metadata"]["name"]) == (code, f"c-{i}")


def test_a_request_in_many_pieces(line: Line) -> None:
    body = made("pieces", k="v" * 100)
    raw = f"POST {BASE} HTTP/1.1\r\nAuthorization: Bearer {line.token}\r\n{sized(body)}\r\n\r\n".encode() + body
    for at in range(0, len(raw), 7):
        line.socket.sendall(raw[at : at + 7])
    assert line.answer()[0] == 201


def test_a_body_in_chunks(line: Line) -> None:
    body = made("chunked")
    line.send("POST", BASE, "Transfer-Encoding: chunked")
    for part in (body[:10], body[10:]):
        line.socket.sendall(b"%x\r\n%b\r\n" % (len(part), part))
    line.socket.sendall(b"0\r\n\r\n")
    assert line.answer()[0] == 201


def test_a_client_that_waits_for_100_is_told_to_go_on(line: Line) -> None:
    body = made("patient")
    line.send("POST", BASE, sized(body), "Expect: 100-continue")
    assert line.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    line.socket.sendall(body)
    assert line.answer()[0] == 201


def test_a_head_has_no_body(line: Line) -> None:
    line.send("HEAD", "/version")
    code, headers, _ = line.answer(bodiless=True)
    assert code == 200 and int(headers["content-length"]) > 100
    line.send("GET", "/version")
    assert len(line.answer()[2]) == int(headers["content-length"])


def test_what_the_client_has_already_is_not_sent_again(line: Line) -> None:
    line.send("GET", "/openapi/v3/apis/apps/v1")
    tag = line.answer()[1]["etag"]
    line.send("GET", "/openapi/v3/apis/apps/v1", f"If-None-Match: {tag}")
    code, headers, _ = line.answer(bodiless=True)
    assert (code, headers["etag"]) == (304, tag) and "content-length" not in headers
    line.send("GET", "/version")
    assert line.answer()[0] == 200


@pytest.mark.parametrize(("version", "headers"), [("1.0", ()), ("1.1", ("Connection: close",))])
def test_who_wants_one_answer_only_is_hung_up_on(line: Line, version: str, headers: tuple[str, ...]) -> None:
    line.send("GET", "/version", *headers, version=version)
    code, told, _ = line.answer()
    assert (code, told["connection"]) == (200, "close")
    assert line.closed()


@pytest.mark.parametrize("upgrade", ["h2c", "websocket", "SPDY/3.1"])
def test_an_upgrade_is_passed_over(line: Line, upgrade: str) -> None:
    line.send(
        "GET", "/version", "Connection: Upgrade, HTTP2-Settings", f"Upgrade: {upgrade}", "HTTP2-Settings: AAMAAABk"
    )
    assert line.answer()[0] == 200
    line.send("GET", "/api")
    assert line.answer()[0] == 200


def test_the_first_of_headers_and_parameters_counts(line: Line) -> None:
    line.send("GET", f"{BASE}?limit=x&limit=1", "Accept: application/yaml", "Accept: application/json")
    code, headers, body = line.answer()
    assert (code, headers["content-type"]) == (400, "application/yaml")
    assert b'parsing "x"' in body


def test_percent_signs_in_a_path_stand_for_what_they_escape(line: Line) -> None:
    body = made("a.b")
    line.send("POST", BASE, sized(body), body=body)
    line.answer()
    line.send("GET", "/api/v1/namespaces/default/config%6Daps/a%2Eb")
    assert line.answer()[0] == 200


def test_too_large_a_body_is_refused_before_it_is_over(line: Line) -> None:
    line.send("POST", BASE, f"Content-Length: {2 * BODY_MOST}", body=b"x" * (BODY_MOST + 1))
    assert line.answer()[0] == 413
    line.socket.sendall(b"x" * (BODY_MOST - 1))
    line.send("GET", "/version")
    assert line.answer()[0] == 200


def test_a_watch_ends_at_its_time_and_the_line_can_be_used_again(line: Line) -> None:
    line.send("GET", f"{BASE}?watch=1&resourceVersion=0&timeoutSeconds=1&allowWatchBookmarks=1")
    head = line.until(b"\r\n\r\n").lower()
    assert b"transfer-encoding: chunked" in head and b"content-length" not in head
    assert b'"ADDED"' in line.until(b"0\r\n\r\n")
    line.send("GET", "/version")
    assert line.answer()[0] == 200


def test_nonsense_behind_a_request_does_not_cost_its_answer(line: Line) -> None:
    line.socket.sendall(f"GET /version HTTP/1.1\r\nAuthorization: Bearer {line.token}\r\n\r\nNONSENSE\r\n\r\n".encode())
    assert line.answer()[0] == 200
    assert line.until(b"\r\n").startswith(b"HTTP/1.1 400 ")


def test_no_answer_is_to_be_kept(line: Line) -> None:
    for target, code in (("/version", 200), (f"{BASE}/nobody", 404)):
        line.send("GET", target, "User-Agent: curl/8.5.0")
        got, headers, body = line.answer()
        assert (got, headers["cache-control"]) == (code, "no-cache, private")
        assert body.startswith(b"{\n")  # people look at it
