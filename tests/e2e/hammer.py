"""Clients that write as fast as they can to a server that keeps being killed, and remember what they were told."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import orjson

BASE = "/api/v1/namespaces/default/configmaps"
TOKEN = "hammer"
LOST = (OSError, asyncio.IncompleteReadError, EOFError)
READY_WITHIN = 60.0


class Server:
    """`quorate up` on one port and one folder, started again and again."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.command = [
            sys.executable, "-m", "quorate.cli.main", "up", "--http", "--port", str(self.port), "--token", TOKEN,
            "--nodes", "1", "--data", str(folder / "world"), "--kubeconfig", str(folder / "kubeconfig"),
        ]  # fmt: skip
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, wait: bool = True) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        if wait:
            assert self.process.stdout is not None and self.process.stderr is not None
            line = await asyncio.wait_for(self.process.stdout.readline(), READY_WITHIN)
            assert line.startswith(b"Serving"), line + await self.process.stderr.read()

    @staticmethod
    async def refused(command: list[str]) -> str:
        """What a server says that does not begin."""
        made = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = await asyncio.wait_for(made.communicate(), READY_WITHIN)
        assert made.returncode == 2 and not out and err.count(b"\n") == 1, err
        return err.decode()

    async def end(self, how: int = signal.SIGKILL) -> int:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, how)
        await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode


class Line:
    """A kept connection, made anew whenever it is lost."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None

    async def connect(self) -> None:
        """Connected, as soon as there is a server again."""
        while self.reader is None:
            try:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 26)
            except OSError:
                await asyncio.sleep(0.01)

    async def send(self, method: str, path: str, body: Any = None, kind: str = "application/json") -> None:
        await self.connect()
        raw = b"" if body is None else orjson.dumps(body)
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: {kind}\r\n"
        self.writer.write(f"{head}Content-Length: {len(raw)}\r\n\r\n".encode() + raw)

    async def call(self, method: str, path: str, body: Any = None, kind: str = "application/json") -> tuple[int, Any]:
        """(status, object). Raises one of LOST; nobody knows then whether it was done."""
        try:
            await self.send(method, path, body, kind)
            assert self.reader is not None
            head = await self.reader.readuntil(b"\r\n\r\n")
            lengths = [one for one in head.lower().split(b"\r\n") if one.startswith(b"content-length:")]
            return int(head[9:12]), orjson.loads(await self.reader.readexactly(int(lengths[0][15:])))
        except LOST:
            self.drop()
            raise

    def drop(self) -> None:
        if self.reader is not None:
            self.reader = None
            self.writer.close()


@dataclass
class Told:
    """What the server has acknowledged."""

    state: dict[str, tuple[int, str, str] | None] = field(default_factory=dict)
    """name: (revision, uid, value) as last acknowledged; None: its deletion was."""
    doubtful: set[str] = field(default_factory=set)
    """Names whose last request was cut off: done or not, nobody knows."""
    revisions: list[int] = field(default_factory=list)
    created: set[str] = field(default_factory=set)


async def write(line: Line, told: Told, me: int, chance: Random, stop: asyncio.Event) -> None:
    """Create, patch and delete objects of its own until told to stop."""
    made = 0
    mine: list[str] = []
    await line.connect()
    while not stop.is_set():
        value = str(chance.getrandbits(32))
        do = chance.choice(("create", "create", "patch", "delete")) if mine else "create"
        match do:
            case "create":
                name, made = f"w{me}-{made}", made + 1
                body = {"metadata": {"name": name}, "data": {"k": value, "pad": "x" * 300}}
                asked: tuple[Any, ...] = ("POST", BASE, body)
            case "patch":
                name = chance.choice(mine)
                asked = ("PATCH", f"{BASE}/{name}", {"data": {"k": value}}, "application/merge-patch+json")
            case _:
                name = chance.choice(mine)
                asked = ("DELETE", f"{BASE}/{name}")
        told.doubtful.add(name)
        try:
            code, answer = await line.call(*asked)
        except LOST:
            # Its fate is unknown: it is left alone from here on.
            if name in mine:
                mine.remove(name)
            await line.connect()
            continue
        assert code == (201 if do == "create" else 200), (code, answer)
        told.doubtful.discard(name)
        if do == "delete":
            told.state[name] = None
            mine.remove(name)
        else:
            meta = answer["metadata"]
            told.revisions.append(int(meta["resourceVersion"]))
            told.state[name] = (int(meta["resourceVersion"]), meta["uid"], answer["data"]["k"])
            told.created.add(name)
            if name not in mine:
                mine.append(name)


async def follow(line: Line, start: int, heard: list[tuple[str, int, str]], until: asyncio.Event) -> None:
    """Watch, and after each cut go on from the last revision that was heard."""
    at = start
    while not until.is_set():
        try:
            await line.send("GET", f"{BASE}?watch=1&allowWatchBookmarks=true&resourceVersion={at}")
            assert line.reader is not None
            head = await line.reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            rest = b""
            while size := int(await line.reader.readline() or b"0", 16):
                chunk = await line.reader.readexactly(size + 2)
                *lines, rest = (rest + chunk[:-2]).split(b"\n")
                for event in map(orjson.loads, lines):
                    assert event["type"] != "ERROR", event
                    meta = event["object"]["metadata"]
                    at = int(meta["resourceVersion"])
                    if event["type"] != "BOOKMARK":
                        heard.append((event["type"], at, meta["name"]))
                    else:
                        assert at >= (heard[-1][1] if heard else start)
        except LOST:
            pass
        line.drop()
