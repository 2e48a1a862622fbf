"""The world on disk: what was reached is there after a kill; what is not ours is left alone."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from quorate.apiserver.store.store import Store
from quorate.edge.durable import COMPACT_EVERY, DataError, Durable


def config_map(name: str, value: str) -> dict:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"namespace": "default", "name": name, "uid": f"uid-{name}"},
        "data": {"k": value},
    }


def opened(folder: Path) -> tuple[Durable, Store]:
    durable = Durable(folder)
    kept = durable.load()
    store = Store()
    store.restore(((v.revision, v.resource, v.deleted, v.json) for v in kept.versions), kept.revision, kept.compacted)
    store.subscribe(durable.hear)
    return durable, store


async def write_all(durable: Durable) -> None:
    writing = asyncio.create_task(durable.run())
    await durable.reached()
    writing.cancel()


def test_what_was_reached_is_there_at_the_next_start(tmp_path: Path) -> None:
    durable, store = opened(tmp_path)
    store.put("configmaps", config_map("a", "1"))
    store.put("configmaps", config_map("b", "1"))
    store.put("configmaps", config_map("a", "2"))
    store.remove("configmaps", "default", "b")
    asyncio.run(write_all(durable))
    durable.close()

    durable, again = opened(tmp_path)
    assert again.revision == store.revision == 4
    assert [o["data"]["k"] for o in again.objects.list("configmaps")] == ["2"]
    assert [(c.type, c.revision) for c in again.since(1, "configmaps")] == [
        ("ADDED", 2),
        ("MODIFIED", 3),
        ("DELETED", 4),
    ]
    durable.close()


def test_the_time_and_the_number_of_starts_are_kept(tmp_path: Path) -> None:
    durable, store = opened(tmp_path)
    durable.clock = lambda: 12345
    store.put("configmaps", config_map("a", "1"))
    asyncio.run(write_all(durable))
    durable.close()
    durable = Durable(tmp_path)
    kept = durable.load()
    assert (kept.now, kept.starts) == (12345, 2)
    durable.close()


def test_compaction_bounds_the_file_and_keeps_every_object(tmp_path: Path) -> None:
    durable, store = opened(tmp_path)
    store.put("configmaps", config_map("still", "here"))
    for i in range(2 * COMPACT_EVERY + 10):
        store.put("configmaps", config_map("busy", str(i)))
    asyncio.run(write_all(durable))
    durable.close()
    with sqlite3.connect(tmp_path / "world.sqlite3") as base:
        assert base.execute("SELECT count(*) FROM versions").fetchone()[0] < COMPACT_EVERY + 20
    durable, again = opened(tmp_path)
    assert {o["metadata"]["name"] for o in again.objects.list("configmaps")} == {"still", "busy"}
    assert again.compacted > 0
    durable.close()


def test_a_foreign_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "world.sqlite3"
    path.write_bytes(b"somebody else's notes, long enough to be no database header")
    before = path.read_bytes()
    with pytest.raises(DataError, match="left as it is"):
        Durable(tmp_path)
    assert path.read_bytes() == before


def test_another_database_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "world.sqlite3") as base:
        base.execute("CREATE TABLE notes (x)")
    with pytest.raises(DataError, match="not a quorate world"):
        Durable(tmp_path)


def test_a_folder_serves_one_process_at_a_time(tmp_path: Path) -> None:
    durable = Durable(tmp_path)
    with pytest.raises(DataError, match="in use by another quorate"):
        Durable(tmp_path)
    durable.close()
    Durable(tmp_path).close()


WRITER = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_durable import config_map, opened

async def main():
    durable, store = opened(Path({folder!r}))
    writing = asyncio.create_task(durable.run())
    i = 0
    while True:
        done = store.put("configmaps", config_map(f"c-{{i}}", "x"))
        await durable.reached()
        print(done["metadata"]["resourceVersion"], flush=True)
        i += 1

asyncio.run(main())
"""


def test_a_kill_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    code = WRITER.format(tests=str(Path(__file__).parent), folder=str(tmp_path))
    answered: list[int] = []
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        for _ in range(20):
            answered.append(int(writer.stdout.readline()))
        os.kill(writer.pid, signal.SIGKILL)
        rest, _ = writer.communicate()
        answered += [int(line) for line in rest.split()]
        (tmp_path / "answered").write_bytes(orjson.dumps(answered))
    assert answered == sorted(set(answered))
    durable, store = opened(tmp_path)
    with sqlite3.connect(tmp_path / "world.sqlite3") as base:
        stored = {r for (r,) in base.execute("SELECT revision FROM versions")}
    durable.close()
    assert set(answered) <= stored
    assert store.revision >= answered[-1]
