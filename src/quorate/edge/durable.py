"""The world on disk: every commit in one SQLite file, in WAL mode, written in groups.

A request is answered only when its commit is on disk (`Durable.reached`), so that a kill at any moment loses nothing that
was answered. Versions older than the newest that watches may resume from are compacted away, which bounds the file.
"""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import orjson

APPLICATION_ID = 0x51554F52
"""Marks the file as ours: "QUOR"."""
FORMAT = 1
COMPACT_EVERY = 10_000
"""Revisions between compactions; as many are kept for watches to resume from."""

SCHEMA = """
CREATE TABLE versions (
    revision INTEGER PRIMARY KEY, resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
    deleted INTEGER NOT NULL, json BLOB NOT NULL
);
CREATE INDEX versions_of ON versions (resource, namespace, name, revision);
CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""


class DataError(Exception):
    """The folder cannot be used; the message names it, says why and what to do."""


class Commit(Protocol):
    """One committed change, as the store tells it."""

    @property
    def revision(self) -> int: ...
    @property
    def resource(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def new(self) -> dict[str, Any]: ...
    def json(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Version:
    """One stored version: `deleted` when this is the last state of a removed object."""

    revision: int
    resource: str
    deleted: bool
    json: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """What a folder holds. `now` is the world's time when it was last written (microseconds), 0 for a new folder."""

    versions: tuple[Version, ...]
    revision: int
    compacted: int
    now: int
    starts: int


def _unknown() -> int:
    return 0


class Durable:
    """The open file. One process at a time. `clock` tells the world's time, to be kept with each group."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "world.sqlite3"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as wrong:
            raise DataError(f"cannot use the data folder {folder}: {wrong.strerror}") from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise DataError(f"the data folder {folder} is in use by another quorate; stop it first") from None
        try:
            self._base = self._open()
        except DataError:
            os.close(self._lock)
            raise
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="durable")
        self._pending: list[Commit] = []
        self._heard = self._written = self._compacted = 0
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._some = asyncio.Event()
        self.clock: Callable[[], int] = _unknown
        self.failed: BaseException | None = None

    def _open(self) -> sqlite3.Connection:
        new = not self.path.exists() or self.path.stat().st_size == 0
        try:
            if new:
                self.path.touch(mode=0o600)
            base = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            if new:
                base.executescript(f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={FORMAT};")
            elif base.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise DataError(
                    f"{self.path} is not a quorate world; it is left as it is. Choose another folder for --data."
                )
            if base.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
                raise DataError(f"{self.path} was written by another version of quorate; it is left as it is.")
            if not new and base.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise DataError(
                    f"{self.path} is damaged; it is left as it is. Restore a copy or choose another folder."
                )
            base.execute("PRAGMA journal_mode=WAL")
            base.execute("PRAGMA synchronous=FULL")
            if new or not base.execute("SELECT 1 FROM sqlite_master WHERE name='versions'").fetchone():
                base.executescript("BEGIN;" + SCHEMA + "COMMIT;")
            return base
        except sqlite3.DatabaseError as wrong:
            raise DataError(f"{self.path} cannot be read as a quorate world ({wrong}); it is left as it is.") from None

    def load(self) -> Kept:
        """What is there; counts this start. Raises DataError when the file is damaged."""
        try:
            facts = dict(self._base.execute("SELECT name, value FROM facts"))
            rows = self._base.execute("SELECT revision, resource, deleted, json FROM versions ORDER BY revision")
            versions = tuple(Version(r, resource, bool(gone), raw) for r, resource, gone, raw in rows)
            starts = facts.get("starts", 0) + 1
            self._base.execute("INSERT OR REPLACE INTO facts VALUES ('starts', ?)", (starts,))
        except sqlite3.DatabaseError as wrong:
            raise DataError(f"{self.path} is damaged ({wrong}); it is left as it is.") from None
        self._compacted = facts.get("compacted", 0)
        revision = max(facts.get("revision", 0), versions[-1].revision if versions else 0)
        self._heard = self._written = revision
        return Kept(versions, revision, self._compacted, facts.get("now", 0), starts)

    def adopt(self, versions: Iterable[tuple[int, str, bool, bytes]], revision: int, now: int, starts: int) -> None:
        """Take up a world from elsewhere, as `Store.restore` takes it, without its history. Raises DataError unless new."""
        if self._base.execute("SELECT 1 FROM versions LIMIT 1").fetchone():
            raise DataError(f"{self.path.parent} holds a world already; it is left as it is. Choose another folder.")
        rows = []
        for at, resource, deleted, raw in versions:
            meta = orjson.loads(raw)["metadata"]
            rows.append((at, resource, meta.get("namespace", ""), meta["name"], deleted, raw))
        facts = (("revision", revision), ("now", now), ("compacted", revision), ("starts", starts))
        self._base.execute("BEGIN IMMEDIATE")
        self._base.executemany("INSERT INTO versions VALUES (?,?,?,?,?,?)", rows)
        self._base.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts)
        self._base.execute("COMMIT")

    def hear(self, commit: Commit) -> None:
        """Take a commit to be written; called by the store, in order."""
        self._pending.append(commit)
        self._heard = commit.revision
        self._some.set()

    async def reached(self) -> None:
        """Return when everything heard so far is on disk. Raises what the disk raised."""
        if self.failed is not None:
            raise self.failed
        if self._written >= self._heard:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((self._heard, waiter))
        await waiter

    async def run(self) -> None:
        """Write what is heard, a group at a time, until cancelled. Raises what the disk raises."""
        loop = asyncio.get_running_loop()
        while True:
            await self._some.wait()
            self._some.clear()
            group, self._pending = self._pending, []
            if not group:
                continue
            try:
                await loop.run_in_executor(self._pool, self._write, group, self.clock())
            except BaseException as wrong:
                self.failed = wrong
                for _, waiter in self._waiting:
                    if not waiter.done():
                        waiter.set_exception(wrong)
                raise
            self._written = group[-1].revision
            still = []
            for revision, waiter in self._waiting:
                if revision > self._written:
                    still.append((revision, waiter))
                elif not waiter.done():
                    waiter.set_result(None)
            self._waiting = still

    def _write(self, group: Iterable[Commit], now: int) -> None:
        rows = []
        for commit in group:
            meta = commit.new["metadata"]
            key = (commit.resource, meta.get("namespace", ""), meta["name"])
            rows.append((commit.revision, *key, commit.type == "DELETED", commit.json()))
        last = rows[-1][0]
        base = self._base
        base.execute("BEGIN IMMEDIATE")
        try:
            base.executemany("INSERT INTO versions VALUES (?,?,?,?,?,?)", rows)
            base.execute("INSERT OR REPLACE INTO facts VALUES ('revision', ?), ('now', ?)", (last, now))
            if last - self._compacted > 2 * COMPACT_EVERY:
                self._compact(last - COMPACT_EVERY)
            base.execute("COMMIT")
        except BaseException:
            base.execute("ROLLBACK")
            raise

    def _compact(self, to: int) -> None:
        """Forget versions up to `to` that a later one up to there replaced, and removals up to there."""
        self._base.execute(
            "DELETE FROM versions WHERE revision <= ?1 AND (deleted OR EXISTS (SELECT 1 FROM versions AS later "
            "WHERE later.resource = versions.resource AND later.namespace = versions.namespace "
            "AND later.name = versions.name AND later.revision > versions.revision AND later.revision <= ?1))",
            (to,),
        )
        self._base.execute("INSERT OR REPLACE INTO facts VALUES ('compacted', ?)", (to,))
        self._compacted = to

    def close(self) -> None:
        """Write what is left and let the folder go."""
        group, self._pending = self._pending, []
        if group and self.failed is None:
            self._pool.submit(self._write, group, self.clock()).result()
        self._pool.shutdown()
        self._base.close()
        os.close(self._lock)
