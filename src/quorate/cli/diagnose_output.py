"""How a diagnosis is shown: by diagnosis/report, in the terminal or in one of the other formats."""

import sys

from rich.console import Console

from quorate.assemble.diagnosing import Answered
from quorate.diagnosis.report import terminal
from quorate.diagnosis.report.data import worst


def show(answered: Answered, output: str, *, verbose: bool, one: bool, full: bool = False) -> int:
    """Prints it; answers the exit code: the worst of its diagnoses. `full` shows the playbook's run without being asked."""
    if output == "text":
        print_text(answered, verbose=verbose, one=one, full=full)
    else:
        from quorate.diagnosis.report import render

        sys.stdout.write(render(answered.diagnoses, output, source=answered.evidence.source))
    return worst(answered.diagnoses)


def print_text(answered: Answered, *, verbose: bool, one: bool, full: bool = False) -> None:
    console = Console(highlight=False)
    terminal.show(console, answered.diagnoses, one=one, verbose=verbose, full=full, live=answered.requests > 0)
    terminal.notes(console, answered.evidence.remarks, answered.evidence.unread)
