"""The world on disk: what was reached is there after a kill; what is not ours is left alone."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import orjson
import pytest

from quorate.apiserver.store.store import Store
from quorate.edge.durable import COMPACT_EVERY, Durable
from quorate.edge.durable_file import DataError, Version, read

FILE = "world.sqlite3"


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


def test_the_file_stays_bounded_under_churn(tmp_path: Path) -> None:
    """Ten objects rewritten again and again: what the disk holds does not grow with the number of writes."""
    durable, store = opened(tmp_path)
    sizes = []
    for turn in range(7):
        for i in range(COMPACT_EVERY):
            store.put("configmaps", config_map(f"busy-{i % 10}", f"{turn}-{i}"))
        asyncio.run(write_all(durable))
        sizes.append(sum(f.stat().st_size for f in tmp_path.iterdir()))
    durable.close()
    # Between two compactions up to twice as many versions are kept, and the log holds one group more.
    assert sizes[-1] <= 1.1 * max(sizes[:5])


def written(folder: Path) -> bytes:
    """A world of twenty objects, closed."""
    durable, store = opened(folder)
    for i in range(20):
        store.put("configmaps", config_map(f"c-{i}", "x" * 300))
    asyncio.run(write_all(durable))
    durable.close()
    return (folder / FILE).read_bytes()


def foreign(folder: Path) -> bytes:
    with closing(sqlite3.connect(folder / FILE)) as base:
        base.execute("CREATE TABLE notes (x)")
    return (folder / FILE).read_bytes()


def of_another_version(folder: Path) -> bytes:
    written(folder)
    with closing(sqlite3.connect(folder / FILE)) as base:
        base.execute("PRAGMA user_version=99")
    return (folder / FILE).read_bytes()


def without_its_tables(folder: Path) -> bytes:
    written(folder)
    with closing(sqlite3.connect(folder / FILE)) as base:
        base.execute("DROP TABLE facts")
    return (folder / FILE).read_bytes()


def with_another_value(folder: Path) -> bytes:
    """Sound as a database, but not what was written."""
    written(folder)
    with closing(sqlite3.connect(folder / FILE)) as base:
        base.execute("UPDATE versions SET json = CAST(replace(json, 'xxx', 'yyy') AS BLOB) WHERE revision = 7")
        base.commit()
    return (folder / FILE).read_bytes()


SPOILED: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "a text": (
        lambda folder: b"somebody else's notes, long enough to be no database header" * 9,
        "not a quorate world",
    ),
    "nothing": (lambda folder: b"", "not a quorate world"),
    "a database of others": (foreign, "not a quorate world"),
    "a header cut off": (lambda folder: written(folder)[:50], "not a quorate world"),
    "another version": (of_another_version, "another version of quorate"),
    "only its first page": (lambda folder: written(folder)[:4096], "damaged"),
    "half of it": (lambda folder: written(folder)[: len(written(folder)) // 2], "damaged"),
    "zeroes from the middle on": (
        lambda folder: (whole := written(folder))[:8192] + bytes(len(whole) - 8192),
        "damaged",
    ),
    "a missing table": (without_its_tables, "damaged"),
    "a changed value": (with_another_value, "damaged .revision 7 is not what was written"),
}


@pytest.mark.parametrize("what", SPOILED)
def test_what_is_no_sound_world_is_refused_and_left_as_it_is(what: str, tmp_path: Path) -> None:
    make, told = SPOILED[what]
    content = make(tmp_path)
    (tmp_path / FILE).write_bytes(content)
    for _ in range(2):
        with pytest.raises(DataError, match=f"{FILE} .*{told}.*left as it is"):
            Durable(tmp_path)
        assert (tmp_path / FILE).read_bytes() == content
    assert sorted(f.name for f in tmp_path.iterdir()) == ["lock", FILE]


def test_no_flipped_byte_is_taken_for_the_truth(tmp_path: Path) -> None:
    """Wherever one byte is another: either the file is refused as it is, or all that it holds is as it was written."""
    whole = written(tmp_path / "sound")
    sound = load(tmp_path / "sound")
    chance = Random(11)
    refused = 0
    for _ in range(120):
        at = chance.randrange(len(whole))
        content = whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :]
        (tmp_path / FILE).write_bytes(content)
        try:
            versions, _ = read(tmp_path / FILE)
        except DataError:
            refused += 1
            assert (tmp_path / FILE).read_bytes() == content
        else:
            assert versions == sound, at
    assert refused > 20


def load(folder: Path) -> tuple[Version, ...]:
    return read(folder / FILE)[0]


def test_a_damaged_world_with_a_log_beside_it_is_left_as_it_is(tmp_path: Path) -> None:
    """A kill leaves the log; reading must not fold it into a file that turns out to be damaged."""
    durable, store = opened(tmp_path / "from")
    for i in range(400):
        store.put("configmaps", config_map(f"c-{i}", "x" * 3000))
        if i == 300:
            asyncio.run(write_all(durable))
            durable._base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    asyncio.run(write_all(durable))
    for name in (FILE, f"{FILE}-wal"):
        (tmp_path / name).write_bytes((tmp_path / "from" / name).read_bytes())
    durable.close()
    whole = (tmp_path / FILE).read_bytes()
    assert len(load(tmp_path)) == 400
    (tmp_path / FILE).write_bytes(whole[: len(whole) // 2])
    before = {name: (tmp_path / name).read_bytes() for name in (FILE, f"{FILE}-wal")}
    with pytest.raises(DataError, match="damaged"):
        Durable(tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in before} == before
    (tmp_path / FILE).unlink()
    with pytest.raises(DataError, match=r"has the log of a world but not world.sqlite3"):
        Durable(tmp_path)


def test_a_start_that_was_cut_off_is_begun_anew(tmp_path: Path) -> None:
    for name in (f".{FILE}.new", f".{FILE}.new-journal", f".{FILE}.new-wal"):
        (tmp_path / name).write_bytes(b"half of it")
    written(tmp_path)
    assert len(load(tmp_path)) == 20
    assert sorted(f.name for f in tmp_path.iterdir()) == ["lock", FILE]
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_a_disk_that_takes_no_more(tmp_path: Path) -> None:
    """Who waits is told, nothing of the group is kept, and nothing is answered from then on."""
    durable, store = opened(tmp_path)
    store.put("configmaps", config_map("before", "1"))
    asyncio.run(write_all(durable))
    pages = durable._base.execute("PRAGMA page_count").fetchone()[0]
    durable._base.execute(f"PRAGMA max_page_count={pages}")

    async def fill() -> None:
        writing = asyncio.create_task(durable.run())
        for i in range(50):
            store.put("configmaps", config_map(f"c-{i}", "x" * 1000))
        for _ in range(2):
            with pytest.raises(DataError, match=r"database or disk is full\. What was answered is on disk"):
                await durable.reached()
        with pytest.raises(DataError):
            await writing

    asyncio.run(fill())
    durable.close()
    assert [v.revision for v in load(tmp_path)] == [1]


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
