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
from operator import attrgetter
from pathlib import Path
from typing import Any, Protocol

import orjson

from quorate.edge.durable_file import INSERT, DataError, Row, Version, create, read, row

COMPACT_EVERY = 10_000
"""Revisions between compactions; as many are kept for watches to resume from."""


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
            self._versions, self._facts, self._base = self._open(folder)
        except BaseException:
            os.close(self._lock)
            raise
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="durable")
        self._pending: list[Commit] = []
        self._heard = self._written = self._compacted = 0
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._some = asyncio.Event()
        self.clock: Callable[[], int] = _unknown
        self.failed: DataError | None = None

    def _open(self, folder: Path) -> tuple[tuple[Version, ...], dict[str, int], sqlite3.Connection]:
        try:
            if not self.path.exists():
                if Path(f"{self.path}-wal").exists():
                    raise DataError(
                        f"{folder} has the log of a world but not {self.path.name}; it is left as it is. Restore a copy."
                    )
                create(self.path)
            versions, facts = read(self.path)
            base = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            # Every commit is synced: what was answered outlives a loss of power too.
            base.execute("PRAGMA synchronous=FULL")
            return versions, facts, base
        except OSError as wrong:
            raise DataError(f"cannot use the data folder {folder}: {wrong.strerror}") from None
        except sqlite3.Error as wrong:
            raise DataError(f"cannot use {self.path}: {wrong}; it is left as it is.") from None

    def load(self) -> Kept:
        """What was there; counts this start. To be called once. Raises DataError when the disk takes nothing."""
        facts, versions = self._facts, self._versions
        self._versions = ()
        starts = facts.get("starts", 0) + 1
        try:
            self._base.execute("INSERT OR REPLACE INTO facts VALUES ('starts', ?)", (starts,))
        except sqlite3.Error as wrong:
            raise self._unwritable(wrong) from None
        self._compacted = facts.get("compacted", 0)
        revision = max(facts.get("revision", 0), versions[-1].revision if versions else 0)
        self._heard = self._written = revision
        return Kept(versions, revision, self._compacted, facts.get("now", 0), starts)

    def adopt(self, versions: Iterable[tuple[int, str, bool, bytes]], revision: int, now: int, starts: int) -> None:
        """Take up a world from elsewhere before `load`, as `Store.restore` takes it, without its history.

        Raises DataError unless the folder is new.
        """
        if self._base.execute("SELECT 1 FROM versions LIMIT 1").fetchone():
            raise DataError(f"{self.path.parent} holds a world already; it is left as it is. Choose another folder.")
        rows, taken = [], []
        for at, resource, deleted, raw in versions:
            meta = orjson.loads(raw)["metadata"]
            rows.append(row(at, resource, meta.get("namespace", ""), meta["name"], deleted, raw))
            taken.append(Version(at, resource, deleted, raw))
        facts = {"revision": revision, "now": now, "compacted": revision, "starts": starts}
        try:
            self._insert(rows, facts)
        except sqlite3.Error as wrong:
            raise self._unwritable(wrong) from None
        self._versions, self._facts = tuple(sorted(taken, key=attrgetter("revision"))), facts

    def hear(self, commit: Commit) -> None:
        """Take a commit to be written; called by the store, in order."""
        self._pending.append(commit)
        self._heard = commit.revision
        self._some.set()

    @property
    def behind(self) -> bool:
        """Whether something heard is not on disk yet, or never will be."""
        return self._written < self._heard or self.failed is not None

    async def reached(self) -> None:
        """Return when everything heard so far is on disk. Raises DataError when it never will be."""
        if self.failed is not None:
            raise self.failed
        if self._written >= self._heard:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((self._heard, waiter))
        await waiter

    async def run(self) -> None:
        """Write what is heard, a group at a time, until cancelled. Raises DataError when the disk takes no more.

        Then nothing is answered any more, for what is in memory is not what is on disk.
        """
        loop = asyncio.get_running_loop()
        while True:
            await self._some.wait()
            self._some.clear()
            group, self._pending = self._pending, []
            if not group:
                continue
            try:
                await loop.run_in_executor(self._pool, self._write, group, self.clock())
            except Exception as wrong:
                self.failed = self._unwritable(wrong)
                for _, waiter in self._waiting:
                    if not waiter.done():
                        waiter.set_exception(self.failed)
                raise self.failed from None
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
            rows.append(row(commit.revision, *key, commit.type == "DELETED", commit.json()))
        last = rows[-1][0]
        to = last - COMPACT_EVERY if last - self._compacted > 2 * COMPACT_EVERY else 0
        self._insert(rows, {"revision": last, "now": now}, to)

    def _insert(self, rows: list[Row], facts: dict[str, int], compact_to: int = 0) -> None:
        """All of it in one transaction, or nothing. Raises sqlite3.Error."""
        base = self._base
        base.execute("BEGIN IMMEDIATE")
        try:
            base.executemany(INSERT, rows)
            base.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())
            if compact_to:
                self._compact(compact_to)
            base.execute("COMMIT")
        except BaseException:
            if base.in_transaction:  # a full disk may have ended it already
                base.execute("ROLLBACK")
            raise
        self._compacted = max(self._compacted, compact_to)

    def _compact(self, to: int) -> None:
        """Forget versions up to `to` that a later one up to there replaced, and removals up to there."""
        self._base.execute(
            "DELETE FROM versions WHERE revision <= ?1 AND (deleted OR EXISTS (SELECT 1 FROM versions AS later "
            "WHERE later.resource = versions.resource AND later.namespace = versions.namespace "
            "AND later.name = versions.name AND later.revision > versions.revision AND later.revision <= ?1))",
            (to,),
        )
        self._base.execute("INSERT OR REPLACE INTO facts VALUES ('compacted', ?)", (to,))

    def _unwritable(self, wrong: Exception) -> DataError:
        return DataError(
            f"cannot write {self.path}: {wrong}. What was answered is on disk, what could not be written was refused: "
            "make room and start again."
        )

    def close(self) -> None:
        """Write what is left and let the folder go. Raises DataError when the disk does not take it."""
        group, self._pending = self._pending, []
        try:
            if group and self.failed is None:
                self._pool.submit(self._write, group, self.clock()).result()
        except sqlite3.Error as wrong:
            raise self._unwritable(wrong) from None
        finally:
            self._pool.shutdown()
            self._base.close()
            os.close(self._lock)
