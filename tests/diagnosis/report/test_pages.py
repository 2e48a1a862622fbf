"""Markdown and HTML: whole, well formed, and nothing that objects say becomes markup."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from bench.faulty.case import Case
from bench.faulty.catalogue import CASES
from bench.faulty.play import NAMESPACE
from bench.faulty.record import recorded

from quorate.assemble.diagnosing import evidence_of_dump
from quorate.diagnosis.answer import Diagnosis
from quorate.diagnosis.engine import diagnose
from quorate.diagnosis.report import render
from quorate.diagnosis.target import parse_target, resolve

SOME = CASES[::5]
EVIL = "<script>alert(1)</script> | *x* `y` [z](http://evil) &amp;"


def answer(case: Case) -> Diagnosis:
    path, target = recorded(case)
    evidence = evidence_of_dump([path])
    asked = parse_target([target], NAMESPACE)
    assert asked is not None
    return diagnose(evidence, resolve(evidence, asked)[0])


class Page(HTMLParser):
    """Its text, and that every element which is opened is closed."""

    VOID = ("meta", "br", "hr")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.text = ""
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not {name for name, _ in attrs} & {"src", "href", "onclick"}, "the page needs nothing from elsewhere"
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("case", SOME, ids=lambda c: c.id)
def test_html(case: Case) -> None:
    found = answer(case)
    page = Page(render([found], "html", source="a dump"))
    assert found.headline in page.text and "a dump" in page.text
    for finding in found.findings:
        assert finding.sentence in page.text and all(c in page.text for c in finding.remedy.commands)
    assert found.playbook is None or all(step.does in page.text for step in found.playbook.steps)


@pytest.mark.parametrize("case", SOME, ids=lambda c: c.id)
def test_markdown(case: Case) -> None:
    found = answer(case)
    text = render([found], "markdown", source="a dump")
    assert text.startswith("# Diagnosis of a dump\n") and text.endswith("\n") and "\n\n\n" not in text
    assert text.count("```") % 2 == 0
    for block in re.findall(r"(?:^\|.*\n)+", text, re.M):
        columns = {len(re.findall(r"(?<!\\)\|", row)) for row in block.splitlines()}
        assert len(columns) == 1, block
    for finding in found.findings:
        assert f"`{finding.cause}`" in text and all(c in text for c in finding.remedy.commands)


def test_what_objects_say_is_text() -> None:
    found = answer(CASES[0])
    first = replace(found.findings[0], sentence=EVIL, title=EVIL)
    evil = replace(found, headline=EVIL, findings=(first,), remarks=(EVIL,))
    page = Page(render([evil], "html", source=EVIL))
    assert "script" not in page.seen and page.text.count(EVIL) >= 4
    text = render([evil], "markdown", source=EVIL)
    assert "<script" not in text and "](http" not in text.replace("\\](http", "")
