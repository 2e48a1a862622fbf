"""The report for a terminal: one table, then the fixes in order of worth."""

import yaml
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from quorate.kernel.clock import SECOND, Duration
from quorate.objects.times import duration_text
from quorate.rehearsal.rehearse import Proven, Report
from quorate.rehearsal.verdict import Outcome

COLOUR = {"pass": "green", "degraded": "yellow", "fail": "bold red"}


def show(report: Report, console: Console) -> None:
    """Print it. Colour is the console's affair: none where there is no terminal."""
    for warning in report.warnings:
        console.print(f"[yellow]warning:[/] {escape(warning)}", soft_wrap=True)
    console.print(_table(report))
    helpful = [p for p in report.fixes if p.cures]
    if helpful:
        console.print("\n[bold]Fixes, most worth first[/] (each was rehearsed):")
        for number, proven in enumerate(helpful, 1):
            _fix(number, proven, console)
    elif any(o.verdict != "pass" for o in report.outcomes):
        console.print("\nNo fix that Quorate knows changes a verdict here: see why above.")


def _table(report: Report) -> Table:
    table = Table(
        title=_title(report), title_justify="left", title_style="bold", expand=False, pad_edge=False, box=None
    )
    several = len(report.workloads) > 1
    if several:
        table.add_column("WORKLOAD")
    for name in ("DRILL", "VERDICT"):
        table.add_column(name, no_wrap=True)
    for name in ("QUORUM", "OUTAGE", "RECOVERY", "AT RISK"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("WHY", overflow="fold")
    for o in report.outcomes:
        cells = [
            o.drill, f"[{COLOUR[o.verdict]}]{o.verdict}[/]", f"{_percent(o.availability)}", _span(o.longest_outage),
            "never" if o.recovery is None else _span(o.recovery), _risk(o), escape(o.why),
        ]  # fmt: skip
        table.add_row(*([o.workload, *cells] if several else cells))
    return table


def _title(report: Report) -> str:
    sets = ", ".join(f"{w.title} ({w.replicas} members, quorum {w.quorum})" for w in report.workloads)
    return f"{sets}; seed {report.seed}"


def _percent(share: float) -> str:
    """Never rounded up to 100 %: an outage must be seen."""
    if share >= 1:
        return "100%"
    return f"{min(share * 100, 99.99):.2f}%"


def _span(duration: Duration) -> str:
    if duration == 0:
        return "-"
    step = SECOND // 10 if duration < 60 * SECOND else SECOND
    return duration_text(max(step, round(duration / step) * step))


def _risk(outcome: Outcome) -> str:
    if outcome.lost_writes:
        return "[bold red]LOST[/]"
    return _span(outcome.at_risk)


def _fix(number: int, proven: Proven, console: Console) -> None:
    fix = proven.fix
    cures = ", ".join(f"{drill} {before} -> {after}" for _, drill, before, after in proven.cures)
    console.print(f"\n{number}. [bold]{escape(fix.title)}[/]: {escape(cures)}", soft_wrap=True)
    console.print(Padding(escape(fix.why), (0, 0, 0, 3), expand=False))
    for _, drill, before, after in proven.harms:
        console.print(Padding(f"[yellow]but {drill} goes from {before} to {after}[/]", (0, 0, 0, 3), expand=False))
    if fix.snippet:
        console.print(Padding(escape(_yaml(fix.snippet)), (0, 0, 0, 5), expand=False), style="dim")


class _Plain(yaml.SafeDumper):
    """Without anchors: what is shown is to be pasted."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _yaml(data: object) -> str:
    return yaml.dump(data, Dumper=_Plain, sort_keys=False, default_flow_style=None, width=100).rstrip()
