"""A world in a file: what comes back is what was kept; what is no snapshot is refused."""

import gzip
from pathlib import Path

import orjson
import pytest

from quorate import __version__
from quorate.edge.durable import Durable
from quorate.edge.durable_file import DataError
from quorate.edge.snapshot import Snapshot, SnapshotError, pack, read_snapshot, unpack, write_snapshot


def raw(name: str, revision: int) -> bytes:
    return orjson.dumps(
        {"kind": "ConfigMap", "metadata": {"namespace": "default", "name": name, "resourceVersion": str(revision)}}
    )


SMALL = Snapshot(9, 1_767_225_600_000_000, 5, (("configmaps", raw("b", 7)), ("configmaps", raw("a\n", 3))))


def test_what_comes_back_is_what_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "world.snap"
    write_snapshot(path, pack(SMALL))
    assert read_snapshot(path) == SMALL
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]
    assert [(at, gone) for at, _, gone, _ in SMALL.versions()] == [(3, False), (7, False)]
    assert pack(SMALL) == pack(SMALL)  # the same world, the same bytes


def test_the_first_line_is_for_people() -> None:
    mark, _, packed = pack(SMALL).partition(b"\n")
    assert mark == b"quorate-snapshot 1"
    assert orjson.loads(gzip.decompress(packed).split(b"\n")[0])["quorate"] == __version__


def made(head: dict, *lines: bytes) -> bytes:
    return b"quorate-snapshot 1\n" + gzip.compress(b"\n".join((orjson.dumps(head), *lines)))


HEAD = {"quorate": "0.1.0", "revision": 9, "now": 0, "seed": 0, "objects": 1}


@pytest.mark.parametrize(("content", "why"), [
    (b"", "is no snapshot of quorate"),
    (b"apiVersion: v1\n", "is no snapshot of quorate"),
    (gzip.compress(b"x"), "is no snapshot of quorate"),
    (pack(SMALL).replace(b"snapshot 1", b"snapshot 2", 1), "was written by another version of quorate"),
    (pack(SMALL)[:-9], "is damaged"),
    (pack(SMALL)[:60], "is damaged"),
    (pack(SMALL)[:70] + b"\xff" + pack(SMALL)[71:], "is damaged"),
    (made({}), "is damaged"),
    (made({**HEAD, "revision": "9"}, b'["configmaps",' + raw("a", 1) + b"]"), "revision is no number"),
    (made({**HEAD, "objects": 2}, b'["configmaps",' + raw("a", 1) + b"]"), "2 objects were written, 1 are there"),
    (made(HEAD, b'["configmaps",' + raw("a", 10) + b"]"), "contradict"),
    (made({**HEAD, "objects": 2}, *[b'["configmaps",' + raw(n, 1) + b"]" for n in "ab"]), "contradict"),
    (made(HEAD, b'["configmaps",{"metadata":{"name":1,"resourceVersion":"1"}}]'), "an object has no name"),
    (made(HEAD, b'{"metadata":{}}'), "is damaged"),
    (made(HEAD, b"[]"), "is damaged"),
], ids=lambda v: "bytes" if isinstance(v, bytes) else str(v))  # fmt: skip
def test_what_is_no_snapshot_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(SnapshotError, match=why) as told:
        unpack(content, "it.snap")
    assert str(told.value).startswith("it.snap ") and "\n" not in str(told.value)


def test_a_file_that_cannot_be_read_or_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"cannot read .*absent.snap: No such file"):
        read_snapshot(tmp_path / "absent.snap")
    with pytest.raises(SnapshotError, match=r"cannot write .*x.snap: No such file"):
        write_snapshot(tmp_path / "nowhere" / "x.snap", b"")


def test_a_data_folder_takes_up_a_snapshot_once(tmp_path: Path) -> None:
    durable = Durable(tmp_path)
    durable.adopt(SMALL.versions(), SMALL.revision, SMALL.now, 1)
    durable.close()
    durable = Durable(tmp_path)
    kept = durable.load()
    assert (kept.revision, kept.compacted, kept.now, kept.starts) == (9, 9, SMALL.now, 2)
    assert [v.json for v in kept.versions] == [raw("a\n", 3), raw("b", 7)]
    with pytest.raises(DataError, match="holds a world already"):
        durable.adopt(SMALL.versions(), SMALL.revision, SMALL.now, 1)
    durable.close()
