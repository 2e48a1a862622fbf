"""A cause as it was found: what speaks for it, what against it, what is missing, and so how sure one can be."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from quorate.kernel.clock import Instant

Obj = dict[str, Any]
Severity = Literal["problem", "notice", "progress"]
"""problem: something is wrong; notice: nothing is wrong yet; progress: nothing is wrong, it is under way."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence. `weight` is how far it alone would convince, 0 to 1. `where` names object and field."""

    says: str
    weight: float
    where: str = ""
    at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """A remedy that can be carried out: the name of a file in remedies/, and what it needs to know, as plain data."""

    remedy: str
    about: str
    parameters: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do: in words, as commands to type, and, where a machine may do it, as an act."""

    says: str
    commands: tuple[str, ...] = ()
    risk: str = ""
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Blast:
    """How far it reaches. Every field is a sentence or a number; None where it does not apply."""

    ready: int
    wanted: int
    quorum: int | None = None
    has_quorum: bool | None = None
    pods: tuple[str, ...] = ()
    claims_at_risk: tuple[str, ...] = ()
    services_without_endpoints: tuple[str, ...] = ()

    def text(self) -> str:
        parts = [f"{self.ready} of {self.wanted} ready"]
        if self.quorum is not None:
            parts.append(f"majority of {self.quorum} {'holds' if self.has_quorum else 'is lost'}")
        if self.claims_at_risk:
            parts.append(f"data at risk: {', '.join(self.claims_at_risk)}")
        if self.services_without_endpoints:
            parts.append(f"without endpoints: {', '.join(self.services_without_endpoints)}")
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Finding:
    """A cause that may be at work. `cause` is the name of its file in causes/."""

    cause: str
    title: str
    sentence: str
    confidence: float
    evidence_for: tuple[Proof, ...]
    evidence_against: tuple[Proof, ...] = ()
    missing: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    since: Instant | None = None
    severity: Severity = "problem"
    remedy: Remedy = field(default=Remedy(""))
    blast: Blast | None = None
    explained_by: str = ""
    """The cause, found too, of which this one is a consequence."""

    @property
    def sure(self) -> str:
        return sureness(self.confidence)

    def placed(self, **changes: Any) -> "Finding":
        return replace(self, **changes)


def sureness(confidence: float) -> str:
    """A confidence in words."""
    for least, word in ((0.95, "certain"), (0.8, "very likely"), (0.6, "likely"), (0.35, "possible")):
        if confidence >= least:
            return word
    return "weak"


LACK = 0.06
"""How much each missing piece of evidence takes off."""


class Weigh:
    """Gathers the evidence of one cause.

    Confidence is the chance that not all of what speaks for the cause is mistaken, times the chance that what speaks
    against it is: 1 - (1-a)(1-b)..., then times (1-c) for each doubt and (1-LACK) for each thing that could not be seen.
    """

    def __init__(self) -> None:
        self.proofs: list[Proof] = []
        self.doubts: list[Proof] = []
        self.lacks: list[str] = []

    def says(self, weight: float, text: str, where: str = "", at: Instant | None = None) -> "Weigh":
        self.proofs.append(Proof(text, weight, where, at))
        return self

    def denies(self, weight: float, text: str, where: str = "", at: Instant | None = None) -> "Weigh":
        self.doubts.append(Proof(text, weight, where, at))
        return self

    def lacks_(self, text: str) -> "Weigh":
        self.lacks.append(text)
        return self

    @property
    def confidence(self) -> float:
        unsure = 1.0
        for proof in self.proofs:
            unsure *= 1 - proof.weight
        sure = 1 - unsure
        for doubt in self.doubts:
            sure *= 1 - doubt.weight
        return round(sure * (1 - LACK) ** len(self.lacks), 3)

    def finding(
        self,
        cause: str,
        title: str,
        sentence: str,
        *,
        objects: Sequence[str] = (),
        since: Instant | None = None,
        severity: Severity = "problem",
        remedy: Remedy | None = None,
    ) -> Finding | None:
        """None when nothing speaks for it."""
        if not self.proofs or self.confidence <= 0:
            return None
        times = [p.at for p in self.proofs if p.at is not None]
        return Finding(
            cause=cause,
            title=title,
            sentence=sentence,
            confidence=self.confidence,
            evidence_for=tuple(self.proofs),
            evidence_against=tuple(self.doubts),
            missing=tuple(self.lacks),
            objects=tuple(dict.fromkeys(objects)),
            since=since if since is not None else min(times, default=None),
            severity=severity,
            remedy=remedy or Remedy(""),
        )
