"""What quorate rehearse prints and writes."""

import os
from pathlib import Path
from typing import Any

import orjson

from quorate.cli.refusal import Unusable
from quorate.rehearsal.drill import Drill, drill_named, drills
from quorate.rehearsal.rehearse import Report
from quorate.rehearsal.report.data import report_data


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
    if output in ("json", "yaml"):
        _print_data([{"name": d.name, "about": d.about, "planned": d.planned} for d in drills()], output)
        return
    width = max(len(d.name) for d in drills())
    for d in drills():
        print(f"{d.name:<{width}}  {d.about}")


def print_report(report: Report, output: str) -> None:
    if output in ("json", "yaml"):
        _print_data(report_data(report), output)
        return
    from rich.console import Console

    from quorate.rehearsal.report.terminal import show

    width = None if os.isatty(1) or "COLUMNS" in os.environ else 160
    show(report, Console(width=width, highlight=False))


def _print_data(data: Any, output: str) -> None:
    if output == "json":
        print(orjson.dumps(data, option=orjson.OPT_INDENT_2).decode())
        return
    import yaml

    print(yaml.safe_dump(data, sort_keys=False), end="")


def write_trace(path: Path, report: Report) -> None:
    """One JSON object a line. Raises Unusable when the file cannot be written."""
    try:
        with path.open("wb") as out:
            for line in report.lines:
                out.write(orjson.dumps(line) + b"\n")
    except OSError as wrong:
        raise Unusable(f"cannot write the trace {path}: {wrong.strerror}") from None
