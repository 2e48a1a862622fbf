"""The server is killed while clients write: what was acknowledged is there, once, and watches go on."""

import asyncio
import os
import sys
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from hammer import BASE, Line, Server, Told, follow, write

KILLS = int(os.environ.get("QUORATE_KILLS", "12"))
"""`python -m bench crash` has it killed 50 times."""
WRITERS = 8


def test_what_was_acknowledged_outlives_every_kill(tmp_path: Path) -> None:
    asyncio.run(hammered(tmp_path, Random(20)))


async def hammered(folder: Path, chance: Random) -> None:
    server, told, heard = Server(folder), Told(), []
    stop, heard_all = asyncio.Event(), asyncio.Event()
    await server.start()
    line = Line(server.port)
    _, first = await line.call("GET", BASE)
    line.drop()
    start = int(first["metadata"]["resourceVersion"])
    lines = [Line(server.port) for _ in range(WRITERS + 1)]
    writers = [asyncio.create_task(write(lines[i], told, i, chance, stop)) for i in range(WRITERS)]
    watcher = asyncio.create_task(follow(lines[-1], start, heard, heard_all))
    try:
        for kill in range(KILLS):
            await asyncio.sleep(chance.uniform(0.01, 0.25))
            await server.end()
            if kill % 10 == 7:  # and once in a while it does not even come up
                await server.start(wait=False)
                await asyncio.sleep(chance.uniform(0.0, 0.8))
                await server.end()
            await server.start()
            for task in (*writers, watcher):
                assert not task.done(), task.exception()
        stop.set()
        await asyncio.gather(*writers)
        found = await everything(line)
        last = max(told.revisions)
        async with asyncio.timeout(30):
            while not heard or heard[-1][1] < last:
                await asyncio.sleep(0.02)
        heard_all.set()
    finally:
        for task in (*writers, watcher):
            task.cancel()
        await server.end()
        await asyncio.gather(*writers, watcher, return_exceptions=True)
        for one in (line, *lines):
            one.drop()
    compare(told, found, heard)
    print(
        f"{KILLS} kills, {len(told.revisions)} writes acknowledged, {len(told.doubtful)} cut off, {len(heard)} events"
    )


async def everything(line: Line) -> list[Any]:
    code, listed = await line.call("GET", BASE)
    assert code == 200
    items: list[Any] = listed["items"]
    return [one for one in items if one["metadata"]["name"].startswith("w")]


def compare(told: Told, found: list[Any], heard: list[tuple[str, int, str]]) -> None:
    assert len(told.revisions) > KILLS and len(told.doubtful) < len(told.revisions)
    assert len(told.revisions) == len(set(told.revisions))
    by_name = {one["metadata"]["name"]: one for one in found}
    assert len(by_name) == len(found) == len({one["metadata"]["uid"] for one in found})
    for name, state in told.state.items():
        if name in told.doubtful:
            continue
        if state is None:
            assert name not in by_name, f"{name} was deleted"
            continue
        meta = by_name[name]["metadata"]
        assert (int(meta["resourceVersion"]), meta["uid"], by_name[name]["data"]["k"]) == state
    assert by_name.keys() <= told.created | told.doubtful
    # The watcher heard of every acknowledged write, of each once, in order, over all restarts.
    revisions = [at for _, at, _ in heard]
    assert revisions == sorted(set(revisions))
    assert set(told.revisions) <= set(revisions)
    born = [name for type, _, name in heard if type == "ADDED"]
    assert len(born) == len(set(born)) and told.created <= set(born)
