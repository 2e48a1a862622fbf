"""The report for a terminal: a table a workload, then the fixes in order of worth.

Laid out here rather than by a table of rich: no trailing blanks, and in a narrow terminal the reasons move below their rows.
"""

from collections.abc import Iterator
from textwrap import wrap

import yaml
from rich.console import Console
from rich.text import Text

from quorate.kernel.clock import Duration
from quorate.rehearsal.fixes import Change
from quorate.rehearsal.proving import Proven, Turn
from quorate.rehearsal.rehearse import Report
from quorate.rehearsal.span import span_text
from quorate.rehearsal.verdict import Outcome
from quorate.rehearsal.workload import Workload

COLOUR = {"pass": "green", "degraded": "yellow", "fail": "bold red", "skipped": "dim"}
HEADS = ("DRILL", "VERDICT", "QUORUM", "OUTAGE", "RECOVERY", "AT RISK")
LEFT = ("DRILL", "VERDICT")
GAP = "  "
ROOM = 40
"""Columns that the reasons want beside the figures; with fewer they go below."""


def show(report: Report, console: Console) -> None:
    """Print it. Colour is the console's affair: none where there is no terminal."""
    widths = [max(len(row[i]) for row in [HEADS, *map(_cells, report.outcomes)]) for i in range(len(HEADS))]
    for number, workload in enumerate(report.workloads):
        rows = [o for o in report.outcomes if o.workload == workload.title]
        if number:
            _print(console, "")
        _print(console, Text(_title(workload) + (f"; seed {report.seed}" if not number else ""), style="bold"))
        for line in _table(rows, widths, console.width):
            _print(console, line)
    _fixes(report, console)


def _print(console: Console, line: Text | str) -> None:
    console.print(line, soft_wrap=True, markup=False, highlight=False)


# -- the table


def _title(workload: Workload) -> str:
    members = "1 member" if workload.replicas == 1 else f"{workload.replicas} members"
    return f"{workload.title}: {members}, quorum {workload.quorum}"


def _table(outcomes: list[Outcome], widths: list[int], width: int) -> Iterator[Text]:
    taken = sum(widths) + len(GAP) * len(widths)
    beside = width - taken >= ROOM
    yield Text(GAP.join(_padded(HEADS, widths)) + (GAP + "WHY" if beside else ""), style="bold")
    for outcome in outcomes:
        cells = _padded(_cells(outcome), widths)
        line = Text(GAP).join([Text(cells[0]), Text(cells[1], style=COLOUR[outcome.verdict]), *map(Text, cells[2:])])
        if beside:
            first, *rest = wrap(outcome.why, width - taken) or [""]
            yield line + Text(GAP + first)
            yield from (Text(" " * taken + part) for part in rest)
        else:
            line.rstrip()
            yield line
            yield from (Text(GAP + part, style="dim") for part in wrap(outcome.why, max(ROOM, width - len(GAP))))


def _padded(cells: tuple[str, ...], widths: list[int]) -> list[str]:
    return [c.ljust(w) if head in LEFT else c.rjust(w) for c, w, head in zip(cells, widths, HEADS, strict=True)]


def _cells(o: Outcome) -> tuple[str, ...]:
    if o.verdict == "skipped":
        return o.drill, o.verdict, "-", "-", "-", "-"
    recovery = "never" if o.recovery is None else _span(o.recovery)
    risk = "LOST" if o.lost_writes else _span(o.at_risk)
    return o.drill, o.verdict, _percent(o.availability), _span(o.longest_outage), recovery, risk


def _percent(share: float) -> str:
    """Never rounded up to 100 %: an outage must be seen."""
    if share >= 1:
        return "100%"
    return f"{min(share * 100, 99.99):.2f}%"


def _span(duration: Duration) -> str:
    return span_text(duration) if duration else "-"


# -- the fixes


def _fixes(report: Report, console: Console) -> None:
    cure = report.cure
    if cure is None:
        return
    if cure.fixes:
        _print(console, "")
        _print(console, Text.assemble(("Fixes, most worth first", "bold"), " (each was rehearsed):"))
    for number, proven in enumerate(cure.fixes, 1):
        _fix(number, proven, report, console)
    if not any(o.verdict in ("fail", "degraded") for o in report.outcomes):
        return
    left = "; ".join(f"{_named(o, report)} {o.verdict}" for o in cure.left)
    _print(console, "")
    if not cure.fixes:
        _print(console, "No fix that Quorate knows changes a verdict here: see why above.")
    elif left:
        _print(console, f"With {_all(cure.fixes)} there is still: {left}.")
    else:
        _print(console, f"With {_all(cure.fixes)} every drill passes.")


def _all(fixes: tuple[Proven, ...]) -> str:
    return "this" if len(fixes) == 1 else "all of these"


def _named(outcome: Outcome, report: Report) -> str:
    return outcome.drill if len(report.workloads) == 1 else f"{outcome.workload} {outcome.drill}"


def _fix(number: int, proven: Proven, report: Report, console: Console) -> None:
    fix, width = proven.fix, max(ROOM, console.width)
    _print(console, "")
    head, *rest = wrap(fix.title, width - 4) or [""]
    _print(console, Text.assemble(f"{number}. ", (head, "bold")))
    for line in rest:
        _print(console, Text("   " + line, style="bold"))
    for turn in proven.cures:
        _print(
            console,
            Text.assemble("   ", _turn(turn, report), ": ", _verdict(turn.before), " -> ", _verdict(turn.after)),
        )
    for turn in proven.harms:
        _print(
            console,
            Text.assemble(
                ("   but ", "yellow"), _turn(turn, report), ": ", _verdict(turn.before), " -> ", _verdict(turn.after)
            ),
        )
    if not fix.parts:
        _wrapped(fix.why, "   ", width, console)
    for part in fix.parts:
        _wrapped(f"{part.title}: {part.why}", "   - ", width, console)
    for change in fix.changes:
        _print(console, Text("   " + _where(change, report) + ":", style="dim"))
        for line in _yaml(change.shown).splitlines():
            _print(console, "     " + line)


def _wrapped(text: str, lead: str, width: int, console: Console) -> None:
    for line in wrap(text, width, initial_indent=lead, subsequent_indent=" " * len(lead)):
        _print(console, line)


def _turn(turn: Turn, report: Report) -> str:
    return turn.drill if len(report.workloads) == 1 else f"{turn.workload} {turn.drill}"


def _verdict(word: str) -> tuple[str, str]:
    return word, COLOUR.get(word, COLOUR["fail"])


def _where(change: Change, report: Report) -> str:
    return "a new object" if change.at is None else f"in {report.sources[change.at]}"


class _Plain(yaml.SafeDumper):
    """Without anchors: what is shown is to be pasted."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _yaml(data: object) -> str:
    return yaml.dump(data, Dumper=_Plain, sort_keys=False, default_flow_style=None, width=100).rstrip()
