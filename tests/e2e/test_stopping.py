"""How `quorate up` ends, and what it says when it cannot begin."""

import asyncio
import resource
import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hammer import BASE, LOST, Line, Server


def config_map(name: str, size: int = 300) -> dict[str, object]:
    return {"metadata": {"name": name}, "data": {"k": "x" * size}}


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_told_to_end_it_ends_at_once_and_watches_end_in_order(tmp_path: Path, how: signal.Signals) -> None:
    async def run() -> None:
        server = Server(tmp_path)
        await server.start()
        line, watcher = Line(server.port), Line(server.port)
        assert (await line.call("POST", BASE, config_map("a")))[0] == 201
        await watcher.send("GET", f"{BASE}?watch=1&resourceVersion=0")
        assert watcher.reader is not None
        await watcher.reader.readuntil(b'{"type":"ADDED"')
        assert await server.end(how) == 0
        assert (await watcher.reader.read()).endswith(b"0\r\n\r\n")  # the stream's own end, not a torn line
        line.drop()
        watcher.drop()
        # Its log is folded in; the next start has it all.
        assert sorted(f.name for f in (tmp_path / "world").iterdir()) == ["lock", "sa.key", "world.sqlite3"]
        await server.start()
        assert (await line.call("GET", f"{BASE}/a"))[0] == 200
        line.drop()
        await server.end(how)

    asyncio.run(run())


def test_a_second_one_is_refused(tmp_path: Path) -> None:
    """On the same folder, and on the same port, in one line and with nothing changed."""

    async def run() -> None:
        server = Server(tmp_path)
        await server.start()
        kubeconfig = (tmp_path / "kubeconfig").read_bytes()
        folder = await Server.refused([*server.command[:-3], str(tmp_path / "world"), *server.command[-2:]])
        assert "is in use by another quorate; stop it first" in folder
        other = [str(tmp_path / "other") if word == str(tmp_path / "world") else word for word in server.command]
        port = await Server.refused(other)
        assert f"cannot listen on 127.0.0.1:{server.port}: Address already in use" in port
        assert (tmp_path / "kubeconfig").read_bytes() == kubeconfig
        await server.end(signal.SIGINT)

    asyncio.run(run())


def test_a_full_disk_is_told_and_nothing_is_acknowledged_that_is_not_on_it(tmp_path: Path) -> None:
    async def run() -> None:
        server = Server(tmp_path)
        await server.start()
        assert server.process is not None and server.process.stderr is not None
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (3 << 20, 3 << 20))
        lines = [Line(server.port) for _ in range(4)]
        acknowledged: list[str] = []
        refused: list[dict[str, str]] = []

        async def fill(me: int) -> None:
            i = 0
            try:
                while True:
                    code, answer = await lines[me].call("POST", BASE, config_map(f"c-{me}-{i}", 20_000))
                    if code != 201:
                        assert code == 500
                        refused.append(answer)
                        return
                    acknowledged.append(answer["metadata"]["name"])
                    i += 1
            except LOST:
                pass

        async with asyncio.timeout(60):
            await asyncio.gather(*(fill(i) for i in range(4)))
            told = (await server.process.stderr.read()).decode()
            assert await server.process.wait() == 2
        assert refused and refused[0]["reason"] == "InternalError" and "cannot write" in refused[0]["message"]
        assert "Traceback" not in told and told.startswith("quorate: cannot write"), told
        assert "make room and start again" in told
        for line in lines:
            line.drop()
        await server.start()
        _, listed = await lines[0].call("GET", BASE)
        found = {one["metadata"]["name"] for one in listed["items"]} - {"kube-root-ca.crt"}
        assert len(acknowledged) > 20 and found == set(acknowledged)
        lines[0].drop()
        await server.end(signal.SIGINT)

    asyncio.run(run())
