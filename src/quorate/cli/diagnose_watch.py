"""quorate diagnose --watch: the same question again and again, until the answer is that all is well."""

import time
from collections.abc import Callable

from rich.console import Console

from quorate.assemble.diagnosing import Answered
from quorate.cli.diagnose_output import print_text
from quorate.diagnosis.report.data import worst
from quorate.objects.times import time_text


def follow(ask: Callable[[], Answered], pause: float, *, verbose: bool, one: bool) -> int:
    """Prints an answer whenever it differs from the one before; ends when nothing is wrong and nothing is under way."""
    console = Console(highlight=False)
    before: tuple[tuple[str, ...], ...] = ()
    while True:
        answered = ask()
        told = tuple((d.label, d.verdict, *(f.cause for f in d.findings), d.blast.text()) for d in answered.diagnoses)
        if told != before:
            console.rule(f"{time_text(answered.evidence.now)}", align="left")
            print_text(answered, verbose=verbose, one=one)
            before = told
        if all(d.verdict == "healthy" for d in answered.diagnoses):
            return worst(answered.diagnoses)
        time.sleep(pause)
