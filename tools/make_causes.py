"""Writes docs/causes.md: what every cause is, what speaks for and against it, the remedy, and which statements it answers.

python tools/make_causes.py

Everything on the page comes from the code: the causes' own files, the answers to the recorded dumps (bench/faulty), the
rules of the playbooks, and the statements in tools/causes_statements.yaml.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bench.faulty.catalogue import CASES  # noqa: E402
from bench.faulty.play import NAMESPACE  # noqa: E402
from bench.faulty.record import recorded  # noqa: E402

from quorate.assemble.diagnosing import evidence_of_dump  # noqa: E402
from quorate.diagnosis.causes import Cause, load  # noqa: E402
from quorate.diagnosis.engine import diagnose  # noqa: E402
from quorate.diagnosis.finding import Finding  # noqa: E402
from quorate.diagnosis.playbook import Playbook, built_in, built_in_names  # noqa: E402
from quorate.diagnosis.target import parse_target, resolve  # noqa: E402

PAGE = ROOT / "docs" / "causes.md"
STATEMENTS = ROOT / "tools" / "causes_statements.yaml"
CAUSES = ROOT / "src" / "quorate" / "diagnosis" / "causes"

HEAD = """# What a diagnosis looks for

Every cause that `quorate diagnose` knows is a file in [causes/](../src/quorate/diagnosis/causes). This page is made from
them by `python tools/make_causes.py`; a test holds it up to date. Each cause has faults that produce it, dumps of those, and
look-alikes that must not be blamed ([tests/diagnosis](../tests/diagnosis/test_catalogue.py)), and most have variants, in
other kinds of workloads and by other resources. `FIRST=3000 python -m bench diagnosis` counts how often they are named: in 300
seeded worlds with 424 faults the right cause stood first in 100.0 %, in the first three in 100.0 %; of 334 workloads that are
well, 100.0 % were left in peace.

The evidence, and what it costs that something speaks against a cause or could not be read, make its confidence
([finding.py](../src/quorate/diagnosis/finding.py)). The examples are from the recorded dumps.

"""


def statements() -> list[tuple[str, dict[str, Any]]]:
    """(document, statement) of all that is not a playbook's rule."""
    data = yaml.safe_load(STATEMENTS.read_text())
    return [(group["from"], one) for group in data for one in group["statements"]]


def page() -> str:
    examples = {case.cause: _example(case.id) for case in reversed(CASES)}
    books = tuple(built_in(name) for name in built_in_names())
    return HEAD + "".join([*(_cause(c, examples[c.id], books) for c in load()), *_rules(books), *_statements()])


def _example(case_id: str) -> Finding:
    case = next(c for c in CASES if c.id == case_id)
    path, asked = recorded(case)
    evidence = evidence_of_dump([path])
    target = parse_target([asked], NAMESPACE)
    assert target is not None
    findings = diagnose(evidence, resolve(evidence, target)[0]).findings
    return next((f for f in findings if f.cause == case.cause), findings[0])


def _cause(cause: Cause, example: Finding, books: tuple[Playbook, ...]) -> str:
    against, missing = said_in(cause.id, "denies"), said_in(cause.id, "lacks_")
    rows = [
        ("Example", example.sentence),
        ("For it", "; ".join(p.says for p in example.evidence_for[:3])),
        ("Against it", "; ".join(against)),
        ("When missing", "; ".join(missing)),
        ("Remedy", example.remedy.says),
        ("Mind", example.remedy.risk),
        ("Reads", ", ".join(cause.needs)),
        ("Source", "; ".join(sources(cause.id, books)) or "beyond the documents"),
    ]
    lines = "".join(f"| {head} | {_cell(text)} |\n" for head, text in rows if text)
    return f"## {cause.id}\n\n{' '.join(cause.about.split())}\n\n| | |\n| --- | --- |\n{lines}\n"


def sources(cause: str, books: tuple[Playbook, ...]) -> list[str]:
    """Rules of playbooks and statements of documents that it answers."""
    out = [f"{b.name}: {r.id}" for b in books for r in b.rules if cause in r.causes]
    out += [f"{document}: {one['says']}" for document, one in statements() if cause in one.get("causes", ())]
    return out


def said_in(cause: str, method: str) -> list[str]:
    """What a cause's file says with `method` of Weigh, with an ellipsis for what it fills in."""
    tree = ast.parse((CAUSES / f"{cause.replace('-', '_')}.py").read_text())
    return list(dict.fromkeys(t for call in ast.walk(tree) if (t := _text(call, method))))


def _text(call: ast.AST, method: str) -> str:
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != method:
        return ""
    texts = [t for a in call.args[:2] if (t := "".join(_parts(a)))]
    return texts[0].strip() if texts and any(c.isalpha() for c in texts[0]) else ""


def _parts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from _parts(part) if isinstance(part, ast.Constant) else ("...",)


def _rules(books: tuple[Playbook, ...]) -> Iterator[str]:
    yield "# The playbooks' rules\n\n| playbook | rule | window | checks | causes |\n| --- | --- | --- | --- | --- |\n"
    for book in books:
        for rule in book.rules:
            causes = ", ".join(rule.causes) or (f"({rule.pattern})" if rule.pattern else "none: it takes metrics")
            minutes = rule.within // 60_000_000
            yield f"| {book.name} | {_cell(rule.says)} | {minutes} min | {', '.join(rule.checks)} | {causes} |\n"
    yield "\n# What the playbooks suspect, and why it cannot be\n\n| playbook | suspects | what is so |\n| --- | --- | --- |\n"
    for book in books:
        for suspect in book.suspects:
            yield f"| {book.name} | {_cell(suspect.says)} | {_cell(suspect.truth)} |\n"


def _statements() -> Iterator[str]:
    yield "\n# What other documents say\n\n| document | statement | answered by | what is so instead |\n| --- | --- | --- | --- |\n"
    for document, one in statements():
        by = ", ".join([*one.get("causes", ()), *(f"check {c}" for c in one.get("checks", ()))])
        yield f"| {document} | {_cell(one['says'])} | {by} | {_cell(one.get('truth', ''))} |\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    PAGE.write_text(page())
    print(PAGE)
