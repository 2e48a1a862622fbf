"""The API over HTTP: creates and gets per second from 16 connections, a list of 2,000, fan-out to 100 watchers, memory.

The clients are processes of their own that do next to nothing (bench.load), so that they are not what is measured; the
CPU time of the server is printed beside each figure. A real kube-apiserver on a machine like this one did about 1,150
creates/s, 2,060 gets/s and 41 ms per such list, with 286 MB.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.load import TOKEN, head

CONNECTIONS, CREATES, GETS, LISTED, OBJECTS = 16, 10_000, 20_000, 2_000, 10_000
WATCHERS, EVENTS = 100, 1_000
SPACE = "/api/v1/namespaces/default"
BASE = f"{SPACE}/configmaps"
Request = tuple[str, str, str]


class Server:
    """`quorate up` as a user starts it, but for the plain HTTP."""

    def __init__(self, folder: str, data: bool) -> None:
        more = ["--data", f"{folder}/world"] if data else []
        command = [
            sys.executable,
            "-m",
            "quorate.cli.main",
            "up",
            "--http",
            "--token",
            TOKEN,
            "--kubeconfig",
            f"{folder}/kc",
        ]
        self.process = subprocess.Popen([*command, *more], stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline().split(b"127.0.0.1:")[1].split()[0])

    def cpu(self) -> float:
        """Seconds of CPU used so far."""
        found = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(found[11]) + int(found[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Resident megabytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def served(data: bool) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, data)
        try:
            yield server
        finally:
            server.process.kill()
            server.process.wait()


def named(kind: str, name: str) -> str:
    """A ConfigMap or Secret; of a ConfigMap about 500 bytes."""
    body = {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "labels": {"app": "bench"}}}
    if kind == "ConfigMap":
        body["data"] = {"k": "x" * 380}
    return json.dumps(body)


def rate(server: Server, what: str, requests: list[Request]) -> None:
    """Prints requests per second over all connections."""
    text = "\n".join(map(json.dumps, requests))
    before = server.cpu()
    command = [sys.executable, "-m", "bench.load", str(server.port), str(CONNECTIONS)]
    took = float(subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout)
    busy = (server.cpu() - before) / len(requests)
    print(f"{what}: {len(requests) / took:,.0f}/s ({busy * 1e6:.0f} us of the server's CPU each)", flush=True)


def list_time(port: int) -> float:
    """Median seconds of a list of LISTED objects, until its last byte is here."""
    times = []
    with socket.create_connection(("127.0.0.1", port)) as line:
        for _ in range(15):
            began = time.perf_counter()
            line.sendall(head("GET", f"{BASE}?limit={LISTED}", b""))
            got = line.recv(1 << 20)
            end = got.index(b"\r\n\r\n")
            at = got.lower().index(b"content-length:") + 15
            left = int(got[at : got.index(b"\r", at)]) - (len(got) - end - 4)
            while left > 0:
                left -= len(line.recv(1 << 20))
            times.append(time.perf_counter() - began)
    return statistics.median(times)


def fan_out(server: Server) -> None:
    """Prints how long it takes until every watcher has every event."""
    watching, ready = [], threading.Barrier(WATCHERS + 1)

    def follow() -> None:
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            line.sendall(head("GET", f"{SPACE}/secrets?watch=1&resourceVersion=0", b""))
            line.recv(4096)
            ready.wait()
            seen, rest = 0, b""
            while seen < EVENTS:
                got = rest + line.recv(1 << 20)
                seen += got.count(b'{"type":"ADDED"')
                rest = got[-14:]

    for _ in range(WATCHERS):
        watching.append(threading.Thread(target=follow))
        watching[-1].start()
    ready.wait()
    requests = [("POST", f"{SPACE}/secrets", named("Secret", f"s-{i}")) for i in range(EVENTS)]
    before, began = server.cpu(), time.perf_counter()
    rate(server, "creates that are watched", requests)
    for one in watching:
        one.join()
    took, busy = time.perf_counter() - began, server.cpu() - before
    print(
        f"{EVENTS:,} events to {WATCHERS} watchers: {took:.2f} s, {WATCHERS * EVENTS / took:,.0f} events/s "
        f"({busy / WATCHERS / EVENTS * 1e6:.1f} us of the server's CPU each)"
    )


def main() -> None:
    creates = [("POST", BASE, named("ConfigMap", f"c-{i}")) for i in range(CREATES)]
    with served(data=False) as server:
        idle = server.memory()
        rate(server, "creates in memory", creates)
        grown = (server.memory() - idle) * OBJECTS / CREATES
        print(f"memory: {idle:.0f} MB idle, {grown:.0f} MB per {OBJECTS:,} objects", flush=True)
        rate(server, "gets", [("GET", f"{BASE}/c-{i % CREATES}", "") for i in range(GETS)])
        print(f"list of {LISTED:,}: {list_time(server.port) * 1000:.1f} ms", flush=True)
        fan_out(server)
    with served(data=True) as server:
        rate(server, "creates with --data", creates)


if __name__ == "__main__":
    main()
