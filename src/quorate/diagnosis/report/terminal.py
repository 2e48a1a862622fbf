"""A diagnosis in the terminal: the first screen says what is wrong, since when, why, how sure that is, and what to type."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from quorate.diagnosis.answer import Diagnosis
from quorate.diagnosis.evidence import Unread
from quorate.diagnosis.finding import Finding, Proof
from quorate.diagnosis.report.terminal_playbook import playbook
from quorate.diagnosis.report.terminal_text import Page, ago
from quorate.kernel.clock import Instant
from quorate.objects.times import time_text

COLOURS = {"healthy": "green", "progressing": "cyan", "problem": "red", "unknown": "yellow"}
COUNTED = {"healthy": "well", "progressing": "under way", "problem": "with a problem", "unknown": "unclear"}
DETAILED = 3
"""Of so many ill workloads everything is shown; of more only a table."""
MARKS = {"for": ("+ ", "green"), "against": ("- ", "red"), "missing": ("? ", "yellow")}


def show(
    console: Console,
    diagnoses: Sequence[Diagnosis],
    *,
    one: bool,
    verbose: bool = False,
    full: bool = False,
    live: bool = False,
) -> None:
    """`one`: it was asked about by name, so it is shown even when it is well. `full` shows all of the playbook.

    `live`: it is a cluster that `--fix` can reach.
    """
    page = Page(console)
    told = [d for d in diagnoses if one or verbose or d.verdict != "healthy" or d.findings]
    ill = sorted((d for d in told if d.verdict in ("problem", "unknown")), key=_urgency)
    rest = [d for d in told if d not in ill]
    table = not verbose and (len(told) > 1 or (bool(rest) and not one))
    if table:
        _table(page, [*ill, *rest])
    detailed = verbose or one or len(ill) <= DETAILED
    for number, diagnosis in enumerate([*ill, *rest] if verbose or one else ill if detailed else ()):
        if number or table:
            page.blank()
        _one(page, diagnosis, verbose, full, live)
    well = len(diagnoses) - len(told)
    if well:
        page.line(f"{well} {'other ' if told else ''}workload{'s' if well != 1 else ''} healthy", style="green")
    if ill and not detailed:
        page.line("Why, and what to do: quorate diagnose KIND/NAME -n NAMESPACE (or -v for all of them)", style="bold")


def notes(console: Console, remarks: Sequence[str], unread: Sequence[Unread]) -> None:
    """What could not be read, a line for each reason: of a user who may read little it is always the same."""
    by_why: dict[str, list[str]] = {}
    for one in unread:
        by_why.setdefault(one.why, []).append(f"{one.resource}{f' in {one.namespace}' if one.namespace else ''}")
    for note in (*remarks, *(f"not read ({why}): {', '.join(what)}" for why, what in by_why.items())):
        Page(console).line(note, style="dim")


def _urgency(diagnosis: Diagnosis) -> tuple[bool, bool, bool, str, str]:
    """Who has lost a majority or all of its pods comes first."""
    blast = diagnosis.blast
    serves = blast.has_quorum if blast.has_quorum is not None else blast.ready > 0
    return (
        serves,
        diagnosis.verdict != "problem",
        not diagnosis.blast.claims_at_risk,
        diagnosis.namespace,
        diagnosis.label,
    )


def _table(page: Page, diagnoses: Sequence[Diagnosis]) -> None:
    """A heading that counts, and one line for each."""
    counted = Counter(d.verdict for d in diagnoses)
    said = ", ".join(f"{n} {COUNTED[v]}" for v, n in counted.items())
    page.line(
        f"{len(diagnoses)} workload{'s' if len(diagnoses) > 1 else ''}: {said}",
        style=f"bold {COLOURS[diagnoses[0].verdict]}",
    )
    several = len({d.namespace for d in diagnoses}) > 1
    spaces = max(len(d.namespace) for d in diagnoses) if several else 0
    names = max(len(d.label) for d in diagnoses)
    counts = max(len(_ready(d)) for d in diagnoses)
    for one in diagnoses:
        line = Text(f"{one.namespace:<{spaces}}  ", style="dim") if spaces else Text()
        line.append(f"{one.label:<{names}}  ", style=f"bold {COLOURS[one.verdict]}")
        line.append(f"{_ready(one):<{counts}}  ")
        if one.verdict != "problem":
            line.append(f"{one.verdict}: ", style=COLOURS[one.verdict])
        first = one.first or (one.findings[0] if one.findings else None)
        line.append(first.title if first is not None and one.verdict != "unknown" else one.headline)
        if one.onset is not None:
            line.append(f" ({ago(one.at, one.onset)})", style="dim")
        page.line(line, hang=4)


def _ready(diagnosis: Diagnosis) -> str:
    blast = diagnosis.blast
    return f"{blast.ready}/{blast.wanted} ready" if blast.wanted else ""


def _one(page: Page, diagnosis: Diagnosis, verbose: bool, full: bool, live: bool) -> None:
    colour = COLOURS[diagnosis.verdict]
    where = f" in {diagnosis.namespace}" if diagnosis.namespace else ""
    head = Text(f"{diagnosis.label}{where}: {diagnosis.verdict}", style=f"bold {colour}")
    if diagnosis.onset is not None:
        head.append(f"  since {time_text(diagnosis.onset)} ({ago(diagnosis.at, diagnosis.onset)})", style="not bold")
    page.line(head)
    if diagnosis.verdict in ("healthy", "progressing"):
        page.line(diagnosis.headline, indent=2)
    elif diagnosis.symptoms or diagnosis.onset is not None:
        seen = [*(s.says for s in diagnosis.symptoms), diagnosis.blast.text()]
        page.line("; ".join(dict.fromkeys(seen)), indent=2)
    if diagnosis.verdict == "unknown":
        page.line(diagnosis.headline, indent=2, style="bold")
    first = diagnosis.first or (diagnosis.findings[0] if diagnosis.findings else None)
    for number, finding in enumerate(diagnosis.findings, 1):
        whole = verbose or finding is first
        _finding(page, number, finding, diagnosis, whole, verbose, live and finding is first)
    if diagnosis.playbook is not None:
        playbook(page, diagnosis.playbook, verbose or full)
    if verbose and diagnosis.timeline:
        page.blank()
        page.line("Timeline", style="bold")
        for moment in diagnosis.timeline:
            times = f" x{moment.count}" if moment.count > 1 else ""
            mark = "! " if moment.warning else "  "
            page.line(f"{time_text(moment.at)} {moment.about}: {moment.says}{times}", indent=2, mark=mark)
    for unexamined in diagnosis.unexamined:
        page.line(f"not examined: {unexamined}", indent=2, style="yellow")
    if not verbose and diagnosis.findings:
        page.line("-v shows all evidence, every step of the playbook, and the timeline", indent=2, style="dim")


def _finding(
    page: Page, number: int, finding: Finding, diagnosis: Diagnosis, whole: bool, verbose: bool, live: bool
) -> None:
    after = f", a consequence of {finding.explained_by}" if finding.explained_by else ""
    title = Text(f"{number}. {finding.title} ", style="bold")
    title.append(f"({finding.cause}, {finding.confidence:.0%} {finding.sure}{after})", style="not bold dim")
    page.blank() if whole or number == 2 else None
    page.line(title, hang=3)
    if finding.sentence != finding.title:
        page.line(finding.sentence, indent=3)
    if not whole:
        if not finding.explained_by and finding.remedy.says:
            page.line(f"Do: {finding.remedy.says}", indent=3)
        return
    _evidence(page, finding, diagnosis.at, verbose)
    _remedy(page, finding, diagnosis, live)


def _evidence(page: Page, finding: Finding, now: Instant, verbose: bool) -> None:
    for proof in finding.evidence_for[: None if verbose else 3]:
        _mark(page, "for", _proof(proof, now, verbose))
    for proof in finding.evidence_against[: None if verbose else 2]:
        _mark(page, "against", _proof(proof, now, verbose))
    for missing in finding.missing[: None if verbose else 2]:
        _mark(page, "missing", Text(missing))


def _mark(page: Page, kind: str, text: Text) -> None:
    mark, colour = MARKS[kind]
    page.line(text, indent=3, mark=mark, mark_style=colour)


def _remedy(page: Page, finding: Finding, diagnosis: Diagnosis, live: bool) -> None:
    remedy = finding.remedy
    if not remedy.says:
        return
    page.line(Text.assemble(("Do: ", "bold"), remedy.says), indent=3)
    commands = [*remedy.commands]
    if live and remedy.acts and diagnosis.kind != "PersistentVolumeClaim":
        where = f" -n {diagnosis.namespace}" if diagnosis.namespace else ""
        commands.append(
            f"quorate diagnose {diagnosis.kind.lower()}/{diagnosis.name}{where} --fix   # shows it first, and asks"
        )
    for command in commands:
        page.command(command, indent=5)
    if remedy.risk:
        page.line(Text.assemble(("Risk: ", "magenta"), remedy.risk), indent=3)


def _proof(proof: Proof, now: Instant, verbose: bool) -> Text:
    out = Text(proof.says)
    if proof.where and verbose:
        out.append(f"  [{proof.where}]", style="dim")
    if proof.at is not None:
        out.append(f" ({ago(now, proof.at)})", style="dim")
    return out
