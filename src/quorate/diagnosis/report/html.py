"""A diagnosis as one page of HTML that needs nothing else: no script, no font, no network."""

from collections.abc import Iterator, Sequence
from html import escape

from quorate.diagnosis.answer import Diagnosis
from quorate.diagnosis.finding import Finding, Proof
from quorate.diagnosis.run import PlaybookRun
from quorate.objects.ages import human_duration
from quorate.objects.times import time_text

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem } h2 { font-size: 1.2rem; margin-top: 2.5rem } h3 { font-size: 1rem; margin: 1.2rem 0 .3rem }
.problem { color: #c22 } .unknown { color: #b70 } .healthy { color: #282 } .progressing { color: #067 }
pre { background: var(--soft); padding: .6rem .8rem; overflow-x: auto; border-radius: 4px }
table { border-collapse: collapse; width: 100%; font-size: .9em } td, th { text-align: left; vertical-align: top; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid var(--line) }
ul { margin: .2rem 0; padding-left: 1.3rem } li.for::marker { content: "+ " } li.against::marker { content: "- " } li.missing::marker { content: "? " }
small { opacity: .7 } details { margin: .8rem 0 } summary { cursor: pointer; font-weight: 600 }
"""


def html(diagnoses: Sequence[Diagnosis], source: str = "") -> str:
    title = f"Diagnosis{f' of {source}' if source else ''}"
    body = "\n".join(line for one in diagnoses for line in _diagnosis(one))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body><h1>{escape(title)}</h1>\n{body}\n</body></html>\n"
    )


def _diagnosis(found: Diagnosis) -> Iterator[str]:
    where = f" in {found.namespace}" if found.namespace else ""
    yield f'<h2>{escape(found.label + where)}: <span class="{found.verdict}">{found.verdict}</span></h2>'
    yield f"<p>{escape(found.headline)}</p>"
    since = (
        f", since {time_text(found.onset)} ({human_duration(found.at - found.onset)})"
        if found.onset is not None
        else ""
    )
    yield f"<p><small>As of {time_text(found.at)}{since}. {escape(found.blast.text())}.</small></p>"
    yield _list((s.says, "") for s in found.symptoms)
    for number, finding in enumerate(found.findings, 1):
        yield from _finding(number, finding)
    if found.playbook is not None:
        yield from _playbook(found.playbook)
    if found.timeline:
        rows = "".join(
            f"<tr><td>{time_text(m.at)}</td><td>{escape(m.about)}</td><td>{escape(m.says)}{f' (x{m.count})' if m.count > 1 else ''}</td></tr>"
            for m in found.timeline
        )
        yield f"<details><summary>Timeline</summary><table>{rows}</table></details>"
    notes = [
        *(f"not read: {u}" for u in found.unread),
        *(f"not examined: {u}" for u in found.unexamined),
        *found.remarks,
    ]
    yield _list((n, "") for n in notes)


def _list(items: "Iterator[tuple[str, str]]") -> str:
    found = "".join(
        f'<li class="{kind}">{escape(text)}</li>' if kind else f"<li>{escape(text)}</li>" for text, kind in items
    )
    return f"<ul>{found}</ul>" if found else ""


def _finding(number: int, found: Finding) -> Iterator[str]:
    after = f", a consequence of {found.explained_by}" if found.explained_by else ""
    yield f"<h3>{number}. {escape(found.title)} <small>{found.cause}, {found.confidence:.0%} {found.sure}{after}</small></h3>"
    yield f"<p>{escape(found.sentence)}</p>"
    proofs = [(_proof(p), "for") for p in found.evidence_for] + [(_proof(p), "against") for p in found.evidence_against]
    yield _list(iter([*proofs, *((m, "missing") for m in found.missing)]))
    if found.remedy.says:
        yield f"<p><b>Do:</b> {escape(found.remedy.says)}</p>"
        if found.remedy.commands:
            yield f"<pre>{escape(chr(10).join(found.remedy.commands))}</pre>"
        if found.remedy.risk:
            yield f"<p><b>Risk:</b> {escape(found.remedy.risk)}</p>"


def _proof(proof: Proof) -> str:
    return f"{proof.says}{f' ({proof.where})' if proof.where else ''}"


def _playbook(run: PlaybookRun) -> Iterator[str]:
    yield f"<details><summary>Playbook: {escape(run.title)}</summary><ol>"
    for step in run.steps:
        yield f"<li>{escape(step.does)} <small>read {escape('; '.join(step.read))}</small>{_list((s, '') for s in step.shows)}</li>"
    yield "</ol>"
    if run.rules:
        rows = "".join(
            f"<tr><td>{escape(r.says)}</td><td>{r.result} within "
            f"{human_duration(r.within)}</td><td>{escape(r.why)}</td></tr>"
            for r in run.rules
        )
        yield f"<table>{rows}</table>"
    if run.widened:
        yield f"<p>{escape(run.widened)}</p>"
    yield _list((f'The playbook says "{d.says}": {d.why}', "") for d in run.dismissed)
    yield _list((m, "") for m in run.mitigation)
    yield "</details>"
