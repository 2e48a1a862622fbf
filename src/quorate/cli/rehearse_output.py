"""What quorate rehearse prints and writes."""

import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Any

import orjson

from quorate.cli.refusal import Unusable
from quorate.rehearsal.drill import Drill, drill_named, drills
from quorate.rehearsal.rehearse import Report
from quorate.rehearsal.report.data import report_data

FORMATS = ("table", "json", "yaml")
UNSIZED = 160
"""Columns where nobody says how wide the page is: a file, a pipe, a CI log."""


def check_format(output: str) -> None:
    """Raises Unusable."""
    if output not in FORMATS:
        raise Unusable(f"no such output format: {output} (there are {', '.join(FORMATS)})")


def chosen_drills(names: list[str] | None) -> tuple[Drill, ...]:
    """The drills of these names, all when there are none. Raises Unusable."""
    if not names:
        return drills()
    out = []
    for name in dict.fromkeys(names):
        found = drill_named(name)
        if found is None:
            known = ", ".join(d.name for d in drills())
            raise Unusable(f"no such drill: {name} (there are {known})")
        out.append(found)
    return tuple(out)


def print_drills(output: str) -> None:
    if output != "table":
        _print_data([{"name": d.name, "about": d.about, "planned": d.planned} for d in drills()], output)
        return
    width = max(len(d.name) for d in drills())
    for d in drills():
        print(f"{d.name:<{width}}  {d.about}")


def print_report(report: Report, output: str) -> None:
    """The report on stdout, warnings on stderr, so that they are seen when the report goes to a file."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    for warning in report.warnings:
        console.print(f"[yellow]warning:[/] {_escaped(warning)}", soft_wrap=True)
    if output != "table":
        _print_data(report_data(report), output)
        return
    from quorate.rehearsal.report.terminal import show

    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else UNSIZED
    show(report, Console(width=width, highlight=False))


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _print_data(data: Any, output: str) -> None:
    if output == "json":
        print(orjson.dumps(data, option=orjson.OPT_INDENT_2).decode())
        return
    import yaml

    class Plain(yaml.SafeDumper):
        """Without anchors."""

        def ignore_aliases(self, data: object) -> bool:
            return True

    print(yaml.dump(data, Dumper=Plain, sort_keys=False), end="")


class Progress:
    """What goes on, on stderr, where that is a terminal; ends the rehearsal at once when it is told to."""

    def __init__(self) -> None:
        self._status: Any = None
        self._before: Any = None

    def __enter__(self) -> "Progress":
        # A pool's workers would outlive a process that just dies.
        self._before = signal.signal(signal.SIGTERM, _ended)
        if sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status("reading")
            self._status.start()
        return self

    def tell(self, text: str) -> None:
        if self._status is not None:
            self._status.update(text)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()
        signal.signal(signal.SIGTERM, self._before)


def _ended(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


class TraceFile:
    """Where the trace goes: in place only when all of it is written, and nothing is left of it otherwise."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._file: IO[bytes] | None = None
        self._partial: Path | None = None

    def __enter__(self) -> "TraceFile":
        return self

    def open(self) -> None:
        """Before anything is played. Raises Unusable when it cannot be written."""
        if self.path is None:
            return
        # A pipe or a device is written as it is; a file that is there stays until the new one is whole.
        is_plain = not self.path.exists() or self.path.is_file()
        self._partial = self.path.with_name(f".{self.path.name}.partial") if is_plain else None
        try:
            if self.path.is_file() and not os.access(self.path, os.W_OK):
                raise PermissionError(13, "Permission denied")
            self._file = (self._partial or self.path).open("wb")
        except OSError as wrong:
            raise self._unusable(wrong) from None

    def write(self, lines: Iterable[dict[str, Any]]) -> None:
        """One JSON object a line. Raises Unusable."""
        if self._file is None or self.path is None:
            return
        try:
            for line in lines:
                self._file.write(orjson.dumps(line) + b"\n")
            self._file.close()
            if self._partial is not None:
                self._partial.replace(self.path)
        except OSError as wrong:
            raise self._unusable(wrong) from None
        self._file = self._partial = None

    def _unusable(self, wrong: OSError) -> Unusable:
        return Unusable(f"cannot write the trace {self.path}: {wrong.strerror}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
        if self._partial is not None:
            self._partial.unlink(missing_ok=True)
