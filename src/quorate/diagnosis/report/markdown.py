"""A diagnosis as markdown: what one pastes into an incident."""

from collections.abc import Iterator, Sequence

from quorate.diagnosis.answer import Diagnosis
from quorate.diagnosis.finding import Finding, Proof
from quorate.diagnosis.run import PlaybookRun
from quorate.objects.ages import human_duration
from quorate.objects.times import time_text


def markdown(diagnoses: Sequence[Diagnosis], source: str = "") -> str:
    lines = [f"# Diagnosis{f' of {_text(source)}' if source else ''}", ""]
    for one in diagnoses:
        lines += [*_diagnosis(one), ""]
    return "\n".join(lines).rstrip() + "\n"


def _diagnosis(found: Diagnosis) -> Iterator[str]:
    where = f" in {found.namespace}" if found.namespace else ""
    yield f"## {found.label}{where}: {found.verdict}"
    yield ""
    yield _text(found.headline)
    yield ""
    since = (
        f", since {time_text(found.onset)} ({human_duration(found.at - found.onset)})"
        if found.onset is not None
        else ""
    )
    yield f"As of {time_text(found.at)}{since}. {_text(found.blast.text())}."
    if found.symptoms:
        yield ""
        yield from (f"- {_text(s.says)}" for s in found.symptoms)
    for number, finding in enumerate(found.findings, 1):
        yield ""
        yield from _finding(number, finding)
    if found.playbook is not None:
        yield ""
        yield from _playbook(found.playbook)
    if found.timeline:
        yield from ("", "### Timeline", "", "| when | what | happened |", "| --- | --- | --- |")
        for moment in found.timeline:
            times = f" (x{moment.count})" if moment.count > 1 else ""
            yield f"| {time_text(moment.at)} | {_cell(moment.about)} | {_cell(moment.says)}{times} |"
    notes = [
        *(f"not read: {u}" for u in found.unread),
        *(f"not examined: {u}" for u in found.unexamined),
        *found.remarks,
    ]
    if notes:
        yield ""
        yield from (f"- {_text(n)}" for n in notes)


def _finding(number: int, found: Finding) -> Iterator[str]:
    after = f", a consequence of {found.explained_by}" if found.explained_by else ""
    yield f"### {number}. {_text(found.title)} (`{found.cause}`, {found.confidence:.0%}, {found.sure}{after})"
    yield ""
    yield _text(found.sentence)
    yield ""
    yield from (f"- for: {_proof(p)}" for p in found.evidence_for)
    yield from (f"- against: {_proof(p)}" for p in found.evidence_against)
    yield from (f"- missing: {_text(m)}" for m in found.missing)
    if found.remedy.says:
        yield ""
        yield f"**Do:** {_text(found.remedy.says)}"
        if found.remedy.commands:
            yield from ("", "```", *found.remedy.commands, "```")
        if found.remedy.risk:
            yield from ("", f"**Risk:** {_text(found.remedy.risk)}")


def _proof(proof: Proof) -> str:
    where = f" ({_text(proof.where)})" if proof.where else ""
    return f"{_text(proof.says)}{where}"


def _playbook(run: PlaybookRun) -> Iterator[str]:
    yield f"### Playbook: {_text(run.title)}"
    yield ""
    for number, step in enumerate(run.steps, 1):
        yield f"{number}. {_text(step.does)}"
        yield f"   - read: {_text('; '.join(step.read))}"
        yield from (f"   - {_text(line)}" for line in step.shows)
    if run.rules:
        yield from ("", "| rule | result | why |", "| --- | --- | --- |")
        for rule in run.rules:
            yield f"| {_cell(rule.says)} | {rule.result} within {human_duration(rule.within)} | {_cell(rule.why)} |"
    if run.widened:
        yield from ("", _text(run.widened))
    if run.dismissed:
        yield ""
        yield from (f'- The playbook says "{_text(d.says)}": {_text(d.why)}' for d in run.dismissed)
    if run.mitigation:
        yield ""
        yield from (f"- {_text(m)}" for m in run.mitigation)


def _text(text: str) -> str:
    """Names and messages come from objects: they must not become markup."""
    out = " ".join(text.split())
    for sign in ("\\", "`", "*", "_", "<", "[", "]", "#"):
        out = out.replace(sign, f"\\{sign}") if sign != "<" else out.replace("<", "&lt;")
    return out


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|")
