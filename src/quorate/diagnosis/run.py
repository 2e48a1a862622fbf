"""A playbook, executed: each step with what it read and saw, each rule with whether it correlates."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from quorate.diagnosis.case import Case
from quorate.diagnosis.checks import check_named
from quorate.diagnosis.finding import Finding
from quorate.diagnosis.playbook import Playbook, Rule
from quorate.diagnosis.ranking import BLAMED
from quorate.diagnosis.shown import Shown, Signal
from quorate.diagnosis.told import LIFE
from quorate.kernel.clock import MINUTE, Duration, Instant
from quorate.objects.ages import human_duration

Correlation = Literal["correlated", "not correlated", "no evidence"]


@dataclass(frozen=True, slots=True)
class StepRun:
    does: str
    read: tuple[str, ...]
    shows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleRun:
    """`within` is the window that was used in the end; `why` says what fell into it, or what is missing."""

    id: str
    says: str
    result: Correlation
    within: Duration
    why: str
    causes: tuple[str, ...]
    widened: bool = False


@dataclass(frozen=True, slots=True)
class Dismissed:
    """What the document suspects, and why it is not so, or not here."""

    says: str
    why: str


@dataclass(frozen=True, slots=True)
class PlaybookRun:
    name: str
    title: str
    source: str
    meaning: str
    steps: tuple[StepRun, ...]
    rules: tuple[RuleRun, ...]
    widened: str
    """What the document does when nothing correlates, and what that showed; "" when something did."""
    dismissed: tuple[Dismissed, ...]
    mitigation: tuple[str, ...]


def run(book: Playbook, case: Case, onset: Instant | None, findings: Sequence[Finding]) -> PlaybookRun:
    seen: dict[str, Shown] = {}

    def shown(name: str) -> Shown:
        if name not in seen:
            seen[name] = check_named(name)(case)
        return seen[name]

    steps = tuple(_step(s.does, [shown(n) for n in s.checks]) for s in book.steps)
    if onset is None:
        rules = [_without_onset(r, [shown(n) for n in r.checks], findings) for r in book.rules]
    else:
        rules = [_correlate(r, [shown(n) for n in r.checks], case, onset, r.within) for r in book.rules]
    widened = ""
    timed = [r for r in book.rules if not r.pattern]
    if (
        onset is not None
        and timed
        and not any(r.result == "correlated" for r, of in zip(rules, book.rules, strict=True) if not of.pattern)
    ):
        rules = [
            run_ if of.pattern else _correlate(of, [shown(n) for n in of.checks], case, onset, max(of.within, book.widen_within))
            for run_, of in zip(rules, book.rules, strict=True)
        ]  # fmt: skip
        lines = [line for n in book.widen_checks for line in shown(n).shows]
        widened = f"{book.widen_says or 'nothing correlates in the given windows'}" + (
            f" | {'; '.join(lines[:6])}" if lines else ""
        )
    return PlaybookRun(
        book.name, book.title, book.source, book.meaning, steps, tuple(rules), widened,
        tuple(_dismissed(book, case, findings)), book.mitigation,
    )  # fmt: skip


def _step(does: str, found: list[Shown]) -> StepRun:
    return StepRun(does, tuple(r for s in found for r in s.read), tuple(line for s in found for line in s.shows))


def _without_onset(rule: Rule, found: list[Shown], findings: Sequence[Finding]) -> RuleRun:
    if not any(f.severity == "problem" for f in findings):
        return _rule_run(
            rule, rule.within, "not correlated", "nothing is wrong now, so there is no moment to look around"
        )
    seen = "; ".join(dict.fromkeys(s.says for f in found for s in f.signals))
    why = f"nothing tells when the trouble began{f'; seen: {seen}' if seen else ''}"
    return _rule_run(rule, rule.within, "no evidence", why)


def _correlate(rule: Rule, found: list[Shown], case: Case, onset: Instant, within: Duration) -> RuleRun:
    made = partial(_rule_run, rule, within)
    if rule.pattern == "persistence":
        return _persistence(rule, case, onset, within)
    signals = [s for f in found for s in f.signals]
    near = [(d, s) for s in signals if (d := _distance(s, onset)) <= within]
    if near:
        away, signal = min(near, key=lambda pair: (pair[0], pair[1].at))
        return made("correlated", f"{signal.says}, {_offset(signal, onset, away)}")
    if signals:
        away, signal = min(((_distance(s, onset), s) for s in signals), key=lambda pair: pair[0])
        return made("not correlated", f"the nearest, {signal.says}, is {_offset(signal, onset, away)}")
    blind = [f.why for f in found if not f.known]
    if blind:
        return made("no evidence", "; ".join(dict.fromkeys(w for w in blind if w)) or "it could not be seen")
    if case.now - onset > LIFE and any("event" in r for f in found for r in f.read):
        return made("no evidence", "the onset is more than an hour ago: events of then have expired")
    return made("not correlated", "it was looked for, and there is none")


def _rule_run(rule: Rule, within: Duration, result: Correlation, why: str) -> RuleRun:
    return RuleRun(rule.id, rule.says, result, within, why, rule.causes, within != rule.within)


LASTING = 15 * MINUTE
"""The `for` of the upstream alerts: what has lasted this long is not a moment's delay."""


def _persistence(rule: Rule, case: Case, onset: Instant, within: Duration) -> RuleRun:
    age = case.now - onset
    if age >= min(within, LASTING):
        why = f"persistent: it has lasted for {human_duration(age)}, which no update in progress does by itself"
        return _rule_run(rule, within, "correlated", why)
    why = f"transient so far: it began {human_duration(age)} ago, and may be an update in progress"
    return _rule_run(rule, within, "not correlated", why)


def _distance(signal: Signal, onset: Instant) -> Duration:
    """How far the onset is from the time in which the signal was seen; 0 within it."""
    until = signal.until if signal.until is not None else signal.at
    if signal.at <= onset <= until:
        return 0
    return min(abs(signal.at - onset), abs(until - onset))


def _offset(signal: Signal, onset: Instant, away: Duration) -> str:
    if away < 1_000_000:
        return "at the onset"
    return f"{human_duration(away)} {'before' if signal.at < onset else 'after'} the onset"


def _dismissed(book: Playbook, case: Case, findings: Sequence[Finding]) -> list[Dismissed]:
    """A suspicion is told as wrong unless one of its causes is blamed, and then only with what the truth of it is."""
    blamed = {f.cause for f in findings if f.severity == "problem" and f.confidence >= BLAMED}
    out = []
    for suspect in book.suspects:
        here = [c for c in suspect.causes if c in blamed]
        if here and not suspect.truth:
            continue
        if here:
            out.append(Dismissed(suspect.says, f"{suspect.truth} ({here[0]} is at work here, but not in that way)"))
        else:
            found = "nothing of it is found here" if suspect.causes else ""
            out.append(Dismissed(suspect.says, "; ".join(t for t in (suspect.truth, found) if t)))
    return out
