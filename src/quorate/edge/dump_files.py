"""The files of a dump, wherever they are: on disk, in a tar, in a zip. Logs are opened only when somebody asks for one."""

import io
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

WANTED = (".json", ".yaml", ".yml")
TAIL = 16_384
"""Bytes of a log that are looked at: its last words."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file; `path` is as people would name it, `modified` in seconds since the epoch."""

    path: str
    modified: float
    read: Callable[[], bytes]

    @property
    def wanted(self) -> bool:
        return self.path.endswith(WANTED)


def members(path: Path) -> Iterator[Member]:
    """The files of a folder or archive, or the one file; "-" is standard input. Raises OSError, ValueError."""
    if str(path) == "-":
        yield Member("<stdin>", 0.0, sys.stdin.buffer.read)
    elif path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file():
                yield Member(str(file), file.stat().st_mtime, file.read_bytes)
    elif not path.exists():
        raise ValueError("no such file or folder")
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if not info.is_dir():
                    yield Member(f"{path}/{info.filename}", 0.0, partial(_from_zip, path, info.filename))
    elif path.suffix in WANTED or not tarfile.is_tarfile(path):
        yield Member(str(path), path.stat().st_mtime, path.read_bytes)
    else:
        yield from _tar(path)


def _tar(path: Path) -> Iterator[Member]:
    try:
        with tarfile.open(path) as archive:
            for info in archive:
                if not info.isfile():
                    continue
                name = f"{path}/{info.name}"
                if name.endswith(WANTED):
                    # A compressed archive can only be read from its beginning: what is wanted is read in passing.
                    found = archive.extractfile(info)
                    yield Member(name, info.mtime, io.BytesIO(found.read() if found else b"").read)
                else:
                    yield Member(name, info.mtime, partial(_from_tar, path, info.name))
    except (tarfile.TarError, EOFError, zipfile.BadZipFile) as wrong:
        raise ValueError(f"the archive is damaged or cut off: {wrong}") from None


def _from_zip(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def _from_tar(path: Path, name: str) -> bytes:
    with tarfile.open(path) as archive:
        found = archive.extractfile(name)
        return found.read() if found else b""


class Logs:
    """The logs of a dump by (namespace, pod, container, previous): a mapping that opens files when asked."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str, str, bool], Callable[[], bytes]] = {}
        self._texts: dict[tuple[str, str, str, bool], str] = {}
        self._whole: dict[tuple[str, str], Callable[[], bytes]] = {}

    def take(self, member: Member) -> bool:
        """Whether the file is a log; if so it is kept in mind."""
        parts = member.path.split("/")
        last = parts[-1]
        if last == "logs.txt" and len(parts) >= 3:
            self._whole[parts[-3], parts[-2]] = member.read
            return True
        if not last.endswith(".log"):
            return False
        if len(parts) >= 7 and parts[-2] == "logs" and "pods" in parts:
            # must-gather: namespaces/NS/pods/POD/CONTAINER/CONTAINER/logs/current.log
            at = len(parts) - 1 - parts[::-1].index("pods")
            if at >= 1 and len(parts) > at + 2:
                self._files[parts[at - 1], parts[at + 1], parts[at + 2], last.startswith("previous")] = member.read
            return True
        stem = last.removesuffix(".log")
        previous = stem.endswith("-previous")
        container = stem.removesuffix("-previous")
        if len(parts) >= 3:
            # support bundle: .../NS/POD/CONTAINER.log; of collectors that gather by name: .../POD/CONTAINER.log
            self._files[parts[-3], parts[-2], container, previous] = member.read
        return True

    def put(self, namespace: str, pod: str, container: str, text: str) -> None:
        self._texts[namespace, pod, container, False] = text

    def get(self, key: tuple[str, str, str, bool], default: Sequence[str] = ()) -> Sequence[str]:
        if key in self._texts:
            return self._texts[key].splitlines()[-100:]
        read = self._files.get(key)
        if read is not None:
            return _lines(read)
        if not key[3] and (key[0], key[1]) in self._whole:
            return _of_container(_lines(self._whole[key[0], key[1]], 4 * TAIL), key[2])
        return default


def _lines(read: Callable[[], bytes], most: int = TAIL) -> list[str]:
    try:
        return read()[-most:].decode("utf-8", "replace").splitlines()
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
