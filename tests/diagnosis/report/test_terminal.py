"""The terminal at night: what is wrong, since when, why, how sure and what to type stand on the first screen."""

import io
from dataclasses import replace

import pytest
from bench.faulty.case import Case
from bench.faulty.catalogue import CASES
from bench.faulty.play import NAMESPACE
from bench.faulty.record import recorded
from rich.console import Console

from quorate.assemble.diagnosing import evidence_of_dump
from quorate.diagnosis.answer import Diagnosis
from quorate.diagnosis.engine import diagnose
from quorate.diagnosis.evidence import Unread
from quorate.diagnosis.report import terminal
from quorate.diagnosis.target import parse_target, resolve
from quorate.objects.times import time_text

SCREEN = 24
DO = 22
"""The line on which the first command begins at the latest."""


def answer(case: Case) -> Diagnosis:
    path, target = recorded(case)
    evidence = evidence_of_dump([path])
    asked = parse_target([target], NAMESPACE)
    assert asked is not None
    return diagnose(evidence, resolve(evidence, asked)[0])


def shown(
    found: list[Diagnosis], *, width: int | None = 80, one: bool = True, verbose: bool = False, live: bool = False
) -> list[str]:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=width is not None, color_system=None, highlight=False
    )
    terminal.show(console, found, one=one, verbose=verbose, live=live)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_the_first_screen(case: Case) -> None:
    found = answer(case)
    lines = shown([found])
    commands = {c for f in found.findings for c in f.remedy.commands}
    assert all(len(line) <= 80 or line.strip() in commands for line in lines), lines
    assert lines[0].startswith(f"{found.label} in {found.namespace}: {found.verdict}")
    if found.first is None:
        return
    screen = lines[:SCREEN]
    if found.onset is not None:
        assert f"since {time_text(found.onset)}" in lines[0]
    whole = " ".join(" ".join(screen).split())
    assert f"1. {found.first.title} ({found.first.cause}, {found.first.confidence:.0%} {found.first.sure}" in whole
    assert found.first.sentence.split(":")[0][:60] in whole
    if found.first.remedy.says:
        assert f"Do: {found.first.remedy.says[:60]}" in whole
    for command in found.first.remedy.commands[:1]:
        assert any(line.strip() == command for line in lines[:DO]), "\n".join(screen)


@pytest.mark.parametrize("case", CASES[::7], ids=lambda c: c.id)
def test_where_nobody_says_how_wide_the_page_is(case: Case) -> None:
    """Lines of a file are not wrapped: one greps in them."""
    found = answer(case)
    lines = shown([found], width=None, verbose=True)
    for finding in found.findings:
        assert f"   {finding.sentence}" in lines
        for proof in finding.evidence_for:
            assert any(" ".join(proof.says.split()) in line and proof.where in line for line in lines)
    assert found.playbook is None or any(found.playbook.steps[0].does in line for line in lines)


def test_many_are_a_table_the_worst_first() -> None:
    found = answer(next(c for c in CASES if c.cause == "crash-application"))
    lost = replace(found, name="lost", blast=replace(found.blast, ready=0, has_quorum=False))
    others = [replace(found, name=f"other-{n}") for n in range(3)]
    well = replace(found, name="well", verdict="healthy", findings=(), symptoms=())
    lines = shown([*others, well, lost], width=120, one=False)
    assert lines[0] == "4 workloads: 4 with a problem"
    assert lines[1].startswith("StatefulSet/lost ") and found.findings[0].title in lines[1]
    assert "1 other workload healthy" in lines and not any("Do:" in line for line in lines)
    assert lines[-1].startswith("Why, and what to do: quorate diagnose KIND/NAME")
    few = shown([*others[:2], well], width=120, one=False)
    assert sum("Do:" in line for line in few) == 2


def test_what_is_under_way_is_told_too() -> None:
    head, line = shown([answer(next(c for c in CASES if c.cause == "rollout-in-progress"))], width=None, one=False)
    assert head == "1 workload: 1 under way" and "progressing: " in line


def test_fix_is_offered_where_it_can_act() -> None:
    found = answer(next(c for c in CASES if c.cause == "broken-rollback"))
    offer = f"quorate diagnose statefulset/{found.name} -n prod --fix"
    assert any(offer in line for line in shown([found], live=True))
    assert not any("--fix" in line for line in shown([found]))


def test_markup_of_others_is_only_text() -> None:
    found = answer(next(c for c in CASES if c.cause == "crash-application"))
    evil = replace(
        found, headline="[red]x[/]", findings=(replace(found.findings[0], sentence="[bold]gone[/bold] [/]"),)
    )
    assert any("[bold]gone[/bold] [/]" in line for line in shown([evil]))


def test_what_was_not_read_is_a_line_for_each_reason() -> None:
    console = Console(file=io.StringIO(), width=100, highlight=False)
    unread = [
        Unread("events", "prod", "forbidden"),
        Unread("nodes", "", "forbidden"),
        Unread("jobs.batch", "", "not served"),
    ]
    terminal.notes(console, ["a remark"], unread)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().splitlines() == [
        "a remark", "not read (forbidden): events in prod, nodes", "not read (not served): jobs.batch",
    ]  # fmt: skip
