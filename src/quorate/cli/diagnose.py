"""quorate diagnose: what is wrong, since when, why, how sure, and what to type now."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quorate.cli import diagnose_complete
from quorate.cli.refusal import Unusable

if TYPE_CHECKING:
    from quorate.assemble.diagnosing import Answered, Question
    from quorate.diagnosis.playbook import Playbook

EPILOG = """\b
Examples:
  quorate diagnose statefulset/kafka -n prod        one workload of the cluster that kubectl speaks to
  quorate diagnose -A                               whatever is wrong in the cluster
  quorate diagnose sts/kafka --dump ./dump          a folder, archive or file that somebody sent
  quorate diagnose --alert alert.json               what an alert is about, by its playbook
  quorate diagnose sts/kafka -o markdown > report.md
  quorate diagnose sts/kafka --fix                  show the remedy as a diff, ask, carry it out, and see whether it helps
\b
Exit code: 0 healthy (or under way), 1 a problem was found, 2 it could not be told.
With --fix: 0 healthy now, 1 a problem is still there, 2 the remedy could not be carried out.
"""
FORMATS = ("text", "json", "yaml", "markdown", "html")


def _schema(wanted: bool) -> None:
    if wanted:
        from quorate.diagnosis.report.data import schema

        print(schema(), end="")
        raise typer.Exit


def diagnose(
    target: Annotated[
        list[str] | None,
        typer.Argument(
            help="What to look at, e.g. statefulset/kafka; all when absent.",
            metavar="KIND/NAME",
            autocompletion=diagnose_complete.target,
        ),
    ] = None,
    namespace: Annotated[
        str | None,
        typer.Option(
            "--namespace",
            "-n",
            help="Its namespace; the context's when absent.",
            autocompletion=diagnose_complete.namespace,
        ),
    ] = None,
    everywhere: Annotated[bool, typer.Option("--all-namespaces", "-A", help="All namespaces.")] = False,
    dump: Annotated[
        list[Path] | None,
        typer.Option(
            help="Look into this folder, archive or file in place of a cluster (repeatable); - is standard input."
        ),
    ] = None,
    alert: Annotated[
        Path | None,
        typer.Option(
            help=(
                "Look at what this alert is about (Alertmanager webhook or Prometheus alert, JSON); - is "
                "standard input."
            )
        ),
    ] = None,
    playbook: Annotated[
        str | None, typer.Option(help="Run this playbook.", autocompletion=diagnose_complete.playbook)
    ] = None,
    playbooks: Annotated[
        Path | None, typer.Option(help="A folder of playbooks of your own; they go before the built-in ones.")
    ] = None,
    kubeconfig: Annotated[
        Path | None, typer.Option(help="Kubeconfig; $KUBECONFIG or ~/.kube/config when absent.")
    ] = None,
    context: Annotated[
        str | None, typer.Option(help="Context of the kubeconfig.", autocompletion=diagnose_complete.context)
    ] = None,
    now: Annotated[
        str | None, typer.Option(help="When a dump was taken (RFC 3339), if its objects do not say.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Look again and again until it is resolved.")] = False,
    every: Annotated[str, typer.Option(help="How long --watch waits between two looks.")] = "5s",
    output: Annotated[
        str, typer.Option("--output", "-o", help="text, json, yaml, markdown or html.", metavar="FORMAT")
    ] = "text",
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="All evidence, the playbook, the timeline, and what is well too.")
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend it: show what would change, ask, do it, look again.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --fix: do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With --fix: show what would change, and end.")] = False,
    remedy: Annotated[
        str | None,
        typer.Option(
            help="With --fix: this remedy, not the one that the cause suggests.",
            autocompletion=diagnose_complete.remedy,
        ),
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", help="With --fix: what the remedy has to be told, as KEY=VALUE.", metavar="KEY=VALUE"),
    ] = None,
    timeout: Annotated[str, typer.Option(help="With --fix: how long it may take until all is well.")] = "5m",
    schema: Annotated[
        bool,
        typer.Option("--schema", help="Print the JSON schema of -o json, and end.", callback=_schema, is_eager=True),
    ] = False,
) -> None:
    """Say what is wrong with a workload, since when, why, how sure that is, and what to type now."""
    from quorate.assemble.diagnosing import CannotTell, ClusterError, ask_cluster, ask_dump
    from quorate.diagnosis.playbook import BadPlaybook
    from quorate.edge.alerts import UnreadableInput
    from quorate.edge.dump import DumpError

    if output not in FORMATS:
        raise Unusable(f"no such output format: {output} ({', '.join(FORMATS)})")
    if watch and (dump or output != "text"):
        raise Unusable("--watch follows a cluster on the terminal: it goes with neither --dump nor -o")
    from quorate.cli.diagnose_fix import Wishes, check, mend

    wishes = Wishes(fix, yes, dry_run, remedy, tuple(values or ()), timeout)
    check(wishes, watch=watch, dump=bool(dump), output=output)
    at, pause = _time(now), _span(every)
    try:
        question = _question(target or [], namespace, alert, playbook, playbooks)
        if fix:
            sys.exit(mend(wishes, question, kubeconfig, context, output=output, everywhere=everywhere))

        def ask() -> "Answered":
            if dump:
                return ask_dump(dump, question, at)
            return ask_cluster(question, kubeconfig=kubeconfig, context=context, everywhere=everywhere)

        if watch:
            from quorate.cli.diagnose_watch import follow

            sys.exit(follow(ask, pause, verbose=verbose, one=bool(question.targets)))
        answered = ask()
    except (CannotTell, DumpError, ClusterError, UnreadableInput, BadPlaybook) as wrong:
        raise Unusable(str(wrong)) from None
    from quorate.cli.diagnose_output import show

    sys.exit(
        show(
            answered,
            output,
            verbose=verbose,
            one=bool(question.targets),
            full=alert is not None or playbook is not None,
        )
    )


def _question(
    words: list[str], namespace: str | None, alert: Path | None, playbook: str | None, folder: Path | None
) -> "Question":
    from quorate.assemble.diagnosing import Question
    from quorate.diagnosis.alerts import alerts_in, asked_by
    from quorate.diagnosis.playbook_file import parse
    from quorate.diagnosis.target import parse_target
    from quorate.edge.alerts import read_alert, read_playbooks

    books = tuple(parse(text, path) for path, text in read_playbooks(folder)) if folder is not None else ()
    book = _named(playbook, books) if playbook else None
    target = parse_target(words, namespace)
    if alert is None:
        return Question(((target, book),) if target else (), namespace, book, books)
    asked = asked_by(alerts_in(read_alert(alert)), books, book)
    for why in asked.left_out:
        print(f"quorate: left out: {why}", file=sys.stderr)
    if target is not None:
        return Question(((target, next((b for _, b in asked.targets), book)),), namespace, book, books)
    return Question(
        asked.targets, namespace or asked.namespace, book, books, everywhere=asked.everywhere and namespace is None
    )


def _named(name: str, books: "tuple[Playbook, ...]") -> "Playbook":
    from quorate.diagnosis.near import nearest
    from quorate.diagnosis.playbook import built_in, built_in_names

    own = {b.name: b for b in books}
    if name in own:
        return own[name]
    if name in built_in_names():
        return built_in(name)
    known = [*own, *built_in_names()]
    raise Unusable(f"no such playbook: {name} ({', '.join(nearest(name, known) or known)})")


def _time(text: str | None) -> int | None:
    from quorate.objects.times import parse_time

    if text is None:
        return None
    try:
        return parse_time(text)
    except ValueError:
        raise Unusable(f"--now: not a time: {text!r} (write it like 2026-01-01T12:00:00Z)") from None


def _span(text: str) -> float:
    from quorate.kernel.clock import SECOND
    from quorate.objects.times import parse_duration

    try:
        return max(0.1, parse_duration(text) / SECOND)
    except ValueError as wrong:
        raise Unusable(f"--every: {wrong}") from None
