"""Playbooks as data: steps that name checks, rules that correlate them in time, what the document suspects.

What their files look like: playbook_file.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from quorate.kernel.clock import Duration

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


@lru_cache(maxsize=1)
def built_in_names() -> tuple[str, ...]:
    folder = resources.files(FOLDER)
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


@lru_cache(maxsize=64)
def built_in(name: str) -> Playbook:
    """Raises KeyError for a name that is no playbook's."""
    if name not in built_in_names():
        raise KeyError(name)
    from quorate.diagnosis.playbook_file import parse  # which needs the shapes above

    return parse(resources.files(FOLDER).joinpath(f"{name}.yaml").read_bytes(), f"{name}.yaml")


def chosen(symptoms: Iterable[str], kind: str, more: Iterable[Playbook] = ()) -> Playbook | None:
    """The playbook for what is seen: the first symptom that one answers decides; those of users go before the built-in."""
    known = [*more, *(built_in(n) for n in built_in_names())]
    for symptom in symptoms:
        for book in known:
            if symptom in book.symptoms and book.suits(kind):
                return book
    return None
