"""A whole world as one file: a line that marks the format, then gzip'd lines of JSON: what it is, and every object.

    quorate-snapshot 1
    {"quorate": "0.1.0", "revision": 412, "now": 1767225600000000, "seed": 0, "objects": 2}
    ["namespaces", {...}]
    ["pods", {...}]

Data, never a pickle: a file from somebody else can be read without running what it says. It ends the history of watches:
who resumes from before it is told to list again. Faults in force are left out (what they did to objects is in the objects).
"""

import gzip
import os
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from quorate import __version__

MARK = b"quorate-snapshot "
FORMAT = 1
MEDIA = "application/x-quorate-snapshot"
LEVEL = 3
"""JSON of objects is as small as this; more costs time and saves little."""


class SnapshotError(Exception):
    """The file cannot be written or read as a snapshot; the message names it and says why."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """now     the world's time, microseconds since the epoch
    objects   (resource, JSON bytes of the committed object)
    """

    revision: int
    now: int
    seed: int
    objects: tuple[tuple[str, bytes], ...]

    def versions(self) -> Iterable[tuple[int, str, bool, bytes]]:
        """(revision, resource, deleted, bytes) in order of revision, as `Store.restore` takes them."""
        found = [
            (int(orjson.loads(raw)["metadata"]["resourceVersion"]), resource, raw) for resource, raw in self.objects
        ]
        for revision, resource, raw in sorted(found):
            yield revision, resource, False, raw


def pack(snapshot: Snapshot) -> bytes:
    head = {
        "quorate": __version__, "revision": snapshot.revision, "now": snapshot.now, "seed": snapshot.seed,
        "objects": len(snapshot.objects),
    }  # fmt: skip
    lines = [orjson.dumps(head)]
    lines += [b'["%s",%s]' % (resource.encode(), raw) for resource, raw in snapshot.objects]
    lines.append(b"")
    return MARK + b"%d\n" % FORMAT + gzip.compress(b"\n".join(lines), LEVEL, mtime=0)


def unpack(raw: bytes, source: str) -> Snapshot:
    """`source` names it in errors. Raises SnapshotError."""
    mark, _, packed = raw.partition(b"\n")
    if not mark.startswith(MARK):
        raise SnapshotError(f"{source} is no snapshot of quorate")
    if mark != MARK + b"%d" % FORMAT:
        raise SnapshotError(f"{source} was written by another version of quorate: {mark.decode('ascii', 'replace')!r}")
    try:
        head, *lines = gzip.decompress(packed).splitlines()
        told = orjson.loads(head)
        made = Snapshot(
            _number(told, "revision"),
            _number(told, "now"),
            _number(told, "seed"),
            tuple(_object(line) for line in lines),
        )
        if len(lines) != told["objects"]:
            raise ValueError(f"{told['objects']} objects were written, {len(lines)} are there")
        _check(made)
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as wrong:
        raise SnapshotError(f"{source} is damaged: {wrong}") from None
    return made


def _number(told: Any, name: str) -> int:
    found = told[name]
    if not isinstance(found, int) or isinstance(found, bool):
        raise ValueError(f"{name} is no number")
    return found


def _object(line: bytes) -> tuple[str, bytes]:
    resource, obj = orjson.loads(line)
    if not isinstance(resource, str) or not isinstance(obj["metadata"]["name"], str):
        raise ValueError("an object has no name")
    return resource, orjson.dumps(obj)


def _check(made: Snapshot) -> None:
    revisions = [revision for revision, *_ in made.versions()]
    if len(set(revisions)) != len(revisions) or (revisions and revisions[-1] > made.revision):
        raise ValueError("its revisions contradict each other")


def write_snapshot(path: Path, raw: bytes) -> None:
    """Whole or not at all. Raises SnapshotError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # Secrets are in it
        with os.fdopen(handle, "wb") as out:
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
        os.replace(beside, path)
    except OSError as wrong:
        beside.unlink(missing_ok=True) if beside.parent.is_dir() else None
        raise SnapshotError(f"cannot write {path}: {wrong.strerror or wrong}") from None


def read_snapshot(path: Path) -> Snapshot:
    """Raises SnapshotError."""
    try:
        raw = path.read_bytes()
    except OSError as wrong:
        raise SnapshotError(f"cannot read {path}: {wrong.strerror or wrong}") from None
    return unpack(raw, str(path))
