"""quorate diagnose --watch: the same question again and again, until the answer is that all is well."""

import time
from collections.abc import Callable, Iterator, Sequence

from rich.console import Console

from quorate.assemble.diagnosing import Answered, ClusterError
from quorate.cli.diagnose_output import print_text
from quorate.diagnosis.answer import Diagnosis
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.report.data import worst
from quorate.kernel.clock import SECOND, Duration
from quorate.objects.ages import human_duration
from quorate.objects.times import time_text


def follow(ask: Callable[[], Answered], pause: float, *, verbose: bool, one: bool) -> int:
    """Prints the first answer whole, then what changes, with the time; whole again when another cause is blamed.

    Ends when nothing is wrong and nothing is under way: 0. A cluster that does not answer meanwhile is asked again;
    at first that is an error. Raises ClusterError, CannotTell (also when what was asked about is gone).
    """
    console = Console(highlight=False)
    answered = ask()
    began = answered.evidence.now
    print_text(answered, verbose=verbose, one=one)
    silent = False
    while not all(d.verdict == "healthy" for d in answered.diagnoses):
        time.sleep(pause)
        try:
            after = ask()
        except ClusterError as wrong:
            if not silent:
                console.print(f"{wrong}; asking again", style="yellow", markup=False, soft_wrap=True)
            silent = True
            continue
        if silent:
            console.print("it answers again", style="yellow")
        silent = False
        said = list(changes(answered.diagnoses, after.diagnoses))
        stamp = f"{time_text(after.evidence.now)} (+{_span(after.evidence.now - began)})"
        for line in said:
            console.print(f"{stamp}  {line}", markup=False, soft_wrap=True)
        if others_blamed(answered.diagnoses, after.diagnoses):
            console.print()
            print_text(after, verbose=verbose, one=one)
        answered = after
    return worst(answered.diagnoses)


def changes(before: Sequence[Diagnosis], after: Sequence[Diagnosis]) -> Iterator[str]:
    """A line for each thing that is otherwise now."""
    then = {(d.kind, d.namespace, d.name): d for d in before}
    for new in after:
        old = then.pop((new.kind, new.namespace, new.name), None)
        if old is None:
            if new.verdict != "healthy":
                yield f"{new.label}: {new.verdict}: {new.headline}"
            continue
        if new.verdict != old.verdict:
            yield f"{new.label}: {new.verdict}, was {old.verdict}" + (
                f": {new.headline}" if new.verdict in ("healthy", "progressing") else ""
            )
        if new.blast.text() != old.blast.text() and new.verdict != "healthy":
            yield f"{new.label}: {new.blast.text()}"
        seen, were = {s.says for s in new.symptoms}, {s.says for s in old.symptoms}
        yield from (f"{new.label}: {s.says}" for s in new.symptoms if s.says not in were)
        if new.verdict != "healthy":
            yield from (f"{new.label}: no longer: {s.says}" for s in old.symptoms if s.says not in seen)
        causes, were_causes = _causes(new), _causes(old)
        yield from (f"{new.label}: found: {f.title}: {f.sentence}" for c, f in causes.items() if c not in were_causes)
        if new.verdict != "healthy":
            yield from (f"{new.label}: no longer: {f.title}" for c, f in were_causes.items() if c not in causes)
    for gone in then.values():
        yield f"{gone.label}: it is gone"


def others_blamed(before: Sequence[Diagnosis], after: Sequence[Diagnosis]) -> bool:
    """Whether somebody is to be told what to do, and it is not what was told before."""
    then = {(d.label, d.namespace, d.first.cause) for d in before if d.first is not None}
    return any((d.label, d.namespace, d.first.cause) not in then for d in after if d.first is not None)


def _causes(found: Diagnosis) -> dict[str, Finding]:
    return {f.cause: f for f in found.findings if f.severity == "problem"}


def _span(time_: Duration) -> str:
    return human_duration(max(0, time_ // SECOND * SECOND))
