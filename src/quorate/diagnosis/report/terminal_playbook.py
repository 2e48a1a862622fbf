"""The run of a playbook in the terminal: what correlates at a glance, and every step and rule when asked for."""

from rich.text import Text

from quorate.diagnosis.report.terminal_text import Page
from quorate.diagnosis.run import PlaybookRun
from quorate.objects.ages import human_duration

RESULTS = {"correlated": "green", "not correlated": "dim", "no evidence": "yellow"}


def playbook(page: Page, run: PlaybookRun, whole: bool) -> None:
    page.blank()
    title = Text(f"Playbook: {run.title} ", style="bold")
    title.append(f"({run.name}{f'; {run.source}' if run.source else ''})", style="not bold dim")
    page.line(title, hang=2)
    if whole:
        _whole(page, run)
        return
    for rule in run.rules:
        if rule.result == "correlated":
            page.line(Text.assemble(("correlated ", "green"), f"{rule.says}: {rule.why}"), indent=2, hang=2)
    for dismissed in run.dismissed[:1]:
        page.line(Text.assemble(("not so ", "yellow"), f"{dismissed.says}: {dismissed.why}"), indent=2, hang=2)


def _whole(page: Page, run: PlaybookRun) -> None:
    for number, step in enumerate(run.steps, 1):
        page.line(step.does, indent=2, mark=f"{number}. ")
        page.line(f"read {'; '.join(step.read)}", indent=5, style="dim")
        for line in step.shows:
            page.line(line, indent=5, hang=2)
    for rule in run.rules:
        window = f"within {human_duration(rule.within)}{', widened' if rule.widened else ''}"
        says = Text.assemble((rule.result, RESULTS[rule.result]), f" ({window}) {rule.says}: {rule.why}")
        page.line(says, indent=2, hang=2)
    if run.widened:
        page.line(run.widened, indent=2, hang=2)
    for dismissed in run.dismissed:
        page.line(Text.assemble(("not so ", "yellow"), f"{dismissed.says}: {dismissed.why}"), indent=2, hang=2)
    for line in run.mitigation:
        page.line(line, indent=2, mark="- ")
