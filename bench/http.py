"""The API over HTTP: creates and gets per second from 16 connections, a list of 2,000, fan-out to 100 watchers.

The client is this process, raw HTTP/1.1 on kept connections, so that it is not what is measured. A real kube-apiserver on
a machine like this one did about 1,150 creates/s, 2,060 gets/s and 41 ms per such list, with 286 MB.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONNECTIONS, CREATES, GETS, LISTED = 16, 6_000, 8_000, 2_000
WATCHERS, EVENTS = 100, 1_000
TOKEN = "bench"
BASE = "/api/v1/namespaces/default/configmaps"


class Connection:
    """One kept connection that sends a request and reads its answer."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def open(self) -> "Connection":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 26)
        return self

    def send(self, method: str, path: str, body: bytes = b"") -> None:
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nAccept: application/json\r\n"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self.writer.write(head.encode() + b"\r\n" + body)

    async def call(self, method: str, path: str, body: bytes = b"") -> bytes:
        self.send(method, path, body)
        head = await self.reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        answer = await self.reader.readexactly(length)
        if status >= 400:
            raise RuntimeError(f"{method} {path}: {status} {answer[:200]!r}")
        return answer


def config_map(name: str) -> bytes:
    """About 500 bytes of JSON."""
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "labels": {"app": "bench"}},
        "data": {"k": "x" * 380},
    }
    return json.dumps(body).encode()


async def spread(connections: list[Connection], paths: list[tuple[str, str, bytes]]) -> float:
    """Requests per second, over all connections."""
    todo = iter(paths)

    async def work(connection: Connection) -> None:
        for method, path, body in todo:
            await connection.call(method, path, body)

    began = time.perf_counter()
    await asyncio.gather(*(work(c) for c in connections))
    return len(paths) / (time.perf_counter() - began)


async def fan_out(port: int) -> float:
    """Seconds until every watcher has every event."""
    watchers = [await Connection(port).open() for _ in range(WATCHERS)]
    seen = 0

    async def follow(watcher: Connection) -> None:
        nonlocal seen
        watcher.send("GET", "/api/v1/namespaces/default/secrets?watch=1&resourceVersion=0")
        mine = 0
        while mine < EVENTS:
            chunk = await watcher.reader.read(1 << 20)
            mine += chunk.count(b'{"type":"ADDED"')
        seen += mine

    following = [asyncio.create_task(follow(w)) for w in watchers]
    await asyncio.sleep(0.5)
    writers = [await Connection(port).open() for _ in range(CONNECTIONS)]
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": ""}}
    paths = []
    for i in range(EVENTS):
        body["metadata"] = {"name": f"s-{i}"}
        paths.append(("POST", "/api/v1/namespaces/default/secrets", json.dumps(body).encode()))
    began = time.perf_counter()
    await spread(writers, paths)
    await asyncio.gather(*following)
    return time.perf_counter() - began


async def measure(port: int, pid: int, where: str) -> None:
    connections = [await Connection(port).open() for _ in range(CONNECTIONS)]
    creates = await spread(connections, [("POST", BASE, config_map(f"c-{i}")) for i in range(CREATES)])
    print(f"{where}: {creates:,.0f} creates/s")
    if where != "in memory":
        return
    gets = await spread(connections, [("GET", f"{BASE}/c-{i % CREATES}", b"") for i in range(GETS)])
    times = []
    for _ in range(10):
        began = time.perf_counter()
        await connections[0].call("GET", f"{BASE}?limit={LISTED}")
        times.append(time.perf_counter() - began)
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    print(
        f"{where}: {gets:,.0f} gets/s; list of {LISTED:,}: {statistics.median(times) * 1000:.0f} ms; {pages * 4096 / 1e6:.0f} MB with {CREATES:,} objects"
    )
    took = await fan_out(port)
    print(
        f"{where}: {EVENTS:,} events to {WATCHERS} watchers in {took:.2f} s ({WATCHERS * EVENTS / took:,.0f} events/s)"
    )


def main() -> None:
    for i, where in enumerate(("in memory", "with --data")):
        with tempfile.TemporaryDirectory() as folder:
            port = 27531 + i
            more = ["--data", f"{folder}/world"] if where == "with --data" else []
            server = subprocess.Popen(
                [sys.executable, "-m", "quorate.cli.main", "up", "--http", "--port", str(port), "--token", TOKEN,
                 "--kubeconfig", f"{folder}/kc", *more], stdout=subprocess.PIPE,
            )  # fmt: skip
            assert server.stdout is not None
            server.stdout.readline()
            try:
                asyncio.run(measure(port, server.pid, where))
            finally:
                server.kill()
                server.wait()


if __name__ == "__main__":
    main()
