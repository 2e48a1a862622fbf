"""quorate diagnose --fix: shows the plan as a diff, asks, carries it out, and tells what came of it."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import yaml
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from quorate.cli.refusal import Unusable

if TYPE_CHECKING:
    from quorate.assemble.diagnosing import Question
    from quorate.diagnosis.fixing.carry import Done
    from quorate.diagnosis.fixing.result import Result

FORMATS = ("text", "json", "yaml")


@dataclass(frozen=True, slots=True)
class Wishes:
    """The flags that go with --fix."""

    fix: bool
    yes: bool
    dry_run: bool
    remedy: str | None
    values: tuple[str, ...]
    timeout: str


def check(wishes: Wishes, *, watch: bool, dump: bool, output: str) -> None:
    """Raises Unusable for flags that do not go together."""
    if not wishes.fix:
        said = {
            "--yes": wishes.yes, "--dry-run": wishes.dry_run, "--remedy": bool(wishes.remedy), "--set": bool(wishes.values),
        }  # fmt: skip
        alone = next((name for name, given in said.items() if given), None)
        if alone:
            raise Unusable(f"{alone} goes with --fix; without it nothing is changed")
        return
    if dump:
        raise Unusable("a dump cannot be fixed, only the cluster that it was taken from: leave out --dump")
    if watch:
        raise Unusable("--fix looks again by itself until all is well: leave out --watch")
    if output not in FORMATS:
        raise Unusable(f"--fix answers as {', '.join(FORMATS)}, not as {output}")
    if wishes.yes and wishes.dry_run:
        raise Unusable("--yes acts and --dry-run does not: say one of them")
    if not wishes.yes and not wishes.dry_run and not sys.stdin.isatty():
        raise Unusable("--fix asks before it acts, and there is no terminal to ask on: say --yes or --dry-run")


def mend(
    wishes: Wishes, question: "Question", kubeconfig: Path | None, context: str | None, *, output: str, everywhere: bool
) -> int:
    """Answers the exit code. Raises CannotTell, ClusterError."""
    from quorate.assemble.fixing import Order, fix, live

    order = Order(
        question, wishes.remedy or "", _values(wishes.values), yes=wishes.yes, dry_run=wishes.dry_run,
        within=_duration(wishes.timeout),
    )  # fmt: skip
    # What is not the answer goes to stderr, so that -o json stays one document.
    console = Console(highlight=False, stderr=output != "text", soft_wrap=True)
    teller = _Teller(console, asks=not (wishes.yes or wishes.dry_run))
    place = live(kubeconfig, context, everywhere=everywhere)
    result = fix(place, order, teller.agree, teller.done)
    if output == "text":
        teller.end(result)
    else:
        _print(result, output)
    return result.exit_code


def _values(said: tuple[str, ...]) -> dict[str, str]:
    out: dict[str, str] = {}
    for one in said:
        key, sign, value = one.partition("=")
        if not sign or not key.strip():
            raise Unusable(f"--set {one}: write it as KEY=VALUE")
        out[key.strip()] = value.strip()
    return out


def _duration(text: str) -> int:
    from quorate.objects.times import parse_duration

    try:
        return parse_duration(text)
    except ValueError as wrong:
        raise Unusable(f"--timeout: {wrong}") from None


def _print(result: "Result", output: str) -> None:
    from quorate.diagnosis.fixing.result import report

    if output == "json":
        sys.stdout.write(orjson.dumps(report(result), option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        yaml.safe_dump(report(result), sys.stdout, sort_keys=False, width=120)


class _Teller:
    """Shows the plan and how it goes."""

    def __init__(self, console: Console, asks: bool) -> None:
        self.console, self.asks = console, asks
        self.shown = False

    def agree(self, result: "Result") -> bool:
        self.plan(result)
        if not self.asks or (result.fix is not None and result.fix.needs_yes):
            return True
        self.console.print("[bold]Carry this out?[/] [y/N] ", end="")
        try:
            said = input().strip().lower()
        except EOFError:
            said = ""
        return said in ("y", "yes")

    def plan(self, result: "Result") -> None:
        self.shown = True
        fix = result.fix
        if fix is None:
            return
        cause = f" [dim]({result.cause})[/]" if result.cause else ""
        self.console.print(
            f"[bold]{escape(result.label)} in {escape(result.namespace)}:[/] {escape(result.headline)}{cause}"
        )
        self.console.print(f"[bold]Plan: {escape(fix.says)}[/] [dim]({fix.remedy})[/]")
        for number, done in enumerate(result.steps, 1):
            self.console.print(f"  {number}. {escape(done.step.says)}")
            for line in done.changes.splitlines():
                self.console.print(Text(f"       {line}", style=_colour(line)))
            if done.why:
                self.console.print(f"       [red]refused[/] {escape(done.why)}")
        for fact in fix.shows:
            self.console.print(f"  [cyan]Know:[/] {escape(fact)}")
        for risk in fix.risks:
            self.console.print(f"  [magenta]Risk:[/] {escape(risk)}")

    def done(self, done: "Done") -> None:
        mark = "[green]done[/]" if done.state == "done" else "[red]failed[/]"
        self.console.print(f"  {mark} {escape(done.step.says)}{escape(f': {done.why}') if done.why else ''}")

    def end(self, result: "Result") -> None:
        if result.fix is not None and not self.shown:
            self.plan(result)
        console, label = self.console, escape(result.label)
        why, headline = escape(result.why), escape(result.headline)
        match result.state:
            case "needless":
                console.print(f"[green]{headline}: there is nothing to fix[/]")
            case "refused":
                about = f" ({headline})" if headline else ""
                console.print(f"[yellow]{label} was left as it is{about}:[/] {why}")
            case "planned":
                console.print("[dim]--dry-run: nothing was changed[/]")
            case "declined":
                console.print("[yellow]Nothing was changed.[/]")
            case "fixed":
                console.print(f"[green]{headline}[/]")
            case "done":
                console.print(f"[red]All steps were done, and {why}:[/] {headline}")
            case "failed" | "partly":
                self._stopped(result)

    def _stopped(self, result: "Result") -> None:
        done = [d for d in result.steps if d.state == "done"]
        said = f"{len(done)} of {len(result.steps)} steps were done" if done else "Nothing was changed"
        self.console.print(f"[red]{said}:[/] {escape(result.why)}")
        if not done:
            return
        for left in result.left:
            self.console.print(f"  [yellow]left[/] {escape(left.step.says)}")
            manifest = _manifest(left)
            if manifest:
                self.console.print("  [bold]It is deleted. To make it again, apply this:[/]")
                self.console.print(Text(manifest))


def _manifest(done: "Done") -> str:
    from quorate.diagnosis.fixing.steps import Make

    do = done.step.do
    return yaml.safe_dump(do.obj, sort_keys=False, width=120) if isinstance(do, Make) else ""


def _colour(line: str) -> str:
    return {"+": "green", "-": "red"}.get(line[:1], "dim")
