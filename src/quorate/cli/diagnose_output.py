"""How a diagnosis is shown: in the terminal here, in the other formats by diagnosis/report."""

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from quorate.assemble.diagnosing import Answered
from quorate.diagnosis.answer import Diagnosis
from quorate.diagnosis.evidence import Unread
from quorate.diagnosis.finding import Finding, Proof
from quorate.diagnosis.report.data import worst
from quorate.diagnosis.run import PlaybookRun
from quorate.kernel.clock import SECOND, Instant
from quorate.objects.ages import human_duration
from quorate.objects.times import time_text

COLOURS = {"healthy": "green", "progressing": "cyan", "problem": "red", "unknown": "yellow"}


def show(answered: Answered, output: str, *, verbose: bool, one: bool, full: bool = False) -> int:
    """Prints it; answers the exit code: the worst of its diagnoses. `full` shows the playbook's run without being asked."""
    if output == "text":
        print_text(answered, verbose=verbose, one=one, full=full)
    else:
        from quorate.diagnosis.report import render

        sys.stdout.write(render(answered.diagnoses, output, source=answered.evidence.source))
    return worst(answered.diagnoses)


def print_text(answered: Answered, *, verbose: bool, one: bool, full: bool = False) -> None:
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    shown = [d for d in answered.diagnoses if one or verbose or d.verdict != "healthy" or d.findings]
    for diagnosis in shown:
        _one(console, diagnosis, verbose, full)
        console.print()
    well = len(answered.diagnoses) - len(shown)
    if well:
        console.print(f"[green]{well} {'other ' if shown else ''}workload{'s' if well != 1 else ''} healthy[/]")
    evidence = answered.evidence
    for remark in (*evidence.remarks, *_unread(evidence.unread)):
        console.print(f"[dim]{escape(remark)}[/]")


def _unread(unread: Sequence[Unread]) -> list[str]:
    """A line for each reason: of a user who may read little it is always the same."""
    by_why: dict[str, list[str]] = {}
    for one in unread:
        by_why.setdefault(one.why, []).append(f"{one.resource}{f' in {one.namespace}' if one.namespace else ''}")
    return [f"not read ({why}): {', '.join(what)}" for why, what in by_why.items()]


def _one(console: Console, diagnosis: Diagnosis, verbose: bool, full: bool) -> None:
    colour = COLOURS[diagnosis.verdict]
    where = f" in {diagnosis.namespace}" if diagnosis.namespace else ""
    console.print(f"[bold {colour}]{escape(diagnosis.label)}{escape(where)}: {diagnosis.verdict}[/]")
    console.print(Text(diagnosis.headline))
    if diagnosis.onset is not None:
        console.print(
            f"[dim]since {time_text(diagnosis.onset)} ({_ago(diagnosis.at, diagnosis.onset)})[/]; "
            f"{escape(diagnosis.blast.text())}"
        )
    for symptom in diagnosis.symptoms:
        console.print(f"  [dim]seen[/] {escape(symptom.says)}")
    for number, finding in enumerate(diagnosis.findings, 1):
        _finding(console, number, finding, diagnosis.at, verbose)
    if diagnosis.playbook is not None:
        _playbook(console, diagnosis.playbook, verbose or full)
    if verbose and diagnosis.timeline:
        console.print("\n  [bold]Timeline[/]")
        for moment in diagnosis.timeline:
            times = f" x{moment.count}" if moment.count > 1 else ""
            mark = "!" if moment.warning else " "
            console.print(f"  {mark} {time_text(moment.at)} {escape(moment.about)}: {escape(moment.says)}{times}")
    for unexamined in diagnosis.unexamined:
        console.print(f"  [yellow]not examined[/] {escape(unexamined)}")


def _finding(console: Console, number: int, finding: Finding, now: Instant, verbose: bool) -> None:
    after = f", a consequence of {finding.explained_by}" if finding.explained_by else ""
    console.print(
        f"\n  [bold]{number}. {escape(finding.title)}[/] [dim]({finding.cause}, {finding.confidence:.0%} "
        f"{finding.sure}{after})[/]"
    )
    console.print(Text(f"     {finding.sentence}"))
    for proof in finding.evidence_for[: None if verbose else 4]:
        console.print(f"     [green]+[/] {escape(_proof(proof, now))}")
    for proof in finding.evidence_against:
        console.print(f"     [red]-[/] {escape(_proof(proof, now))}")
    for missing in finding.missing:
        console.print(f"     [yellow]?[/] {escape(missing)}")
    if finding.remedy.says and (number == 1 or verbose or not finding.explained_by):
        console.print(f"     [bold]Do:[/] {escape(finding.remedy.says)}")
        for command in finding.remedy.commands:
            console.print(Text(f"       {command}", style="cyan"), soft_wrap=True)
        if finding.remedy.risk:
            console.print(f"     [magenta]Risk:[/] {escape(finding.remedy.risk)}")


RESULTS = {"correlated": "green", "not correlated": "dim", "no evidence": "yellow"}


def _playbook(console: Console, run: PlaybookRun, whole: bool) -> None:
    console.print(f"\n  [bold]Playbook: {escape(run.title)}[/] [dim]({escape(run.name)}; {escape(run.source)})[/]")
    if not whole:
        told = [r for r in run.rules if r.result == "correlated"]
        for rule in told:
            console.print(f"     [green]correlated[/] {escape(rule.says)}: {escape(rule.why)}")
        for dismissed in run.dismissed[:2]:
            console.print(f"     [dim]not so[/] {escape(dismissed.says)}: {escape(dismissed.why)}")
        console.print("     [dim]-v shows every step and rule[/]")
        return
    for number, step in enumerate(run.steps, 1):
        console.print(f"     {number}. {escape(step.does)}")
        console.print(f"        [dim]read {escape('; '.join(step.read))}[/]")
        for line in step.shows:
            console.print(f"        {escape(line)}")
    for rule in run.rules:
        window = f"within {human_duration(rule.within)}{', widened' if rule.widened else ''}"
        console.print(
            f"     [{RESULTS[rule.result]}]{rule.result}[/] ({window}) {escape(rule.says)}: {escape(rule.why)}"
        )
    if run.widened:
        console.print(f"     {escape(run.widened)}")
    for dismissed in run.dismissed:
        console.print(f"     [dim]not so[/] {escape(dismissed.says)}: {escape(dismissed.why)}")
    for line in run.mitigation:
        console.print(f"     - {escape(line)}")


def _proof(proof: Proof, now: Instant) -> str:
    at = f" ({_ago(now, proof.at)})" if proof.at is not None else ""
    return f"{proof.says}{f'  [{proof.where}]' if proof.where else ''}{at}"


def _ago(now: Instant, then: Instant) -> str:
    return f"{human_duration(max(0, (now - then) // SECOND * SECOND))} ago"
