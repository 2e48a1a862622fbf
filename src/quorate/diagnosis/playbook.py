"""Playbooks as data: steps that name checks, rules that correlate them in time, what the document suspects.

name, title, source, kinds            which document it is, and for which kinds of workload
alerts                                names of alerts that it answers, in any rule set
symptoms                              ids of symptoms (or stages of pods) that it answers when nobody named an alert
meaning                               a sentence or two
steps     [{does, checks: [...]}]
rules     [{id, says, checks: [...], within: 30m, causes: [...]}]  or  {id, says, pattern: persistence, within: 1h}
widen     {within: 1h, says, checks: [...]}
suspects  [{says, causes: [...], truth}]
mitigation [...]
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from quorate.diagnosis import checks
from quorate.diagnosis.near import nearest
from quorate.kernel.clock import HOUR, MINUTE, Duration
from quorate.objects.times import parse_duration

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FOLDER = "quorate.diagnosis.playbooks"


class BadPlaybook(ValueError):
    """A playbook that cannot be used: which, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Step:
    does: str
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """`within` is the window on both sides of the onset. `pattern` is "persistence" or ""."""

    id: str
    says: str
    checks: tuple[str, ...]
    within: Duration
    causes: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Suspect:
    """What the document holds possible, and why it cannot be (or only so)."""

    says: str
    causes: tuple[str, ...]
    truth: str


@dataclass(frozen=True, slots=True)
class Playbook:
    name: str
    title: str
    source: str
    kinds: tuple[str, ...]
    alerts: tuple[str, ...]
    symptoms: tuple[str, ...]
    meaning: str
    steps: tuple[Step, ...]
    rules: tuple[Rule, ...]
    widen_within: Duration
    widen_says: str
    widen_checks: tuple[str, ...]
    suspects: tuple[Suspect, ...]
    mitigation: tuple[str, ...]

    def suits(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


def parse(text: str | bytes, where: str) -> Playbook:
    """Raises BadPlaybook."""
    try:
        found = yaml.load(text, Loader=Loader)
    except yaml.YAMLError as wrong:
        raise BadPlaybook(f"{where}: not YAML: {' '.join(str(wrong).split())[:160]}") from None
    if not isinstance(found, dict) or not isinstance(found.get("name"), str):
        raise BadPlaybook(f"{where}: a playbook is a mapping with a name and steps")
    try:
        return _made(found, where)
    except (TypeError, AttributeError, KeyError) as wrong:
        raise BadPlaybook(f"{where}: not a playbook: {wrong}") from None


def _made(found: Mapping[str, Any], where: str) -> Playbook:
    widen = found.get("widen") or {}
    return Playbook(
        name=found["name"],
        title=str(found.get("title") or found["name"]),
        source=str(found.get("source") or ""),
        kinds=_texts(found.get("kinds")),
        alerts=_texts(found.get("alerts")),
        symptoms=_texts(found.get("symptoms")),
        meaning=str(found.get("meaning") or "").strip(),
        steps=tuple(Step(str(s["does"]), _checks(s.get("checks"), where)) for s in found.get("steps") or ()),
        rules=tuple(_rule(i, r, where) for i, r in enumerate(found.get("rules") or (), 1)),
        widen_within=_span(widen.get("within"), HOUR, where),
        widen_says=str(widen.get("says") or "").strip(),
        widen_checks=_checks(widen.get("checks"), where),
        suspects=tuple(
            Suspect(str(s["says"]).strip(), _texts(s.get("causes")), str(s.get("truth") or "").strip())
            for s in found.get("suspects") or ()
        ),
        mitigation=_texts(found.get("mitigation")),
    )


def _rule(number: int, found: Mapping[str, Any], where: str) -> Rule:
    return Rule(
        id=str(found.get("id") or number),
        says=str(found["says"]).strip(),
        checks=_checks(found.get("checks"), where),
        within=_span(found.get("within"), 30 * MINUTE, where),
        causes=_texts(found.get("causes")),
        pattern=str(found.get("pattern") or ""),
    )


def _texts(found: Any) -> tuple[str, ...]:
    if found is None:
        return ()
    return (found,) if isinstance(found, str) else tuple(str(t) for t in found)


def _checks(found: Any, where: str) -> tuple[str, ...]:
    known = checks.names()
    names = _texts(found)
    for name in names:
        if name not in known:
            meant = nearest(name, known, 3)
            hint = f"did you mean {', '.join(meant)}?" if meant else f"there are {', '.join(known)}"
            raise BadPlaybook(f"{where}: no such check: {name} ({hint})")
    return names


def _span(found: Any, default: Duration, where: str) -> Duration:
    if found is None:
        return default
    try:
        return parse_duration(str(found))
    except ValueError as wrong:
        raise BadPlaybook(f"{where}: within: {wrong}") from None


@lru_cache(maxsize=1)
def built_in_names() -> tuple[str, ...]:
    folder = resources.files(FOLDER)
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


@lru_cache(maxsize=64)
def built_in(name: str) -> Playbook:
    """Raises KeyError for a name that is no playbook's."""
    if name not in built_in_names():
        raise KeyError(name)
    return parse(resources.files(FOLDER).joinpath(f"{name}.yaml").read_bytes(), f"{name}.yaml")


def chosen(symptoms: Iterable[str], kind: str, more: Iterable[Playbook] = ()) -> Playbook | None:
    """The playbook for what is seen: the first symptom that one answers decides; those of users go before the built-in."""
    known = [*more, *(built_in(n) for n in built_in_names())]
    for symptom in symptoms:
        for book in known:
            if symptom in book.symptoms and book.suits(kind):
                return book
    return None
