"""Creations that admission refused, told apart by the API server's words."""

import re
from dataclasses import dataclass

from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Weigh
from quorate.diagnosis.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Refused:
    refusal: Refusal
    match: re.Match[str]

    @property
    def message(self) -> str:
        return self.refusal.message.strip()

    @property
    def subject(self) -> str:
        if self.refusal.name:
            return f"{self.refusal.what} {self.refusal.name}"
        return {
            "pod": "its pods",
            "claim": "its claims",
            "replicaset": "its new ReplicaSet",
            "revision": "its revision",
        }[self.refusal.what]


def refused(case: Case, pattern: re.Pattern[str], *, pods_only: bool = True) -> Refused | None:
    """The latest refusal whose message says so."""
    for refusal in case.refusals:
        if pods_only and refusal.what in ("replicaset", "revision"):
            continue
        match = pattern.search(refusal.message)
        if match is not None:
            return Refused(refusal, match)
    return None


def weigh(found: Refused) -> Weigh:
    refusal = found.refusal
    out = Weigh().says(0.93, found.message, refusal.where, refusal.first)
    if refusal.count > 1:
        out.says(0.3, f"refused {refusal.count} times", refusal.where, refusal.last)
    return out


def missing_pods(case: Case) -> list[str]:
    return [case.label, *(f"Pod/{n}" for n in case.missing)]
