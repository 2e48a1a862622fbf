"""A load generator that costs little: raw HTTP/1.1 over kept sockets and epoll. Runs as a process of its own.

    python -m bench.load PORT CONNECTIONS < requests     answers the seconds that it took

Each request is a line of JSON, [method, path, body]; a connection sends its next one when it has its answer.
"""

import json
import select
import socket
import sys
import time

TOKEN = "bench"


def head(method: str, path: str, body: bytes) -> bytes:
    more = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
    return f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nAccept: application/json\r\n{more}\r\n".encode()


class Slow(Exception):
    """An answer that is no success."""


def run(port: int, connections: int, requests: list[bytes]) -> float:
    """Seconds until all are answered. Raises Slow for a refusal."""
    poll = select.epoll()
    sockets = {}
    for _ in range(connections):
        made = socket.create_connection(("127.0.0.1", port))
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setblocking(False)
        sockets[made.fileno()] = made
        poll.register(made.fileno(), select.EPOLLIN)
    todo = iter(requests)
    pending = dict.fromkeys(sockets, b"")
    left = len(requests)
    began = time.perf_counter()
    for made in sockets.values():
        request = next(todo, None)
        if request is not None:
            made.send(request)
    while left:
        for number, _ in poll.poll():
            made = sockets[number]
            got = pending[number] + made.recv(1 << 20)
            end = got.find(b"\r\n\r\n")
            if end < 0 or len(got) < end + 4 + _length(got, end):
                pending[number] = got
                continue
            if got[9:10] != b"2":
                raise Slow(got[:400])
            pending[number] = b""
            left -= 1
            request = next(todo, None)
            if request is not None:
                made.send(request)
    return time.perf_counter() - began


def _length(got: bytes, end: int) -> int:
    at = got.lower().find(b"content-length:", 0, end) + 15
    return int(got[at : got.index(b"\r", at)])


if __name__ == "__main__":
    asked = [json.loads(line) for line in sys.stdin]
    raw = [head(method, path, body.encode()) + body.encode() for method, path, body in asked]
    print(run(int(sys.argv[1]), int(sys.argv[2]), raw))
