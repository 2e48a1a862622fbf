"""What a diagnosis says: everything that any output shows, as data."""

from dataclasses import dataclass, field
from typing import Literal

from quorate.diagnosis.finding import Blast, Finding
from quorate.diagnosis.run import PlaybookRun
from quorate.diagnosis.symptoms import Symptom
from quorate.diagnosis.timeline import Moment
from quorate.kernel.clock import Instant

Verdict = Literal["healthy", "progressing", "problem", "unknown"]
"""progressing: not there yet, and nothing is wrong. unknown: something is wrong or unseen, and no cause was found."""

EXIT: dict[Verdict, int] = {"healthy": 0, "progressing": 0, "problem": 1, "unknown": 2}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The answer about one object. `findings` are ranked; `onset` is when the trouble began."""

    kind: str
    namespace: str
    name: str
    verdict: Verdict
    headline: str
    at: Instant
    onset: Instant | None
    symptoms: tuple[Symptom, ...]
    findings: tuple[Finding, ...]
    blast: Blast
    playbook: PlaybookRun | None = None
    timeline: tuple[Moment, ...] = ()
    unread: tuple[str, ...] = ()
    unexamined: tuple[str, ...] = ()
    """Causes that could not be looked for, as the objects were not in the shape that the API gives them."""
    remarks: tuple[str, ...] = field(default=())

    @property
    def label(self) -> str:
        return f"{self.kind}/{self.name}"

    @property
    def first(self) -> Finding | None:
        """The cause that is blamed; None when none is."""
        return next((f for f in self.findings if f.severity == "problem"), None)

    @property
    def exit_code(self) -> int:
        return EXIT[self.verdict]
