"""The file of a world on disk: made whole or not at all, and read without a byte of it being changed.

A file that is not ours, of another version, cut short or damaged is refused before anything opens it for writing. SQLite
finds pages that are not as they should be; what stands on them has a checksum of its own.
"""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from zlib import crc32

APPLICATION_ID = 0x51554F52
"""Marks the file as ours: "QUOR"."""
FORMAT = 2
MAGIC = b"SQLite format 3\0"
HEADER = 100
"""Bytes; the format's version and the application's stand at 60 and 68 (SQLite: fileformat2, 1.3)."""

SCHEMA = """
CREATE TABLE versions (
    revision INTEGER PRIMARY KEY, resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
    deleted INTEGER NOT NULL, json BLOB NOT NULL, checksum INTEGER NOT NULL
);
CREATE INDEX versions_of ON versions (resource, namespace, name, revision);
CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""
INSERT = "INSERT INTO versions VALUES (?,?,?,?,?,?,?)"

Row = tuple[int, str, str, str, bool, bytes, int]


class DataError(Exception):
    """The folder cannot be used; the message names it, says why and what to do."""


@dataclass(frozen=True, slots=True)
class Version:
    """One stored version: `deleted` when this is the last state of a removed object."""

    revision: int
    resource: str
    deleted: bool
    json: bytes


def row(revision: int, resource: str, namespace: str, name: str, deleted: bool, json: bytes) -> Row:
    """One version as the table has it."""
    about = f"{revision}\0{resource}\0{namespace}\0{name}\0{int(deleted)}\0"
    return revision, resource, namespace, name, deleted, json, crc32(json, crc32(about.encode()))


def create(path: Path) -> None:
    """A new file at `path`: there as a whole, or not at all. Raises OSError, sqlite3.Error."""
    beside = path.with_name(f".{path.name}.new")
    for left in (beside, Path(f"{beside}-journal"), Path(f"{beside}-wal"), Path(f"{beside}-shm")):
        left.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    with closing(sqlite3.connect(beside, isolation_level=None)) as base:
        base.executescript(
            f"BEGIN; PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={FORMAT}; {SCHEMA} COMMIT;"
        )
        base.execute("PRAGMA journal_mode=WAL")
    _sync(beside)
    os.replace(beside, path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def read(path: Path) -> tuple[tuple[Version, ...], dict[str, int]]:
    """Every version in order, and the facts. Raises DataError when it is not ours or not sound."""
    try:
        with path.open("rb") as file:
            header = file.read(HEADER)
    except OSError as wrong:
        raise DataError(f"cannot read {path}: {wrong.strerror}") from None
    if not header.startswith(MAGIC) or int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise DataError(f"{path} is not a quorate world; it is left as it is. Choose another folder for --data.")
    written = int.from_bytes(header[60:64], "big")
    if written != FORMAT:
        raise DataError(
            f"{path} was written by another version of quorate (format {written}, this one reads {FORMAT}); it is left "
            "as it is. Use that version, or choose another folder for --data."
        )
    # Who reads without a log beside it needs none made; who has one must read it, but may not fold it in.
    mode = "mode=ro" if Path(f"{path}-wal").exists() else "immutable=1"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?{mode}", uri=True)) as base:
            found = base.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                raise _damaged(path, found.splitlines()[-1])
            facts = dict(base.execute("SELECT name, value FROM facts"))
            versions = []
            for revision, resource, namespace, name, deleted, raw, checksum in base.execute(
                "SELECT revision, resource, namespace, name, deleted, json, checksum FROM versions ORDER BY revision"
            ):
                if row(revision, resource, namespace, name, bool(deleted), raw)[-1] != checksum:
                    raise _damaged(path, f"revision {revision} is not what was written")
                versions.append(Version(revision, resource, bool(deleted), raw))
    except (sqlite3.Error, TypeError, ValueError) as wrong:
        raise _damaged(path, str(wrong)) from None
    return tuple(versions), facts


def _damaged(path: Path, why: str) -> DataError:
    return DataError(f"{path} is damaged ({why}); it is left as it is. Restore a copy or choose another folder.")
