"""The files of a dump, wherever they are: on disk, in a tar, in a zip. Logs are opened only when somebody asks for one."""

import gzip
import io
import lzma
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

WANTED = (".json", ".yaml", ".yml")
TAIL = 16_384
"""Bytes of a log that are looked at: its last words."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file; `path` is as people would name it, `modified` in seconds since the epoch, `size` in bytes."""

    path: str
    modified: float
    size: int
    open: Callable[[], IO[bytes]]

    @property
    def wanted(self) -> bool:
        return self.path.endswith(WANTED)

    def read(self) -> bytes:
        with self.open() as stream:
            return stream.read()

    def tail(self, most: int) -> bytes:
        with self.open() as stream:
            if stream.seekable() and self.size > most:
                stream.seek(self.size - most)
            return stream.read()[-most:]


def members(path: Path) -> Iterator[Member]:
    """The files of a folder or archive, or the one file; "-" is standard input. Raises OSError, ValueError."""
    if str(path) == "-":
        yield from _standard_input()
    elif path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file():
                yield _on_disk(file)
    elif not path.exists():
        raise ValueError("no such file or folder")
    elif path.suffix in WANTED:
        yield _on_disk(path)
    else:
        with path.open("rb") as stream:
            yield from _archive(stream, str(path), _on_disk(path))


def _on_disk(path: Path) -> Member:
    told = path.stat()
    return Member(str(path), told.st_mtime, told.st_size, partial(_open, path))


def _open(path: Path) -> IO[bytes]:
    return path.open("rb")


def _standard_input() -> Iterator[Member]:
    """Also an archive may come in there; it is kept, as it can be read only once."""
    data = sys.stdin.buffer.read()
    yield from _archive(io.BytesIO(data), "<stdin>", Member("<stdin>", 0.0, len(data), partial(io.BytesIO, data)))


def _archive(stream: IO[bytes], path: str, plain: Member) -> Iterator[Member]:
    """What is in a zip, a tar (compressed or not) or a gzip; `plain` when it is neither."""
    start = stream.read(4)
    stream.seek(0)
    try:
        if start == b"PK\x03\x04":
            yield from _zip(zipfile.ZipFile(stream), path, plain)
            return
        try:
            archive = tarfile.open(fileobj=stream)  # noqa: SIM115  # closed below
        except tarfile.ReadError:
            stream.seek(0)
            if start[:2] == b"\x1f\x8b":
                data = gzip.decompress(stream.read())
                yield Member(path.removesuffix(".gz"), plain.modified, len(data), partial(io.BytesIO, data))
            else:
                yield plain
            return
        with archive:
            yield from _tar(archive, path)
    except (tarfile.TarError, EOFError, zipfile.BadZipFile, gzip.BadGzipFile, lzma.LZMAError) as wrong:
        raise ValueError(f"the archive is damaged or cut off: {wrong}") from None


def _zip(archive: zipfile.ZipFile, path: str, plain: Member) -> Iterator[Member]:
    with archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield Member(
                    f"{path}/{info.filename}", plain.modified, info.file_size, partial(_from_zip, plain, info.filename)
                )


def _from_zip(whole: Member, name: str) -> IO[bytes]:
    return io.BytesIO(_unzipped(whole, name))


def _unzipped(whole: Member, name: str) -> bytes:
    with whole.open() as stream, zipfile.ZipFile(stream) as archive:
        return archive.read(name)


def _tar(archive: tarfile.TarFile, path: str) -> Iterator[Member]:
    """A compressed archive can only be read from its beginning: it is laid down once, uncompressed, in a file without a name."""
    spool = _Spool()
    for info in archive:
        found = archive.extractfile(info) if info.isfile() else None
        if found is None:
            continue
        at = spool.file.tell()
        while block := found.read(1 << 20):
            spool.file.write(block)
        yield Member(f"{path}/{info.name}", info.mtime, info.size, partial(_part, spool, at, info.size))


class _Spool:
    """A file without a name, which goes when nobody reads of it any more."""

    def __init__(self) -> None:
        self.file = tempfile.SpooledTemporaryFile(1 << 24)  # noqa: SIM115  # closed when it is forgotten

    def __del__(self) -> None:
        self.file.close()


def _part(whole: _Spool, start: int, size: int) -> IO[bytes]:
    return io.BufferedReader(_Part(whole, start, size), 1 << 20)


class _Part(io.RawIOBase):
    """Part of a file, as a file."""

    def __init__(self, whole: _Spool, start: int, size: int) -> None:
        self._whole, self._start, self._size, self._at = whole, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, to: int, whence: int = 0) -> int:
        self._at = to + (self._at if whence == 1 else self._size if whence == 2 else 0)
        return self._at

    def readinto(self, into: Any) -> int:
        self._whole.file.seek(self._start + self._at)
        found = self._whole.file.read(min(len(into), max(0, self._size - self._at)))
        into[: len(found)] = found
        self._at += len(found)
        return len(found)


class Logs:
    """The logs of a dump by (namespace, pod, container, previous): a mapping that opens files when asked."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str, str, bool], Member] = {}
        self._texts: dict[tuple[str, str, str, bool], str] = {}
        self._whole: dict[tuple[str, str], Member] = {}

    def take(self, member: Member) -> bool:
        """Whether the file is a log; if so it is kept in mind."""
        parts = member.path.split("/")
        last = parts[-1]
        if last == "logs.txt" and len(parts) >= 3:
            self._whole[parts[-3], parts[-2]] = member
            return True
        if not last.endswith(".log"):
            return False
        if len(parts) >= 7 and parts[-2] == "logs" and "pods" in parts:
            # must-gather: namespaces/NS/pods/POD/CONTAINER/CONTAINER/logs/current.log
            at = len(parts) - 1 - parts[::-1].index("pods")
            if at >= 1 and len(parts) > at + 2:
                self._files[parts[at - 1], parts[at + 1], parts[at + 2], last.startswith("previous")] = member
            return True
        stem = last.removesuffix(".log")
        previous = stem.endswith("-previous")
        container = stem.removesuffix("-previous")
        if len(parts) >= 3:
            # support bundle: .../NS/POD/CONTAINER.log; of collectors that gather by name: .../POD/CONTAINER.log
            self._files[parts[-3], parts[-2], container, previous] = member
        return True

    def put(self, namespace: str, pod: str, container: str, text: str) -> None:
        self._texts[namespace, pod, container, False] = text

    def get(self, key: tuple[str, str, str, bool], default: Sequence[str] = ()) -> Sequence[str]:
        if key in self._texts:
            return self._texts[key].splitlines()[-100:]
        file = self._files.get(key)
        if file is not None:
            return _lines(file)
        if not key[3] and (key[0], key[1]) in self._whole:
            return _of_container(_lines(self._whole[key[0], key[1]], 4 * TAIL), key[2])
        return default


def _lines(file: Member, most: int = TAIL) -> list[str]:
    try:
        return file.tail(most).decode("utf-8", "replace").splitlines()
    except OSError:
        return []


def _of_container(lines: list[str], container: str) -> list[str]:
    """The part of a pod's logs.txt that is this container's; all of it when the marks are not there."""
    out: list[str] = []
    inside, marked = False, False
    for line in lines:
        if line.startswith("==== START logs for container "):
            marked, inside = True, f"container {container} of" in line
        elif line.startswith("==== END logs"):
            inside = False
        elif inside:
            out.append(line)
    return out if marked else lines
